// Cohere's second embeddings API, as we speak it to providers. Source: docs.cohere.com/reference/embed, and recordings.

import { asArray, asNumber, asObject, asString, isObject } from '#base/json.ts';
import type { Json, JsonDraft, JsonObject } from '#base/json.ts';
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

const ID = 'cohere-embeddings';

/** The API wants one; documents are what most vectors are made of. */
const USUAL = 'search_document';

const INPUT_TYPES: Readonly<Record<EmbeddingPurpose, string>> = {
  query: 'search_query',
  document: 'search_document',
  classification: 'classification',
  clustering: 'clustering',
  similarity: 'clustering',
  'question-answering': 'search_query',
  'fact-verification': 'search_query',
  'code-query': 'search_query',
};

export const cohereEmbeddings = {
  id: ID,
  operation: 'embeddings',
  provider: {
    id: ID,
    quirks: {},
    path: () => '/embed',
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
  const { purpose, dimensions } = request;
  const body: JsonDraft = {
    model,
    input_type: purpose === undefined ? USUAL : INPUT_TYPES[purpose],
    texts: textsOf(request),
    // Asked for as numbers: clients' base64 is made of them. The API would give it per type, in another field.
    embedding_types: ['float'],
  };
  if (dimensions !== undefined) body['output_dimension'] = dimensions;
  return { body, losses: missing(request, ['user'], 'This API has no field for the end user.') };
}

function decodeResponse(body: Json): Result<EmbeddingResponse, Failure> {
  const lists = isObject(body) ? asArray(asObject(body['embeddings'])?.['float']) : undefined;
  const vectors = lists?.map(readVector);
  if (!isObject(body) || vectors === undefined || vectors.includes(undefined)) {
    return err(failure('upstream_protocol', 'The answer of the provider holds no embeddings.'));
  }
  const usage = readUsage(asObject(body['meta']));
  return ok({
    id: asString(body['id']) ?? '',
    model: '',
    vectors: vectors as readonly Vector[],
    losses: [],
    ...(usage === undefined ? {} : { usage }),
  });
}

/** What is billed is what counts: the API adds tokens of its own to the texts otherwise. */
function readUsage(meta: JsonObject | undefined): Usage | undefined {
  const billed = asObject(meta?.['billed_units']);
  const text = asNumber(billed?.['input_tokens']);
  const pictures = asNumber(billed?.['image_tokens']) ?? 0;
  if (meta === undefined || text === undefined) return undefined;
  return { inputTotal: text + pictures, outputTotal: 0, raw: { dialect: ID, fields: meta } };
}
