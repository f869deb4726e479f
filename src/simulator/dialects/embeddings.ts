// The provider side of embeddings, in each of its languages. A text has the same vector everywhere: numbers made of its
// checksum, exact as float32, so that they are the same as numbers and as bytes.

import { asArray, asNumber, asObject, asString, type Json, type JsonObject } from '#base/json.ts';
import { seededDraw } from '#base/random.ts';
import { err, ok, type Result } from '#base/result.ts';
import type { SyntheticAnswer, SyntheticRequest } from '../answer.ts';
import type { ReadProblem, SimulatedDialect } from './dialect.ts';
import { gemini } from './gemini.ts';
import { asked, PLAIN, textsIn } from './operation.ts';

const DIMENSIONS = 8;
const DIMENSIONS_MAX = 4_096;

export function vectorOf(text: string, dimensions = DIMENSIONS): readonly number[] {
  const draw = seededDraw(Bun.hash.crc32(text));
  return Array.from({ length: dimensions }, () => Math.fround(draw() * 2 - 1));
}

type Reader = (body: JsonObject, model: string) => Result<SyntheticRequest, ReadProblem>;

/** `sizes` are the fields in which the length of vectors may stand. */
function reader(
  textsOf: (body: JsonObject) => readonly string[] | undefined,
  sizes: readonly string[],
): Reader {
  return (body, model) => {
    const texts = textsOf(body);
    if (texts === undefined) return err({ field: 'input', message: 'There is nothing to embed.' });
    const size =
      sizes.map((field) => asNumber(body[field])).find((found) => found !== undefined) ?? DIMENSIONS;
    if (!Number.isInteger(size) || size < 1 || size > DIMENSIONS_MAX) {
      return err({ field: 'dimensions', message: `dimensions must be from 1 to ${DIMENSIONS_MAX}.` });
    }
    return ok(asked({ model, fields: { ...body, texts, size }, text: texts.join('') }));
  };
}

function vectorsFor({ fields }: SyntheticRequest): readonly (readonly number[])[] {
  const size = asNumber(fields?.['size']);
  return (asArray(fields?.['texts']) ?? []).map((text) => vectorOf(asString(text) ?? '', size));
}

/** Mistral's and Voyage's too: they differ in the name of one field. */
export const openaiEmbeddings = {
  ...PLAIN,
  id: 'openai-embeddings',
  answers: (path) => path.endsWith('/embeddings'),
  readRequest: reader((body) => textsIn(body['input']), ['dimensions', 'output_dimension']),
  unary: (answer, request) => ({
    object: 'list',
    data: vectorsFor(request).map((vector, index) => ({
      object: 'embedding',
      index,
      embedding: written(vector, request),
    })),
    model: answer.model,
    usage: { prompt_tokens: request.promptTokens, total_tokens: request.promptTokens },
  }),
} satisfies SimulatedDialect;

/** A model whose name says so gives numbers whatever it is asked for, as some servers do. */
function written(vector: readonly number[], { fields, model }: SyntheticRequest): Json {
  if (fields?.['encoding_format'] !== 'base64' || model.includes('numbers')) return vector;
  return Buffer.from(new Float32Array(vector).buffer).toString('base64');
}

export const cohereEmbeddings = {
  ...PLAIN,
  id: 'cohere-embeddings',
  answers: (path) => path.endsWith('/embed') && !path.endsWith('/api/embed'),
  readRequest: reader((body) => textsIn(body['texts']), ['output_dimension']),
  unary: (answer, request) => ({
    id: answer.id,
    texts: request.fields?.['texts'] ?? [],
    embeddings: { float: vectorsFor(request) },
    meta: { api_version: { version: '2' }, billed_units: { input_tokens: request.promptTokens } },
    response_type: 'embeddings_by_type',
  }),
  error: (_complaint, _status, message) => ({ message }),
} satisfies SimulatedDialect;

export const geminiEmbeddings = {
  ...PLAIN,
  id: 'gemini-embeddings',
  answers: (path) => path.endsWith(':batchEmbedContents'),
  modelOf: (_body, path) => decodeURIComponent(/\/models\/(.+):batchEmbedContents$/.exec(path)?.[1] ?? ''),
  readRequest: (body, model) => {
    const requests = (asArray(body['requests']) ?? []).map((one) => asObject(one) ?? {});
    const size = requests[0]?.['outputDimensionality'];
    const read = reader(() => requests.map(textIn), ['size']);
    return read(size === undefined ? body : { ...body, size }, model);
  },
  unary: (_answer: SyntheticAnswer, request) => ({
    embeddings: vectorsFor(request).map((values) => ({ values })),
    usageMetadata: { promptTokenCount: request.promptTokens },
  }),
  error: gemini.error,
} satisfies SimulatedDialect;

function textIn(request: JsonObject): string {
  const parts = asArray(asObject(request['content'])?.['parts']) ?? [];
  return parts.map((part) => asString(asObject(part)?.['text']) ?? '').join('');
}

export const ollamaEmbeddings = {
  ...PLAIN,
  id: 'ollama-embeddings',
  answers: (path) => path.endsWith('/api/embed'),
  readRequest: reader((body) => textsIn(body['input']), ['dimensions']),
  unary: (answer, request) => ({
    model: answer.model,
    embeddings: vectorsFor(request),
    total_duration: 1,
    load_duration: 1,
    prompt_eval_count: request.promptTokens,
  }),
  error: (_complaint, _status, message) => ({ error: message }),
} satisfies SimulatedDialect;
