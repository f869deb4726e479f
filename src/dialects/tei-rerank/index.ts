// The reranking of Text Embeddings Inference, as we speak it to servers of one's own: one model each, a bare list back.
// Source: huggingface.co/docs/text-embeddings-inference, the server's OpenAPI description.

import type { Json } from '#base/json.ts';
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

const ID = 'tei-rerank';

export const teiRerank = {
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

/** How many are wanted cannot be said; all come, and the client is shown as many as it asked for. */
function encodeRequest({ query, documents }: RerankRequest): {
  readonly body: Json;
  readonly losses: readonly Loss[];
} {
  return { body: { query, texts: documents.map(({ text }) => text) }, losses: [] };
}

function decodeResponse(body: Json): Result<RerankResponse, Failure> {
  const results = readResults(body, 'score');
  if (results === undefined) {
    return err(failure('upstream_protocol', 'The answer of the provider holds no ranking.'));
  }
  return ok({ id: '', model: '', results, losses: [] });
}
