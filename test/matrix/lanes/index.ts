// Every client library of the matrix that is written in this language.

import type { Lane } from '../seen.ts';
import { aiAnthropic, aiGoogle, aiOpenaiChat, aiOpenaiResponses, aiOpenrouter } from './ai-sdk.ts';
import { anthropic } from './anthropic.ts';
import { googleGenai } from './google-genai.ts';
import { openaiChat } from './openai-chat.ts';
import { openaiResponses } from './openai-responses.ts';
import { openrouter } from './openrouter.ts';

export const LANES: readonly Lane[] = [
  openaiChat,
  openaiResponses,
  anthropic,
  googleGenai,
  aiOpenaiChat,
  aiOpenaiResponses,
  aiAnthropic,
  aiGoogle,
  openrouter,
  aiOpenrouter,
];
