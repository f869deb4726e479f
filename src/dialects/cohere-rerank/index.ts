// Cohere's reranking, as clients speak it to us and as we speak it to the providers that took it over.
// Source: docs.cohere.com/reference/rerank, jina.ai/reranker, docs.vllm.ai (reranking), openrouter.ai/docs.

import { spliceJson } from '#base/json-splice.ts';
import type { JsonObject } from '#base/json.ts';
import type { Failure } from '#canonical/failure.ts';
import type { RerankRequest, RerankResponse } from '#canonical/operation.ts';
import type { Dialect, EncodedFailure } from '../dialect.ts';
import { noStream, refuseStream } from '../never-streams.ts';
import { decodeFailure, encodeFailure as encodeObject } from '../openai-failures.ts';
import { encodeModel, encodeModels } from '../openai-models.ts';
import { ROUTER_FIELDS } from '../operation-wishes.ts';
import { decodeRequest, decodeResponse } from './decode.ts';
import { encodeRequest, encodeResponse } from './encode.ts';
import { ID } from './wire.ts';

export const cohereRerank = {
  id: ID,
  operation: 'rerank',
  client: {
    id: ID,
    // Both versions of Cohere's, and OpenRouter's base path.
    paths: ['/v2/rerank', '/v1/rerank', '/api/v1/rerank'],
    decodeRequest,
    encodeResponse: (response, { request }) => encodeResponse(response, request),
    openEncoder: noStream,
    encodeFailure,
    encodeModels,
    encodeModel,
  },
  provider: {
    id: ID,
    quirks: {},
    path: () => '/rerank',
    encodeRequest,
    decodeResponse,
    openDecoder: refuseStream,
    decodeFailure,
  },
  relay: { canRelay: () => true, relayRequest, keepFrame: () => true },
} satisfies Dialect<RerankRequest, RerankResponse>;

function relayRequest(text: string, body: JsonObject, model: string): string {
  const edits = new Map<string, string | undefined>([['model', JSON.stringify(model)]]);
  for (const field of ROUTER_FIELDS) if (body[field] !== undefined) edits.set(field, undefined);
  return spliceJson(text, edits) ?? JSON.stringify({ ...body, model });
}

/** Cohere's clients read `message`, those of its imitators an error object. */
function encodeFailure(problem: Failure): EncodedFailure {
  const { status, headers, body } = encodeObject(problem);
  return { status, headers, body: { message: problem.message, ...body } };
}
