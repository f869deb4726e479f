// OpenAI's embeddings, as clients speak them to us and as we speak them to the many providers that speak them too.
// Source: platform.openai.com/docs/api-reference/embeddings, and the recordings of those providers.

import { spliceJson } from '#base/json-splice.ts';
import type { JsonObject } from '#base/json.ts';
import type { EmbeddingRequest, EmbeddingResponse } from '#canonical/operation.ts';
import type { Quirks, QuirkVocabulary } from '#canonical/quirk.ts';
import type { Dialect } from '../dialect.ts';
import { noStream, refuseStream } from '../never-streams.ts';
import { decodeFailure, encodeFailure } from '../openai-failures.ts';
import { encodeModel, encodeModels } from '../openai-models.ts';
import { ROUTER_FIELDS } from '../operation-wishes.ts';
import { decodeRequest, decodeResponse } from './decode.ts';
import { encodeRequest, encodeResponse } from './encode.ts';
import { ID } from './wire.ts';

const QUIRKS = {
  dimensionsField: {
    about: 'The field for the length of the vectors.',
    values: ['dimensions', 'output_dimension'],
  },
  user: {
    about: 'Whether the end user is told; `dropped` where that is refused.',
    values: ['sent', 'dropped'],
  },
} as const satisfies QuirkVocabulary;

export const openaiEmbeddings = {
  id: ID,
  operation: 'embeddings',
  client: {
    id: ID,
    // The second is OpenRouter's base path.
    paths: ['/v1/embeddings', '/api/v1/embeddings'],
    decodeRequest,
    encodeResponse: (response, { request }) => encodeResponse(response, request),
    openEncoder: noStream,
    encodeFailure,
    encodeModels,
    encodeModel,
  },
  provider: {
    id: ID,
    quirks: QUIRKS,
    path: () => '/embeddings',
    encodeRequest,
    decodeResponse,
    openDecoder: refuseStream,
    decodeFailure,
  },
  relay: { canRelay, relayRequest, keepFrame: () => true, keepAnswer },
} satisfies Dialect<EmbeddingRequest, EmbeddingResponse>;

function canRelay(_request: EmbeddingRequest, body: JsonObject, quirks: Quirks): boolean {
  if (quirks['user'] === 'dropped' && body['user'] !== undefined) return false;
  return quirks['dimensionsField'] === undefined || body['dimensions'] === undefined;
}

/** Some providers give numbers whatever they are asked for, and clients that asked for base64 read nothing else. */
function keepAnswer({ vectors }: EmbeddingResponse, { format }: EmbeddingRequest): boolean {
  const [first] = vectors;
  if (first === undefined || format === undefined) return true;
  return (first.form === 'base64') === (format === 'base64');
}

function relayRequest(text: string, body: JsonObject, model: string): string {
  const edits = new Map<string, string | undefined>([['model', JSON.stringify(model)]]);
  for (const field of ROUTER_FIELDS) if (body[field] !== undefined) edits.set(field, undefined);
  return spliceJson(text, edits) ?? JSON.stringify({ ...body, model });
}
