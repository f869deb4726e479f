// The Converse API of Amazon Bedrock, as we speak it to Bedrock. No client speaks it to us.

import type { Dialect } from '../dialect.ts';
import { decodeResponse } from './decode-response.ts';
import { ConverseStreamDecoder } from './decode-stream.ts';
import { encodeRequest } from './encode-request.ts';
import { decodeFailure } from './failures.ts';
import { QUIRKS } from './quirks.ts';
import { ID, NAMES } from './wire.ts';

export const bedrockConverse = {
  id: ID,
  provider: {
    id: ID,
    quirks: QUIRKS,
    // Ids hold colons, and ARNs slashes, which must not become parts of the path.
    path: (model, stream) => `/model/${encodeURIComponent(model)}/${stream ? 'converse-stream' : 'converse'}`,
    names: () => NAMES,
    streamFraming: () => 'aws-event-stream',
    encodeRequest,
    decodeResponse,
    openDecoder: () => new ConverseStreamDecoder(),
    decodeFailure,
  },
} satisfies Dialect;
