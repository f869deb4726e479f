// How long a provider asks us to wait, in every form that providers write it. Used by every dialect for failures.

/** Nobody is made to wait longer than a day by a header; beyond it the number is a mistake or a clock's. */
export const WAIT_MS_MAX = 86_400_000;

export type HeaderReader = (name: string) => string | undefined;

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const NUMBER = /^\+?\d+(?:\.\d*)?$/;
const DURATION = /^(?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+$/;
const DURATION_STEP = /(\d+(?:\.\d+)?)(ms|s|m|h|d)/g;
/** Date.parse accepts almost anything, so only what looks like an HTTP or an ISO date reaches it. */
const DATE = /^(?:[A-Z][a-z]{2,8},? .*\d{4}.*|\d{4}-\d\d-\d\d[T ].*)$/;
const RESETS = [
  'x-ratelimit-reset-requests',
  'x-ratelimit-reset-tokens',
  'x-ratelimit-reset-tokens-minute',
  'x-ratelimit-reset-requests-day',
  'x-ratelimit-reset',
] as const;

/**
 * Milliseconds from now, in the order of trust: `retry-after-ms`, `retry-after`. Undefined when neither says anything
 * sensible; capped at a day.
 */
export function retryAfterMs(header: HeaderReader, nowWallMs: number): number | undefined {
  const exact = header('retry-after-ms');
  if (exact !== undefined && NUMBER.test(exact.trim())) return capped(Number(exact));
  const written = header('retry-after');
  return written === undefined ? undefined : parseWaitMs(written, nowWallMs);
}

/**
 * Milliseconds until the limit that is exhausted is filled again, from `x-ratelimit-reset*`: the longest of those whose
 * `remaining` is not known to be positive. For 429 only: on other answers these headers say nothing about waiting.
 */
export function rateLimitResetMs(header: HeaderReader, nowWallMs: number): number | undefined {
  let longest: number | undefined;
  for (const name of RESETS) {
    const written = header(name);
    if (written === undefined || Number(header(name.replace('reset', 'remaining')) ?? 0) > 0) continue;
    const waitMs = parseResetMs(written, nowWallMs);
    if (waitMs !== undefined && waitMs > (longest ?? -1)) longest = waitMs;
  }
  return longest;
}

/** As `parseWaitMs`, but a number too large to be seconds of waiting is a moment: seconds or milliseconds since 1970. */
export function parseResetMs(text: string, nowWallMs: number): number | undefined {
  const number = NUMBER.test(text.trim()) ? Number(text) : 0;
  if (number > 1e11) return number > nowWallMs ? capped(number - nowWallMs) : undefined;
  if (number > 1e9) return number * 1_000 > nowWallMs ? capped(number * 1_000 - nowWallMs) : undefined;
  return parseWaitMs(text, nowWallMs);
}

/**
 * `30`, `0.5` (seconds), `34.4s`, `6ms`, `1m30.5s`, an HTTP date, an ISO date. Undefined for junk, for negative waits and
 * for moments that have passed (a clock that is wrong says nothing).
 */
export function parseWaitMs(written: string, nowWallMs: number): number | undefined {
  const text = written.trim();
  if (NUMBER.test(text)) return capped(Number(text) * 1_000);
  if (DURATION.test(text)) {
    let total = 0;
    for (const [, amount, unit] of text.matchAll(DURATION_STEP))
      total += Number(amount) * (UNIT_MS[unit ?? ''] ?? 0);
    return capped(total);
  }
  if (!DATE.test(text)) return undefined;
  const moment = Date.parse(text);
  return moment > nowWallMs ? capped(moment - nowWallMs) : undefined;
}

function capped(waitMs: number): number | undefined {
  return Number.isNaN(waitMs) ? undefined : Math.min(Math.ceil(waitMs), WAIT_MS_MAX);
}
