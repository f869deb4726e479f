// Every language whose provider side the simulator speaks. The first also answers where nobody has said which.

import { anthropicMessages } from './anthropic-messages.ts';
import { bedrockConverse } from './bedrock-converse.ts';
import { cohere } from './cohere.ts';
import type { SimulatedDialect } from './dialect.ts';
import { cohereEmbeddings, geminiEmbeddings, ollamaEmbeddings, openaiEmbeddings } from './embeddings.ts';
import { gemini } from './gemini.ts';
import { openaiChat } from './openai-chat.ts';
import { openaiCompletions } from './openai-completions.ts';
import { openaiImages, openaiModerations, openaiSpeech, openaiTranscriptions } from './openai-media.ts';
import { openaiResponses } from './openai-responses.ts';
import { cohereRerank, teiRerank, voyageRerank } from './rerank.ts';

export const SIMULATED: readonly [SimulatedDialect, ...SimulatedDialect[]] = [
  openaiChat,
  openaiResponses,
  anthropicMessages,
  gemini,
  cohere,
  bedrockConverse,
  openaiCompletions,
  openaiEmbeddings,
  cohereEmbeddings,
  geminiEmbeddings,
  ollamaEmbeddings,
  // Those with a path of their own before the one that takes any.
  voyageRerank,
  teiRerank,
  cohereRerank,
  openaiModerations,
  openaiImages,
  openaiSpeech,
  openaiTranscriptions,
];
