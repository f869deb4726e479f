// Every wire language that Clew speaks. Adding one is a folder and a line here.

import type { QuirkVocabulary } from '#canonical/quirk.ts';
import { anthropicMessages } from './anthropic-messages/index.ts';
import { bedrockConverse } from './bedrock-converse/index.ts';
import { cohere } from './cohere/index.ts';
import type { ClientDialect, Dialect } from './dialect.ts';
import { gemini } from './gemini/index.ts';
import { openaiChat } from './openai-chat/index.ts';
import { openaiResponses } from './openai-responses/index.ts';

/** The first that clients speak answers where nobody has spoken yet, as for an unknown path. */
const ALL: readonly [Dialect & { readonly client: ClientDialect }, ...Dialect[]] = [
  openaiChat,
  openaiResponses,
  anthropicMessages,
  gemini,
  bedrockConverse,
  cohere,
];

export const DIALECTS: ReadonlyMap<string, Dialect> = new Map(ALL.map((dialect) => [dialect.id, dialect]));

export const CLIENT_DIALECTS: readonly [ClientDialect, ...ClientDialect[]] = [
  ALL[0].client,
  ...ALL.slice(1).flatMap(({ client }) => client ?? []),
];

/** The quirks of each language that is spoken to providers. */
export const VOCABULARIES: Readonly<Record<string, QuirkVocabulary>> = Object.fromEntries(
  ALL.flatMap(({ id, provider }) => (provider === undefined ? [] : [[id, provider.quirks]])),
);
