// The generateContent API of Gemini, as clients speak it to us and as we speak it to the Gemini API and to Vertex AI.

import type { Dialect } from '../dialect.ts';
import { counting } from './counting.ts';
import { decodeRequest } from './decode-request.ts';
import { decodeResponse } from './decode-response.ts';
import { GeminiStreamDecoder } from './decode-stream.ts';
import { encodeModel, encodeModels } from './encode-models.ts';
import { encodeRequest } from './encode-request.ts';
import { encodeResponse } from './encode-response.ts';
import { GeminiStreamEncoder } from './encode-stream.ts';
import { decodeFailure, encodeFailure } from './failures.ts';
import { claims, framingOf, PATHS, providerPath } from './path.ts';
import { QUIRKS } from './quirks.ts';
import { canRelay, keepFrame, relayRequest } from './relay.ts';
import { ID, NAMES } from './wire.ts';

export const gemini = {
  id: ID,
  client: {
    id: ID,
    paths: PATHS,
    claims,
    decodeRequest,
    encodeResponse,
    openEncoder: () => new GeminiStreamEncoder(),
    streamFraming: framingOf,
    encodeFailure,
    unsayable: { finishes: ['pause'] },
    encodeModels,
    // Blank lines: the official clients of the first major version take a comment for an answer that is cut.
    keepAlive: '\n\n',
    encodeModel,
    counting,
  },
  provider: {
    id: ID,
    quirks: QUIRKS,
    issuer: 'gemini',
    path: providerPath,
    names: () => NAMES,
    encodeRequest,
    decodeResponse,
    openDecoder: () => new GeminiStreamDecoder(),
    decodeFailure,
  },
  relay: { canRelay, relayRequest, keepFrame },
} satisfies Dialect;
