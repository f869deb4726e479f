// OpenAI's Responses API, as clients speak it to us and as we speak it to the providers that offer it.

import type { ClientDialect, Dialect } from '../dialect.ts';
import { isOpenRouterClient } from '../openrouter-clients.ts';
import { OPENROUTER, OpenRouterResponsesEncoder } from './openrouter.ts';
import { decodeFailure, encodeFailure } from '../openai-failures.ts';
import { encodeModel, encodeModels } from '../openai-models.ts';
import { decodeRequest } from './decode-request.ts';
import { decodeResponse } from './decode-response.ts';
import { ResponsesStreamDecoder } from './decode-stream.ts';
import { encodeRequest } from './encode-request.ts';
import { encodeResponse } from './encode-response.ts';
import { ResponsesStreamEncoder } from './encode-stream.ts';
import { keeping } from './keeping.ts';
import { quirk, QUIRKS } from './quirks.ts';
import { canRelay, keepFrame, relayRequest } from './relay.ts';
import { ID, NAMES } from './wire.ts';

const client = {
  id: ID,
  // The second is OpenRouter's base path.
  paths: ['/v1/responses', '/api/v1/responses'],
  decodeRequest,
  encodeResponse,
  openEncoder: (context) => new ResponsesStreamEncoder(context),
  encodeFailure,
  unsayable: {
    choices: true,
    media: { audio: 'absent', document: 'absent', video: 'absent' },
    finishes: ['pause', 'refusal'],
  },
  encodeModels,
  encodeModel,
  keeping,
} satisfies ClientDialect;

const openRouter: ClientDialect = {
  ...client,
  ...OPENROUTER,
  paths: [],
  claims: isOpenRouterClient,
  openEncoder: (context) => new OpenRouterResponsesEncoder(new ResponsesStreamEncoder(context), context),
};

export const openaiResponses = {
  id: ID,
  client: { ...client, manners: [openRouter] },
  provider: {
    id: ID,
    quirks: QUIRKS,
    issuer: 'openai',
    path: () => '/responses',
    names: () => NAMES,
    keepsAnswers: (quirks) => quirk(quirks, 'state') === 'kept',
    encodeRequest,
    decodeResponse,
    openDecoder: () => new ResponsesStreamDecoder(),
    decodeFailure,
  },
  relay: { canRelay, relayRequest, keepFrame },
} satisfies Dialect;
