// Why an answer ended: one of OpenRouter's five words, and the provider's own beside it.

import type { JsonObject } from '#base/json.ts';
import type { Finish, FinishReason } from '#canonical/finish.ts';

const WORDS: Readonly<Record<FinishReason, string>> = {
  stop: 'stop',
  'stop-sequence': 'stop',
  length: 'length',
  'context-full': 'length',
  'tool-calls': 'tool_calls',
  refusal: 'content_filter',
  'content-filter': 'content_filter',
  pause: 'stop',
  'malformed-call': 'error',
  unknown: 'stop',
};

export function finishFields({ reason, raw }: Finish): JsonObject {
  const word = WORDS[reason];
  return { finish_reason: word, native_finish_reason: raw ?? word };
}
