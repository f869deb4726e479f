// Voyage's embeddings, as we speak them to providers: nearly OpenAI's, with other names for the same wishes.
// Source: docs.voyageai.com/reference/embeddings-api, and recordings.

import { asArray, asNumber, asObject, asString, isObject } from '#base/json.ts';
import type { Json, JsonDraft } from '#base/json.ts';
import { err, ok } from '#base/result.ts';
import type { Result } from '#base/result.ts';
import { failure } from '#canonical/failure.ts';
import type { Failure } from '#canonical/failure.ts';
import type { Loss } from '#canonical/loss.ts';
import type { EmbeddingPurpose, EmbeddingRequest, EmbeddingResponse, Vector } from '#canonical/operation.ts';
import type { Dialect } from '../dialect.ts';
import { refuseStream } from '../never-streams.ts';
import { decodeFailure } from '../openai-failures.ts';
import { missing, readVector, textsOf } from '../vectors.ts';

const ID = 'voyage-embeddings';

/** The two that there are; without one the texts are embedded as they are. */
const INPUT_TYPES: Readonly<Partial<Record<EmbeddingPurpose, string>>> = {
  query: 'query',
  'question-answering': 'query',
  'fact-verification': 'query',
  'code-query': 'query',
  document: 'document',
};

export const voyageEmbeddings = {
  id: ID,
  operation: 'embeddings',
  provider: {
    id: ID,
    quirks: {},
    path: () => '/embeddings',
    encodeRequest,
    decodeResponse,
    openDecoder: refuseStream,
    decodeFailure,
  },
} satisfies Dialect<EmbeddingRequest, EmbeddingResponse>;

function encodeRequest(
  request: EmbeddingRequest,
  model: string,
): { readonly body: Json; readonly losses: readonly Loss[] } {
  const { purpose, dimensions, format } = request;
  const body: JsonDraft = { model, input: textsOf(request) };
  const inputType = purpose === undefined ? undefined : INPUT_TYPES[purpose];
  if (inputType !== undefined) body['input_type'] = inputType;
  if (dimensions !== undefined) body['output_dimension'] = dimensions;
  // Numbers come where nothing is said: `float` is no word of this API.
  if (format === 'base64') body['encoding_format'] = 'base64';
  const losses = missing(request, ['user'], 'This API has no field for the end user.');
  if (inputType === undefined) {
    losses.push(...missing(request, ['purpose'], 'This API knows queries and documents only.'));
  }
  return { body, losses };
}

function decodeResponse(body: Json): Result<EmbeddingResponse, Failure> {
  const data = isObject(body) ? asArray(body['data']) : undefined;
  const vectors = data?.map((item) => readVector(asObject(item)?.['embedding']));
  if (!isObject(body) || vectors === undefined || vectors.includes(undefined)) {
    return err(failure('upstream_protocol', 'The answer of the provider holds no embeddings.'));
  }
  const usage = asObject(body['usage']);
  const total = asNumber(usage?.['total_tokens']);
  return ok({
    id: '',
    model: asString(body['model']) ?? '',
    vectors: vectors as readonly Vector[],
    losses: [],
    ...(usage === undefined || total === undefined
      ? {}
      : { usage: { inputTotal: total, outputTotal: 0, raw: { dialect: ID, fields: usage } } }),
  });
}
