// The columns of the report. A recording counts in those that its tags name; a loss or a difference in the one that its
// path is about.

import type { ChatRequest } from '#canonical/request.ts';
import type { Part } from '#canonical/part.ts';
import type { Recording } from '../recordings/fixtures.ts';

export const FEATURES = [
  'text',
  'system',
  'tools',
  'tool choice',
  'parallel tools',
  'tool results',
  'images',
  'files',
  'audio, video',
  'structured output',
  'reasoning',
  'cache marks',
  'sampling',
  'stop',
  'usage',
  'finish',
  'logprobs',
  'citations',
  'hosted tools',
  'streams',
  'errors',
  'other',
] as const;

export type Feature = (typeof FEATURES)[number];

const TAGS: readonly (readonly [RegExp, Feature])[] = [
  [/^text$/, 'text'],
  [/^(?:system|developer_role)$/, 'system'],
  [/^(?:tools|custom_tool)$/, 'tools'],
  [/^tool_choice_/, 'tool choice'],
  [/^parallel_/, 'parallel tools'],
  [/^(?:tool_result|multimodal_tool_result)/, 'tool results'],
  [/^image_/, 'images'],
  [/^(?:pdf_input|document_input|file_id)$/, 'files'],
  [/^(?:audio|video)_/, 'audio, video'],
  [/^json_(?:schema|object)$/, 'structured output'],
  [/^(?:reasoning|thinking_signature|redacted_thinking|encrypted_reasoning|think_tags)/, 'reasoning'],
  [/^(?:prompt_cache_request|cache_usage)$/, 'cache marks'],
  [/stop_sequences?$/, 'stop'],
  [/^usage$/, 'usage'],
  [/^(?:finish_|refusal|safety_block|pause_turn|malformed)/, 'finish'],
  [/^logprobs$/, 'logprobs'],
  [/^(?:citations|grounding)/, 'citations'],
  [/^(?:server_tool|web_|code_execution|file_search|mcp|tool_search|computer)/, 'hosted tools'],
  [/^stream$/, 'streams'],
  [/error/, 'errors'],
];

export function featuresOf({ features }: Recording, request: ChatRequest | undefined): ReadonlySet<Feature> {
  const found = new Set<Feature>();
  for (const tag of features)
    for (const [pattern, feature] of TAGS) if (pattern.test(tag)) found.add(feature);
  if (request !== undefined && Object.keys(request.sampling).length > 0) found.add('sampling');
  if (features.includes('usage') && !features.includes('embeddings')) found.add('finish');
  return found;
}

const PATHS: readonly (readonly [RegExp, Feature])[] = [
  [/(?:^|\.)cache(?:$|\.)|^cacheKey/, 'cache marks'],
  [/^toolChoice|toolConfig/, 'tool choice'],
  [/^parallelToolCalls/, 'parallel tools'],
  [/^output/, 'structured output'],
  [/^reasoning|\.seals?(?:\[|$)/, 'reasoning'],
  [/^sampling/, 'sampling'],
  [/^stop/, 'stop'],
  [/^logprobs/, 'logprobs'],
  [/\.annotations/, 'citations'],
  [/\.isError$/, 'tool results'],
];

/** The column of a loss, or of an undeclared difference, at this path of the request. */
export function featureAt(path: string, request: ChatRequest): Feature {
  const found = PATHS.find(([pattern]) => pattern.test(path))?.[1];
  if (found !== undefined) return found;
  const [, tool] = /^tools\[(\d+)\]/.exec(path) ?? [];
  if (tool !== undefined) return request.tools[Number(tool)]?.form === 'hosted' ? 'hosted tools' : 'tools';
  const [, message, part] = /^messages\[(\d+)\](?:\.parts\[(\d+)\])?/.exec(path) ?? [];
  if (message === undefined) return path === 'tools' ? 'tools' : 'other';
  const { role, parts = [] } = request.messages[Number(message)] ?? {};
  if (/\.(?:role|name)$/.test(path) && part === undefined) return role === 'user' ? 'other' : 'system';
  return part === undefined ? 'text' : featureOf(parts[Number(part)]);
}

function featureOf(part: Part | undefined): Feature {
  switch (part?.kind) {
    case 'reasoning':
      return 'reasoning';
    case 'tool-call':
      return 'tools';
    case 'tool-result':
      return 'tool results';
    case 'image':
      return 'images';
    case 'document':
      return 'files';
    case 'audio':
    case 'video':
      return 'audio, video';
    case 'foreign':
      return 'hosted tools';
    default:
      return 'text';
  }
}
