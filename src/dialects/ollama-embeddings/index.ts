// Ollama's own embeddings call, as we speak it to providers. Source: the API page of github.com/ollama/ollama.

import { asArray, asNumber, asString, isObject } from '#base/json.ts';
import type { Json, JsonDraft } from '#base/json.ts';
import { err, ok } from '#base/result.ts';
import type { Result } from '#base/result.ts';
import { failure } from '#canonical/failure.ts';
import type { Failure } from '#canonical/failure.ts';
import type { Loss } from '#canonical/loss.ts';
import type { EmbeddingRequest, EmbeddingResponse, Vector } from '#canonical/operation.ts';
import type { Dialect } from '../dialect.ts';
import { refuseStream } from '../never-streams.ts';
import { decodeFailure } from '../openai-failures.ts';
import { missing, readVector, textsOf } from '../vectors.ts';

const ID = 'ollama-embeddings';

export const ollamaEmbeddings = {
  id: ID,
  operation: 'embeddings',
  provider: {
    id: ID,
    quirks: {},
    path: () => '/api/embed',
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
  const { dimensions } = request;
  const body: JsonDraft = { model, input: textsOf(request) };
  if (dimensions !== undefined) body['dimensions'] = dimensions;
  const why = 'This API has no field for it.';
  return { body, losses: missing(request, ['purpose', 'user'], why) };
}

/** The call before this one answers with a single `embedding`. */
function decodeResponse(body: Json): Result<EmbeddingResponse, Failure> {
  const lists = isObject(body) ? (asArray(body['embeddings']) ?? [body['embedding']]) : [];
  const vectors = lists.map(readVector);
  if (!isObject(body) || vectors.includes(undefined)) {
    return err(failure('upstream_protocol', 'The answer of the provider holds no embeddings.'));
  }
  const input = asNumber(body['prompt_eval_count']);
  return ok({
    id: '',
    model: asString(body['model']) ?? '',
    vectors: vectors as readonly Vector[],
    losses: [],
    ...(input === undefined ? {} : { usage: { inputTotal: input, outputTotal: 0 } }),
  });
}
