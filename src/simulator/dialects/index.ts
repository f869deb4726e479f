// Every language whose provider side the simulator speaks. The first also answers where nobody has said which.

import { anthropicMessages } from './anthropic-messages.ts';
import type { SimulatedDialect } from './dialect.ts';
import { gemini } from './gemini.ts';
import { openaiChat } from './openai-chat.ts';
import { openaiResponses } from './openai-responses.ts';

export const SIMULATED: readonly [SimulatedDialect, ...SimulatedDialect[]] = [
  openaiChat,
  openaiResponses,
  anthropicMessages,
  gemini,
];
