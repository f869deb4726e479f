// OpenAI's legacy Completions: a prompt goes in, its continuation comes out. Clients may ask any model so; providers are
// asked so for the models that know nothing else.

import type { Dialect } from '../dialect.ts';
import { decodeFailure, encodeFailure } from '../openai-failures.ts';
import { encodeModel, encodeModels } from '../openai-models.ts';
import { decodeRequest } from './decode-request.ts';
import { decodeResponse } from './decode-response.ts';
import { CompletionStreamDecoder } from './decode-stream.ts';
import { encodeRequest } from './encode-request.ts';
import { encodeResponse } from './encode-response.ts';
import { CompletionStreamEncoder } from './encode-stream.ts';
import { CLOSING, keepFrame, relayRequest } from './relay.ts';
import { ID } from './wire.ts';

export const openaiCompletions = {
  id: ID,
  operation: 'completions',
  client: {
    id: ID,
    // The second is OpenRouter's base path.
    paths: ['/v1/completions', '/api/v1/completions'],
    decodeRequest,
    encodeResponse,
    openEncoder: ({ request }) => new CompletionStreamEncoder({ usage: request.streamUsage === true }),
    encodeFailure,
    encodeModels,
    encodeModel,
  },
  provider: {
    id: ID,
    quirks: {},
    path: () => '/completions',
    encodeRequest,
    decodeResponse,
    openDecoder: () => new CompletionStreamDecoder(),
    decodeFailure,
  },
  relay: { canRelay: () => true, relayRequest, keepFrame, closing: CLOSING },
} satisfies Dialect;
