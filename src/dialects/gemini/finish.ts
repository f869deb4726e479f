// Why an answer ended, both ways. Calls are told as STOP in this language: their presence decides.

import type { Finish, FinishReason } from '#canonical/finish.ts';

/** ai.google.dev/api/generate-content, FinishReason. What is not here is unknown, and its word is kept. */
const REASONS: ReadonlyMap<string, FinishReason> = new Map([
  ['STOP', 'stop'],
  ['MAX_TOKENS', 'length'],
  ['SAFETY', 'content-filter'],
  ['RECITATION', 'content-filter'],
  ['LANGUAGE', 'content-filter'],
  ['BLOCKLIST', 'content-filter'],
  ['PROHIBITED_CONTENT', 'content-filter'],
  ['SPII', 'content-filter'],
  ['MODEL_ARMOR', 'content-filter'],
  ['IMAGE_SAFETY', 'content-filter'],
  ['IMAGE_PROHIBITED_CONTENT', 'content-filter'],
  ['IMAGE_RECITATION', 'content-filter'],
  ['MALFORMED_FUNCTION_CALL', 'malformed-call'],
  ['UNEXPECTED_TOOL_CALL', 'malformed-call'],
  ['TOO_MANY_TOOL_CALLS', 'malformed-call'],
]);

const WORDS: Readonly<Record<FinishReason, string>> = {
  stop: 'STOP',
  'stop-sequence': 'STOP',
  length: 'MAX_TOKENS',
  'context-full': 'MAX_TOKENS',
  'tool-calls': 'STOP',
  refusal: 'SAFETY',
  'content-filter': 'SAFETY',
  pause: 'STOP',
  'malformed-call': 'MALFORMED_FUNCTION_CALL',
  unknown: 'OTHER',
};

/** A limit or a filter stands even beside calls, since the last call may be cut. */
export function decodeFinish(raw: string | undefined, hasCalls: boolean): Finish {
  const said = REASONS.get(raw ?? '') ?? 'unknown';
  const stands = said === 'length' || said === 'content-filter';
  const reason = hasCalls && !stands ? 'tool-calls' : said;
  return raw === undefined ? { reason } : { reason, raw };
}

/** For answers of other languages: what came in this one has its own word. A refusal ends as one, whatever was said. */
export function encodeFinish({ reason }: Finish, refused: boolean): string {
  return reason === 'stop' && refused ? WORDS.refusal : WORDS[reason];
}
