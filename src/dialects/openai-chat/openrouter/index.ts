// Chat Completions in the manners of OpenRouter: the same requests, and answers, failures and catalogue as its official
// clients want them (openrouter.ai/docs/api-reference; @openrouter/sdk 1.3.19, @openrouter/ai-sdk-provider 3.1.0).

import type { ClientDialect } from '../../dialect.ts';
import { isOpenRouterClient } from '../../openrouter-clients.ts';
import { decodeRequest } from '../decode-request.ts';
import { ID } from '../wire.ts';
import { encodeFailure } from '../../openrouter-failures.ts';
import { encodeCount, encodeEndpoints, encodeModel, encodeModels, encodeProviders } from './models.ts';
import { encodeResponse } from './response.ts';
import { OpenRouterStreamEncoder } from './stream.ts';

export const openRouterChat: ClientDialect = {
  id: ID,
  paths: [],
  claims: isOpenRouterClient,
  decodeRequest,
  encodeResponse,
  openEncoder: (context) => new OpenRouterStreamEncoder(context),
  encodeFailure,
  encodeModels,
  encodeModel,
  catalogue: {
    base: '/api/v1',
    encodeCount,
    encodeEndpoints,
    encodeProviders,
    kinds: { 'embeddings/models': 'output_modalities=embeddings', 'models/user': '' },
  },
  relays: false,
  // What its documentation tells clients to expect.
  keepAlive: ': OPENROUTER PROCESSING\n\n',
};
