// Every language whose provider side the simulator speaks. The first also answers where nobody has said which.

import type { SimulatedDialect } from './dialect.ts';
import { openaiChat } from './openai-chat.ts';
import { openaiResponses } from './openai-responses.ts';

export const SIMULATED: readonly [SimulatedDialect, ...SimulatedDialect[]] = [openaiChat, openaiResponses];
