// The targets to which every recorded request goes: each language, and in it the models that are asked in different ways.

import type { Goal } from './guard.ts';

/** Refuses what it can: roles, marks, names, fields. */
const STRICT = {
  unknownFields: 'dropped',
  systemRole: 'system',
  cacheMarks: 'dropped',
  messageNames: 'dropped',
  reasoningRequest: 'none',
  reasoningText: 'thinking',
} as const;

export const GOALS: readonly Goal[] = [
  { dialect: 'openai-chat', model: 'gpt-5' },
  { dialect: 'openai-chat', model: 'mistral-large', quirks: STRICT },
  { dialect: 'openai-responses', model: 'gpt-5' },
  { dialect: 'anthropic-messages', model: 'claude-sonnet-4-5' },
  { dialect: 'anthropic-messages', model: 'claude-opus-4-7' },
  { dialect: 'anthropic-messages', model: 'claude-3-5-haiku', quirks: { envelope: 'bedrock' } },
  { dialect: 'gemini', model: 'gemini-2.5-flash' },
  { dialect: 'gemini', model: 'gemini-3-pro-preview' },
  { dialect: 'gemini', model: 'gemma-3-27b-it' },
  { dialect: 'bedrock-converse', model: 'anthropic.claude-sonnet-4-5-20250929-v1:0' },
  { dialect: 'bedrock-converse', model: 'amazon.nova-2-lite-v1:0' },
  { dialect: 'bedrock-converse', model: 'openai.gpt-oss-120b-1:0' },
  { dialect: 'cohere', model: 'command-a-03-2025' },
  { dialect: 'cohere', model: 'command-a-reasoning-08-2025' },
];
