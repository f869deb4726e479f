// Why an answer ended.

import type { Finish, FinishReason } from '#canonical/finish.ts';

const REASONS: ReadonlyMap<string, FinishReason> = new Map([
  ['end_turn', 'stop'],
  ['tool_use', 'tool-calls'],
  ['max_tokens', 'length'],
  ['stop_sequence', 'stop-sequence'],
  ['guardrail_intervened', 'content-filter'],
  ['content_filtered', 'content-filter'],
  ['malformed_model_output', 'malformed-call'],
  ['malformed_tool_use', 'malformed-call'],
  ['model_context_window_exceeded', 'context-full'],
]);

/**
 * The presence of calls decides, whatever was said, but for what may have cut the last call short. Calls of tools that
 * Bedrock runs itself do not count.
 */
export function decodeFinish(raw: string, hasCalls: boolean, stopSequence?: string): Finish {
  const said = REASONS.get(raw) ?? 'unknown';
  const reason = corrected(said, hasCalls);
  return { reason, raw, ...(stopSequence === undefined ? {} : { stopSequence }) };
}

function corrected(said: FinishReason, hasCalls: boolean): FinishReason {
  if (hasCalls)
    return said === 'stop' || said === 'stop-sequence' || said === 'unknown' ? 'tool-calls' : said;
  return said === 'tool-calls' ? 'stop' : said;
}
