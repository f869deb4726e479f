// What an encoder for clients is told besides the answer, in tests.

import type { ChatRequest } from '#canonical/request.ts';
import type { EncodeContext } from '#dialects/dialect.ts';

const REQUEST: ChatRequest = {
  model: 'm',
  messages: [{ role: 'user', parts: [{ kind: 'text', text: 'Hello.' }] }],
  tools: [],
  sampling: {},
  stream: true,
  streamUsage: true,
};

export function encodeContext(request: Partial<ChatRequest> = {}): EncodeContext {
  return { request: { ...REQUEST, ...request }, generationId: 'gen-1-test', nowSec: 1_700_000_000 };
}
