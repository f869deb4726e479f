// Voyage's reranking, as we speak it to providers. Source: docs.voyageai.com/reference/reranker-api.

import { asNumber, asObject, asString, isObject } from '#base/json.ts';
import type { Json, JsonDraft } from '#base/json.ts';
import { err, ok } from '#base/result.ts';
import type { Result } from '#base/result.ts';
import { failure } from '#canonical/failure.ts';
import type { Failure } from '#canonical/failure.ts';
import type { Loss } from '#canonical/loss.ts';
import type { RerankRequest, RerankResponse } from '#canonical/operation.ts';
import type { Dialect } from '../dialect.ts';
import { refuseStream } from '../never-streams.ts';
import { decodeFailure } from '../openai-failures.ts';
import { readResults } from '../ranking.ts';

const ID = 'voyage-rerank';

export const voyageRerank = {
  id: ID,
  operation: 'rerank',
  provider: {
    id: ID,
    quirks: {},
    path: () => '/rerank',
    encodeRequest,
    decodeResponse,
    openDecoder: refuseStream,
    decodeFailure,
  },
} satisfies Dialect<RerankRequest, RerankResponse>;

/** Documents are not asked back: the client gets those that it sent. */
function encodeRequest(
  request: RerankRequest,
  model: string,
): { readonly body: Json; readonly losses: readonly Loss[] } {
  const { query, documents, top } = request;
  const body: JsonDraft = { model, query, documents: documents.map(({ text }) => text) };
  if (top !== undefined) body['top_k'] = top;
  return { body, losses: [] };
}

function decodeResponse(body: Json): Result<RerankResponse, Failure> {
  const results = isObject(body) ? readResults(body['data'], 'relevance_score') : undefined;
  if (!isObject(body) || results === undefined) {
    return err(failure('upstream_protocol', 'The answer of the provider holds no ranking.'));
  }
  const total = asNumber(asObject(body['usage'])?.['total_tokens']);
  return ok({
    id: '',
    model: asString(body['model']) ?? '',
    results,
    losses: [],
    ...(total === undefined ? {} : { usage: { inputTotal: total, outputTotal: 0 } }),
  });
}
