// Why an answer ended, both ways.

import type { Finish, FinishReason } from '#canonical/finish.ts';

/** By the provider's word, in lower case. Besides OpenAI's five: what the providers that speak this dialect say. */
const REASONS: ReadonlyMap<string, FinishReason> = new Map([
  ['stop', 'stop'],
  ['length', 'length'],
  ['tool_calls', 'tool-calls'],
  ['function_call', 'tool-calls'],
  ['content_filter', 'content-filter'],
  ['eos', 'stop'],
  ['eos_token', 'stop'],
  ['end_turn', 'stop'],
  ['stop_sequence', 'stop-sequence'],
  ['model_length', 'context-full'],
  ['max_tokens', 'length'],
  ['model_context_window_exceeded', 'context-full'],
  ['tool_use', 'tool-calls'],
  ['safety', 'content-filter'],
  ['sensitive', 'content-filter'],
  ['refusal', 'refusal'],
]);

const WORDS: Readonly<Record<FinishReason, string>> = {
  stop: 'stop',
  'stop-sequence': 'stop',
  length: 'length',
  'context-full': 'length',
  'tool-calls': 'tool_calls',
  refusal: 'content_filter',
  'content-filter': 'content_filter',
  pause: 'stop',
  'malformed-call': 'stop',
  unknown: 'stop',
};

const KNOWN_TO_CLIENTS: ReadonlySet<string> = new Set([
  'stop',
  'length',
  'tool_calls',
  'content_filter',
  'function_call',
]);

/** Words that say that the provider broke, not that the answer ended. */
const BROKEN: ReadonlySet<string> = new Set(['error', 'network_error']);

export function isBroken(raw: string | undefined): boolean {
  return raw !== undefined && BROKEN.has(raw);
}

/**
 * The presence of calls decides, whatever the provider said: several say `stop` with calls, or the reverse. Only `length`
 * and a filter stand, since then the last call may be cut.
 */
export function decodeFinish(raw: string | undefined, hasCalls: boolean): Finish {
  const said = raw === undefined || raw === '' ? 'unknown' : (REASONS.get(raw.toLowerCase()) ?? 'unknown');
  const reason = corrected(said, hasCalls);
  return raw === undefined || raw === '' ? { reason } : { reason, raw };
}

function corrected(said: FinishReason, hasCalls: boolean): FinishReason {
  if (hasCalls)
    return said === 'stop' || said === 'stop-sequence' || said === 'unknown' ? 'tool-calls' : said;
  return said === 'tool-calls' ? 'stop' : said;
}

/** The provider's own word where clients know it and it says the same. */
export function encodeFinish(finish: Finish): string {
  const { raw, reason } = finish;
  if (raw !== undefined && KNOWN_TO_CLIENTS.has(raw) && REASONS.get(raw) === reason) return raw;
  return WORDS[reason];
}
