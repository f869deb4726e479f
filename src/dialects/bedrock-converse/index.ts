// The Converse API of Amazon Bedrock, as we speak it to Bedrock. No client speaks it to us.

import { claudeCaching } from '../claude-caching.ts';
import type { Dialect } from '../dialect.ts';
import { decodeResponse } from './decode-response.ts';
import { ConverseStreamDecoder } from './decode-stream.ts';
import { encodeRequest } from './encode-request.ts';
import { decodeFailure } from './failures.ts';
import { familyOf } from './family.ts';
import { QUIRKS } from './quirks.ts';
import { ID, NAMES } from './wire.ts';

export const bedrockConverse = {
  id: ID,
  provider: {
    id: ID,
    quirks: QUIRKS,
    issuer: 'bedrock',
    caching: (model) => (familyOf(model) === 'claude' ? claudeCaching(model) : undefined),
    // Its signatures are those of the vendor's own API: platform.claude.com/docs/en/build-with-claude/extended-thinking.
    issuerOf: (model) => (familyOf(model) === 'claude' ? 'anthropic' : undefined),
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
