// Anthropic Messages, as clients speak it to us, and as we speak it to its maker and to the others who serve it.

import { claudeCaching } from '../claude-caching.ts';
import type { Dialect, Head } from '../dialect.ts';
import { decodeRequest } from './decode-request.ts';
import { decodeResponse } from './decode-response.ts';
import { MessagesStreamDecoder } from './decode-stream.ts';
import { encodeModel, encodeModels } from './encode-models.ts';
import { encodeRequest } from './encode-request.ts';
import { encodeResponse } from './encode-response.ts';
import { MessagesStreamEncoder } from './encode-stream.ts';
import { headers, path } from './envelope.ts';
import { decodeFailure, encodeFailure } from './failures.ts';
import { quirk, QUIRKS } from './quirks.ts';
import { canRelay, CLOSING, keepFrame, relayRequest } from './relay.ts';
import { ID, NAMES } from './wire.ts';

export const anthropicMessages = {
  id: ID,
  client: {
    id: ID,
    // The second is OpenRouter's base path.
    paths: ['/v1/messages', '/api/v1/messages'],
    claims: (head: Head) =>
      head.header('anthropic-version') !== undefined || /\/v1\/messages\b/.test(head.path),
    decodeRequest,
    encodeResponse,
    openEncoder: (context) => new MessagesStreamEncoder(context),
    encodeFailure,
    unsayable: {
      choices: true,
      logprobs: true,
      finishes: ['malformed-call'],
      media: { image: 'worded', document: 'worded', audio: 'worded', video: 'worded' },
    },
    encodeModels,
    // The API sends pings of its own, and its clients know them.
    keepAlive: 'event: ping\ndata: {"type": "ping"}\n\n',
    encodeModel,
    counting: {
      paths: ['/v1/messages/count_tokens', '/api/v1/messages/count_tokens'],
      decodeRequest,
      encodeCount: (inputTokens: number) => ({ input_tokens: inputTokens }),
    },
  },
  provider: {
    id: ID,
    quirks: QUIRKS,
    issuer: 'anthropic',
    caching: (model, quirks) => (quirk(quirks, 'cacheMarks') === 'sent' ? claudeCaching(model) : undefined),
    path,
    names: () => NAMES,
    headers,
    streamFraming: (quirks) => (quirk(quirks, 'envelope') === 'bedrock' ? 'aws-event-stream' : 'sse'),
    encodeRequest,
    decodeResponse,
    openDecoder: (quirks) => new MessagesStreamDecoder(quirks),
    decodeFailure,
  },
  relay: { canRelay, relayRequest, keepFrame, closing: CLOSING },
} satisfies Dialect;
