// Why an answer ended. `ERROR` and `TIMEOUT` say that the provider broke: those are failures, not ends.

import type { Finish, FinishReason } from '#canonical/finish.ts';

const REASONS: ReadonlyMap<string, FinishReason> = new Map([
  ['COMPLETE', 'stop'],
  ['STOP_SEQUENCE', 'stop-sequence'],
  ['MAX_TOKENS', 'length'],
  ['TOOL_CALL', 'tool-calls'],
  ['ERROR_TOXIC', 'content-filter'],
]);

export function isBroken(raw: string): boolean {
  return raw === 'ERROR' || raw === 'TIMEOUT';
}

/** The presence of calls decides, whatever was said, but for what may have cut the last call short. */
export function decodeFinish(raw: string, hasCalls: boolean): Finish {
  const said = REASONS.get(raw) ?? 'unknown';
  const usual = said === 'stop' || said === 'stop-sequence' || said === 'unknown';
  const reason = hasCalls && usual ? 'tool-calls' : !hasCalls && said === 'tool-calls' ? 'stop' : said;
  return raw === '' ? { reason } : { reason, raw };
}
