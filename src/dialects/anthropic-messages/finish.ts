// Why an answer ended, both ways.

import type { Finish, FinishReason } from '#canonical/finish.ts';

/** By the provider's word. Source: platform.claude.com/docs/en/api/handling-stop-reasons. */
const REASONS: ReadonlyMap<string, FinishReason> = new Map([
  ['end_turn', 'stop'],
  ['stop_sequence', 'stop-sequence'],
  ['max_tokens', 'length'],
  ['model_context_window_exceeded', 'context-full'],
  ['tool_use', 'tool-calls'],
  ['refusal', 'refusal'],
  ['pause_turn', 'pause'],
  // The history was folded and the turn goes on when it is sent again.
  ['compaction', 'pause'],
  // Others who speak this language.
  ['stop', 'stop'],
  ['length', 'length'],
  ['content_filter', 'content-filter'],
]);

const WORDS: Readonly<Record<FinishReason, string>> = {
  stop: 'end_turn',
  'stop-sequence': 'stop_sequence',
  length: 'max_tokens',
  'context-full': 'model_context_window_exceeded',
  'tool-calls': 'tool_use',
  refusal: 'refusal',
  'content-filter': 'refusal',
  pause: 'pause_turn',
  'malformed-call': 'end_turn',
  unknown: 'end_turn',
};

const KNOWN_TO_CLIENTS: ReadonlySet<string> = new Set([...Object.values(WORDS), 'compaction']);

/** The presence of calls that the client must run decides over `end_turn` and `tool_use`; hosted calls do not count. */
export function decodeFinish(
  raw: string | undefined,
  stopSequence: string | undefined,
  hasCalls: boolean,
): Finish {
  const said = raw === undefined ? 'unknown' : (REASONS.get(raw) ?? 'unknown');
  return {
    reason: corrected(said, hasCalls),
    ...(raw === undefined ? {} : { raw }),
    ...(stopSequence === undefined ? {} : { stopSequence }),
  };
}

function corrected(said: FinishReason, hasCalls: boolean): FinishReason {
  if (hasCalls) return said === 'stop' || said === 'unknown' ? 'tool-calls' : said;
  return said === 'tool-calls' ? 'stop' : said;
}

/** The provider's own word where clients know it and it says the same. */
export function encodeFinish({ raw, reason }: Finish, refused: boolean): string {
  if (raw !== undefined && KNOWN_TO_CLIENTS.has(raw) && REASONS.get(raw) === reason) return raw;
  return reason === 'stop' && refused ? WORDS.refusal : WORDS[reason];
}
