// Gemini's embeddings, as we speak them to providers: always the batch call, which takes one input as well as many.
// Source: ai.google.dev/api/embeddings, and recordings.

import { asArray, asNumber, asObject, isObject } from '#base/json.ts';
import type { Json, JsonObject } from '#base/json.ts';
import { err, ok } from '#base/result.ts';
import type { Result } from '#base/result.ts';
import { failure } from '#canonical/failure.ts';
import type { Failure } from '#canonical/failure.ts';
import type { Loss } from '#canonical/loss.ts';
import type { EmbeddingPurpose, EmbeddingRequest, EmbeddingResponse, Vector } from '#canonical/operation.ts';
import type { Usage } from '#canonical/usage.ts';
import type { Dialect } from '../dialect.ts';
import { refuseStream } from '../never-streams.ts';
import { decodeFailure } from '../openai-failures.ts';
import { missing, readVector, textsOf } from '../vectors.ts';

const ID = 'gemini-embeddings';

const TASK_TYPES: Readonly<Record<EmbeddingPurpose, string>> = {
  query: 'RETRIEVAL_QUERY',
  document: 'RETRIEVAL_DOCUMENT',
  classification: 'CLASSIFICATION',
  clustering: 'CLUSTERING',
  similarity: 'SEMANTIC_SIMILARITY',
  'question-answering': 'QUESTION_ANSWERING',
  'fact-verification': 'FACT_VERIFICATION',
  'code-query': 'CODE_RETRIEVAL_QUERY',
};

export const geminiEmbeddings = {
  id: ID,
  operation: 'embeddings',
  provider: {
    id: ID,
    quirks: {},
    path: (model) => `/models/${encodeURIComponent(model)}:batchEmbedContents`,
    encodeRequest,
    decodeResponse,
    openDecoder: refuseStream,
    decodeFailure,
  },
} satisfies Dialect<EmbeddingRequest, EmbeddingResponse>;

/** The model stands in the path and, by this API's wish, in every part of a batch. */
function encodeRequest(
  request: EmbeddingRequest,
  model: string,
): { readonly body: Json; readonly losses: readonly Loss[] } {
  const { purpose, dimensions } = request;
  const requests = textsOf(request).map((text) => ({
    model: `models/${model}`,
    content: { parts: [{ text }] },
    ...(purpose === undefined ? {} : { taskType: TASK_TYPES[purpose] }),
    ...(dimensions === undefined ? {} : { outputDimensionality: dimensions }),
  }));
  const losses = missing(request, ['user'], 'This API has no field for the end user.');
  return { body: { requests }, losses };
}

/** `embedding` where one was asked for alone, `embeddings` for a batch. */
function decodeResponse(body: Json): Result<EmbeddingResponse, Failure> {
  const items = isObject(body) ? (asArray(body['embeddings']) ?? [body['embedding']]) : [];
  const vectors = items.map((item) => readVector(asObject(item)?.['values']));
  if (!isObject(body) || vectors.includes(undefined)) {
    return err(failure('upstream_protocol', 'The answer of the provider holds no embeddings.'));
  }
  const usage = readUsage(asObject(body['usageMetadata']));
  return ok({
    id: '',
    model: '',
    vectors: vectors as readonly Vector[],
    losses: [],
    ...(usage === undefined ? {} : { usage }),
  });
}

/** Older models report nothing. */
function readUsage(usage: JsonObject | undefined): Usage | undefined {
  const input = asNumber(usage?.['promptTokenCount']);
  if (usage === undefined || input === undefined) return undefined;
  return { inputTotal: input, outputTotal: 0, raw: { dialect: ID, fields: usage } };
}
