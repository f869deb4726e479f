// Everything of a request that is neither a message nor a tool.

import { asObject, isObject } from '#base/json.ts';
import type { JsonDraft, JsonObject } from '#base/json.ts';
import type { ChatRequest, Sampling } from '#canonical/request.ts';
import { takesOneSampler } from './family.ts';
import { present } from './wire.ts';
import { lose } from './writing.ts';
import type { Writing } from './writing.ts';

const NO_FIELD = 'Converse has no field for it.';

/** What the request means and Converse has no words for. */
const LOST: readonly (keyof ChatRequest)[] = ['choices', 'logprobs', 'cacheKey', 'user'];
const LOST_SAMPLING: readonly (keyof Sampling)[] = [
  'minP',
  'seed',
  'frequencyPenalty',
  'presencePenalty',
  'repetitionPenalty',
  'logitBias',
];

export function loseTheRest(request: ChatRequest, writing: Writing): void {
  for (const key of LOST) {
    if (request[key] === undefined || (key === 'choices' && request.choices === 1)) continue;
    lose(writing, key, 'dropped', NO_FIELD);
  }
  for (const key of LOST_SAMPLING) {
    if (request.sampling[key] !== undefined) lose(writing, `sampling.${key}`, 'dropped', NO_FIELD);
  }
}

/** `thinking` says whether the model is asked to think, which fixes its temperature. */
export function encodeInference(
  request: ChatRequest,
  model: string,
  thinking: boolean,
  writing: Writing,
): JsonObject {
  const { temperature, topP } = request.sampling;
  const fixed = thinking && writing.family === 'claude';
  if (fixed && temperature !== undefined && temperature !== 1) {
    lose(writing, 'sampling.temperature', 'dropped', 'A model that reasons has a fixed temperature.');
  }
  if (temperature !== undefined && temperature > 1 && !fixed) {
    lose(writing, 'sampling.temperature', 'changed', `${temperature} is too high; 1 is the most.`);
  }
  const warmth =
    temperature === undefined || (fixed && temperature !== 1) ? undefined : Math.min(temperature, 1);
  const both = warmth !== undefined && topP !== undefined && takesOneSampler(model);
  if (both) lose(writing, 'sampling.topP', 'dropped', 'The model takes temperature or top_p, not both.');
  const narrow = fixed && topP !== undefined && topP < 0.95;
  if (narrow) lose(writing, 'sampling.topP', 'dropped', 'A model that reasons takes no top_p under 0.95.');
  const stop = request.stop ?? [];
  return present({
    maxTokens: request.maxOutputTokens,
    temperature: warmth,
    topP: both || narrow ? undefined : topP,
    stopSequences: stop.length === 0 ? undefined : stop,
  });
}

/** Each vendor's own field. */
export function encodeTopK(
  request: ChatRequest,
  thinking: boolean,
  writing: Writing,
): JsonObject | undefined {
  const { topK } = request.sampling;
  if (topK === undefined) return undefined;
  const { family } = writing;
  if (family === 'claude' && thinking) {
    lose(writing, 'sampling.topK', 'dropped', 'A model that reasons takes no top_k.');
    return undefined;
  }
  if (family === 'nova') return { inferenceConfig: { topK } };
  if (family === 'claude' || family === 'mistral') return { top_k: topK };
  lose(writing, 'sampling.topK', 'dropped', 'No field is known by which this model takes top_k.');
  return undefined;
}

const JSON_ONLY = 'Answer with one JSON object and nothing else.';

export interface EncodedOutput {
  readonly outputConfig?: JsonObject;
  readonly instruction?: string;
}

/** The schema goes as a text: that is how Converse wants it. */
export function encodeOutput({ output }: ChatRequest, writing: Writing): EncodedOutput {
  if (output === undefined) return {};
  if (output.kind !== 'json-schema') {
    if (output.kind === 'text') return {};
    lose(
      writing,
      'output',
      'approximated',
      'Converse knows JSON by a schema only; an instruction asks for it.',
    );
    return { instruction: JSON_ONLY };
  }
  if (output.strict === false) {
    lose(writing, 'output.strict', 'changed', 'A schema is always followed strictly.');
  }
  const { name = 'answer', description } = output;
  const jsonSchema = present({ name, description, schema: JSON.stringify(output.schema) });
  return { outputConfig: { textFormat: { type: 'json_schema', structure: { jsonSchema } } } };
}

const TIERS = new Set(['default', 'flex', 'priority', 'reserved']);

export function encodeTier({ serviceTier }: ChatRequest, writing: Writing): JsonObject | undefined {
  if (serviceTier === undefined || serviceTier === 'auto') return undefined;
  if (TIERS.has(serviceTier)) return { type: serviceTier };
  lose(writing, 'serviceTier', 'dropped', `Bedrock has no tier ${serviceTier.slice(0, 40)}.`);
  return undefined;
}

const METADATA_MAX = 16;
const METADATA_TEXT = /^[a-zA-Z0-9\s:_@$#=/+,.-]{0,256}$/;

export function encodeMetadata({ metadata }: ChatRequest, writing: Writing): JsonObject | undefined {
  if (metadata === undefined) return undefined;
  const kept: JsonDraft = {};
  let count = 0;
  for (const [key, value] of Object.entries(metadata)) {
    const fits =
      typeof value === 'string' && METADATA_TEXT.test(value) && METADATA_TEXT.test(key) && key !== '';
    if (fits && key !== '__proto__' && count < METADATA_MAX) {
      kept[key] = value;
      count += 1;
    } else
      lose(
        writing,
        `metadata.${key.slice(0, 80)}`,
        'dropped',
        'Bedrock takes 16 short texts of plain characters.',
      );
  }
  return count === 0 ? undefined : kept;
}

/** Later ones win member by member, objects merge. */
export function merged(...objects: readonly (JsonObject | undefined)[]): JsonObject | undefined {
  let all: JsonObject | undefined;
  for (const object of objects) {
    if (object === undefined) continue;
    const next: JsonDraft = { ...all };
    for (const [key, value] of Object.entries(object)) {
      if (key === '__proto__') continue;
      next[key] = isObject(value) ? merged(asObject(next[key]), value) : value;
    }
    all = next;
  }
  return all;
}
