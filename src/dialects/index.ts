// Every wire language that Clew speaks. Adding one is a folder and a line here.

import type { DialectId } from '#canonical/foreign.ts';
import type { QuirkVocabulary } from '#canonical/quirk.ts';
import { anthropicMessages } from './anthropic-messages/index.ts';
import { bedrockConverse } from './bedrock-converse/index.ts';
import { cohere } from './cohere/index.ts';
import { cohereEmbeddings } from './cohere-embeddings/index.ts';
import { cohereRerank } from './cohere-rerank/index.ts';
import type { AnyClientDialect, AnyDialect, ClientDialect, Dialect } from './dialect.ts';
import { gemini } from './gemini/index.ts';
import { geminiEmbeddings } from './gemini-embeddings/index.ts';
import { ollamaEmbeddings } from './ollama-embeddings/index.ts';
import { openaiChat } from './openai-chat/index.ts';
import { openaiCompletions } from './openai-completions/index.ts';
import { openaiEmbeddings } from './openai-embeddings/index.ts';
import { openaiImageEdits } from './openai-image-edits/index.ts';
import { openaiImages } from './openai-images/index.ts';
import { openaiImageVariations } from './openai-image-variations/index.ts';
import { openaiModerations } from './openai-moderations/index.ts';
import { openaiResponses } from './openai-responses/index.ts';
import { openaiSpeech } from './openai-speech/index.ts';
import { openaiTranscriptions } from './openai-transcriptions/index.ts';
import { openaiTranslations } from './openai-translations/index.ts';
import { teiRerank } from './tei-rerank/index.ts';
import { voyageEmbeddings } from './voyage-embeddings/index.ts';
import { voyageRerank } from './voyage-rerank/index.ts';

/** The first that clients speak answers where nobody has spoken yet, as for an unknown path. */
const CHATS: readonly [Dialect & { readonly client: ClientDialect }, ...Dialect[]] = [
  openaiChat,
  openaiResponses,
  anthropicMessages,
  gemini,
  bedrockConverse,
  cohere,
];

/** Prompts to go on with: any chat can be asked for that, no chat is asked as one. */
const COMPLETIONS: readonly Dialect[] = [openaiCompletions];

const EMBEDDINGS: readonly AnyDialect[] = [
  openaiEmbeddings,
  cohereEmbeddings,
  geminiEmbeddings,
  ollamaEmbeddings,
  voyageEmbeddings,
];

const RERANKS: readonly AnyDialect[] = [cohereRerank, voyageRerank, teiRerank];

const RELAYED: readonly AnyDialect[] = [
  openaiModerations,
  openaiImages,
  openaiImageEdits,
  openaiImageVariations,
  openaiSpeech,
  openaiTranscriptions,
  openaiTranslations,
];

const ALL: readonly AnyDialect[] = [...CHATS, ...COMPLETIONS, ...EMBEDDINGS, ...RERANKS, ...RELAYED];

export const DIALECTS: ReadonlyMap<DialectId, AnyDialect> = new Map(
  ALL.map((dialect) => [dialect.id, dialect]),
);

/** Those of chats alone, with their own types. */
export const CHAT_DIALECTS: ReadonlyMap<DialectId, Dialect> = new Map(
  CHATS.map((dialect) => [dialect.id, dialect]),
);

export const CLIENT_DIALECTS: readonly [AnyClientDialect, ...AnyClientDialect[]] = [
  CHATS[0].client,
  ...ALL.slice(1).flatMap(({ client }) => client ?? []),
  // Last: whoever speaks another language is asked in that one, at any path.
  ...ALL.flatMap(({ client }) => client?.manners ?? []),
];

/** The quirks of each language that is spoken to providers. */
export const VOCABULARIES: Readonly<Record<DialectId, QuirkVocabulary>> = Object.fromEntries(
  ALL.flatMap(({ id, provider }) => (provider === undefined ? [] : [[id, provider.quirks]])),
);

/** For each language of clients, those in which providers can be asked the same, its own first. */
export const LANGUAGES: ReadonlyMap<DialectId, readonly DialectId[]> = new Map(
  ALL.filter(({ client }) => client !== undefined).map((dialect) => {
    const { id, operation } = dialect;
    const chats = operation === 'completions' ? CHATS : [];
    const alike = [...ALL.filter((other) => other.operation === operation), ...chats];
    const able = alike.filter(({ provider }) => provider !== undefined).map((other) => other.id);
    return [id, [...new Set(dialect.provider === undefined ? able : [id, ...able])]];
  }),
);

/** What a gateway has to know of all that. */
export const SPOKEN = { dialects: DIALECTS, languages: LANGUAGES } as const;
