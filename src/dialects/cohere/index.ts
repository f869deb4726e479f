// Cohere's Chat API, version 2, as we speak it to Cohere. No client speaks it to us.

import type { Dialect } from '../dialect.ts';
import { decodeResponse } from './decode-response.ts';
import { CohereStreamDecoder } from './decode-stream.ts';
import { encodeRequest } from './encode-request.ts';
import { decodeFailure } from './failures.ts';
import { QUIRKS } from './quirks.ts';
import { ID, NAMES } from './wire.ts';

export const cohere = {
  id: ID,
  provider: {
    id: ID,
    quirks: QUIRKS,
    path: () => '/chat',
    names: () => NAMES,
    encodeRequest,
    decodeResponse,
    openDecoder: () => new CohereStreamDecoder(),
    decodeFailure,
  },
} satisfies Dialect;
