// From the wire: what a client asks for, and what a provider answers.

import { asArray, asNumber, asObject, asString, isObject, otherFields } from '#base/json.ts';
import type { Json, JsonObject } from '#base/json.ts';
import { dollarsToNano } from '#base/money.ts';
import { err, ok } from '#base/result.ts';
import type { Result } from '#base/result.ts';
import { failure } from '#canonical/failure.ts';
import type { Failure } from '#canonical/failure.ts';
import type {
  EmbeddingInput,
  EmbeddingPurpose,
  EmbeddingRequest,
  EmbeddingResponse,
  Vector,
} from '#canonical/operation.ts';
import type { Usage } from '#canonical/usage.ts';
import { wishesIn } from '../operation-wishes.ts';
import { readVector } from '../vectors.ts';
import { ID, REQUEST_FIELDS, RESPONSE_FIELDS } from './wire.ts';

export function decodeRequest(body: Json): Result<EmbeddingRequest, Failure> {
  if (!isObject(body)) return refuse('The body is not an object.', '');
  const model = asString(body['model']);
  if (model === undefined || model === '') return refuse('`model` is missing.', 'model');
  const inputs = readInputs(body['input']);
  if (inputs === undefined || inputs.length === 0) {
    const forms = 'a string, a list of strings, a list of token numbers, or a list of such lists';
    return refuse(`\`input\` must be ${forms}.`, 'input');
  }
  const format = body['encoding_format'] ?? undefined;
  if (format !== undefined && format !== 'float' && format !== 'base64') {
    return refuse('`encoding_format` must be `float` or `base64`.', 'encoding_format');
  }
  const dimensions = body['dimensions'] ?? undefined;
  if (dimensions !== undefined && !isDimensions(dimensions)) {
    return refuse('`dimensions` must be a whole number that is not too large.', 'dimensions');
  }
  const user = asString(body['user']);
  const purpose = PURPOSES.get(asString(body['input_type']) ?? '');
  const rest = otherFields(body, REQUEST_FIELDS);
  const wishes = wishesIn(body);
  if (!wishes.ok) return wishes;
  return ok({
    model,
    stream: false,
    inputs,
    ...(dimensions === undefined ? {} : { dimensions }),
    ...(format === undefined ? {} : { format }),
    ...(user === undefined ? {} : { user }),
    ...(purpose === undefined ? {} : { purpose }),
    ...wishes.value,
    ...(inputs.every((input) => typeof input === 'string') ? {} : { onlyFor: IN_TOKENS }),
    ...(rest === undefined ? {} : { extras: { dialect: ID, fields: rest } }),
  });
}

const IN_TOKENS = {
  dialect: ID,
  field: 'input',
  why: 'The input is in the numbers of a vocabulary, which only a target of the same language may have.',
} as const;

/** Not OpenAI's field, but what its imitators took for it; kept in `extras` as it was written, too. */
const PURPOSES: ReadonlyMap<string, EmbeddingPurpose> = new Map([
  ['query', 'query'],
  ['search_query', 'query'],
  ['document', 'document'],
  ['passage', 'document'],
  ['search_document', 'document'],
  ['classification', 'classification'],
  ['clustering', 'clustering'],
]);

function readInputs(input: Json | undefined): readonly EmbeddingInput[] | undefined {
  if (typeof input === 'string') return [input];
  const items = asArray(input);
  if (items === undefined) return undefined;
  if (items.every((item) => typeof item === 'string')) return items;
  if (isTokens(items)) return [items];
  const lists = items.map((item) => asArray(item));
  return lists.every((list) => list !== undefined && isTokens(list)) ? lists : undefined;
}

function isTokens(list: readonly Json[]): list is readonly number[] {
  return list.length > 0 && list.every((token) => Number.isSafeInteger(token) && (token as number) >= 0);
}

/** No model has vectors that are nearly as long; a provider should not be made to think about it. */
const DIMENSIONS_MAX = 1_000_000;

function isDimensions(value: Json): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 && value <= DIMENSIONS_MAX;
}

function refuse(message: string, field: string): { readonly ok: false; readonly error: Failure } {
  return err(failure('invalid_request', message, { field }));
}

export function decodeResponse(body: Json): Result<EmbeddingResponse, Failure> {
  const data = isObject(body) ? asArray(body['data']) : undefined;
  if (!isObject(body) || data === undefined) return err(senseless('no `data`'));
  const vectors: Vector[] = [];
  for (const [at, item] of data.entries()) {
    const entry = asObject(item);
    const vector = readVector(entry?.['embedding']);
    if (vector === undefined) return err(senseless(`no vector in \`data[${at}]\``));
    // Almost always in order; where not, the index says so.
    vectors[asNumber(entry?.['index']) === undefined ? at : indexOf(entry, at, data.length)] = vector;
  }
  if (vectors.length !== data.length || vectors.includes(undefined as never)) {
    return err(senseless('an index comes twice'));
  }
  const usage = readUsage(asObject(body['usage']));
  const rest = otherFields(body, RESPONSE_FIELDS);
  return ok({
    id: asString(body['id']) ?? '',
    model: asString(body['model']) ?? '',
    vectors,
    losses: [],
    ...(usage === undefined ? {} : { usage }),
    ...(rest === undefined ? {} : { extras: { dialect: ID, fields: rest } }),
  });
}

function indexOf(entry: JsonObject | undefined, at: number, length: number): number {
  const index = asNumber(entry?.['index']) ?? at;
  return Number.isInteger(index) && index >= 0 && index < length ? index : at;
}

function readUsage(usage: JsonObject | undefined): Usage | undefined {
  const input = asNumber(usage?.['prompt_tokens']) ?? asNumber(usage?.['total_tokens']);
  if (usage === undefined || input === undefined || input < 0) return undefined;
  const dollars = asNumber(usage['cost']);
  const reportedCost = dollars === undefined ? undefined : dollarsToNano(dollars);
  return {
    inputTotal: input,
    outputTotal: 0,
    ...(reportedCost === undefined ? {} : { reportedCost }),
    raw: { dialect: ID, fields: usage },
  };
}

function senseless(why: string): Failure {
  return failure('upstream_protocol', 'The answer of the provider holds no embeddings.', { detail: why });
}
