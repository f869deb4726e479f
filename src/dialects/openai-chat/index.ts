// OpenAI Chat Completions, as clients speak it to us and as we speak it to the many providers that speak it too.

import type { Dialect } from '../dialect.ts';
import { decodeRequest } from './decode-request.ts';
import { decodeResponse, readAnswer } from './decode-response.ts';
import { ChatStreamDecoder } from './decode-stream.ts';
import { encodeModel, encodeModels } from '../openai-models.ts';
import { encodeRequest } from './encode-request.ts';
import { encodeResponse } from './encode-response.ts';
import { ChatStreamEncoder } from './encode-stream.ts';
import { decodeFailure, encodeFailure } from '../openai-failures.ts';
import { openRouterChat } from './openrouter/index.ts';
import { path } from './path.ts';
import { quirk, QUIRKS, wireNames } from './quirks.ts';
import { canRelay, CLOSING, keepFrame, relayRequest } from './relay.ts';
import { ID } from './wire.ts';

export const openaiChat = {
  id: ID,
  client: {
    id: ID,
    // The second is OpenRouter's base path.
    paths: ['/v1/chat/completions', '/api/v1/chat/completions'],
    decodeRequest,
    encodeResponse,
    openEncoder: ({ request }) => new ChatStreamEncoder({ usage: request.streamUsage === true }),
    encodeFailure,
    unsayable: { media: { document: 'absent', video: 'absent' }, finishes: ['pause', 'malformed-call'] },
    encodeModels,
    encodeModel,
    manners: [openRouterChat],
  },
  provider: {
    id: ID,
    quirks: QUIRKS,
    path,
    names: wireNames,
    handsSealsOn: (quirks) => quirk(quirks, 'routerFields') === 'forward',
    encodeRequest,
    decodeResponse,
    openDecoder: (quirks) => new ChatStreamDecoder(quirks),
    decodeFailure,
  },
  relay: { canRelay, relayRequest, readAnswer, keepFrame, closing: CLOSING },
} satisfies Dialect;
