// One way to serve a model, as clients that choose among them are told of it.

import { operationOf } from '#canonical/asked.ts';
import type { AnyDialect, ListedEndpoint, ListedModality } from '#dialects/dialect.ts';
import { RATE_NAMES } from '#providers/prices.ts';
import type { Price } from '#providers/price.ts';
import type { Target } from '#providers/target.ts';
import { chats } from '#providers/trait.ts';
import type { Trait } from '#providers/trait.ts';
import { expressibleParameters } from './expressible.ts';

const INPUTS: readonly (readonly [Trait, ListedModality])[] = [
  ['vision', 'image'],
  ['files', 'file'],
  ['audio-input', 'audio'],
  ['video-input', 'video'],
];
/** What comes beside text, or instead of it where a model does not chat. */
const OUTPUTS: readonly (readonly [Trait, ListedModality])[] = [
  ['image-output', 'image'],
  ['images', 'image'],
  ['audio-output', 'audio'],
  ['embeddings', 'embeddings'],
  ['rerank', 'rerank'],
  ['speech', 'speech'],
  ['transcription', 'transcription'],
  ['moderation', 'decisions'],
];

const made = new WeakMap<Target, ListedEndpoint>();

/** The same as long as the configuration is. */
export function listedEndpoint(target: Target, dialects: ReadonlyMap<string, AnyDialect>): ListedEndpoint {
  const before = made.get(target);
  if (before !== undefined) return before;
  const endpoint = describe(target, dialects);
  made.set(target, endpoint);
  return endpoint;
}

function describe(target: Target, dialects: ReadonlyMap<string, AnyDialect>): ListedEndpoint {
  const { traits, contextTokens, maxOutputTokens, price } = target;
  const known = traits.length > 0;
  const has = (trait: Trait): boolean => traits.includes(trait);
  const talks = chats(traits) || has('completions');
  return {
    target: target.id,
    provider: target.provider,
    providerName: target.providerName,
    name: target.model,
    ...(contextTokens === undefined ? {} : { contextTokens }),
    ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
    inputs: ['text', ...modalities(INPUTS, traits)],
    outputs: [...(talks ? (['text'] as const) : []), ...modalities(OUTPUTS, traits)],
    known,
    reasons: has('reasoning'),
    tools: has('tools') || !known,
    jsonSchema: has('json-schema') || !known,
    caches: has('prompt-cache'),
    parameters:
      operationOf(target.dialect) === 'chat' && talks ? expressibleParameters(target, dialects) : new Set(),
    ...(price === undefined ? {} : { price: ratesOf(price) }),
  };
}

function modalities(
  rows: readonly (readonly [Trait, ListedModality])[],
  traits: readonly Trait[],
): readonly ListedModality[] {
  const found = rows.filter(([trait]) => traits.includes(trait)).map(([, modality]) => modality);
  return [...new Set(found)];
}

function ratesOf(price: Price): Readonly<Record<string, number>> {
  const rates: Record<string, number> = {};
  for (const name of RATE_NAMES) {
    const rate = price[name];
    if (rate !== undefined) rates[name] = rate;
  }
  return rates;
}
