// What is left of a provider's rate limits, from the headers of its answers, in every spelling that is known.

import { parseResetMs } from '#canonical/retry-after.ts';
import type { HeaderReader } from '#canonical/retry-after.ts';

/** What may still be asked until the limit is whole again. */
export interface RateLeft {
  readonly remaining: number;
  readonly limit?: number;
  /** Milliseconds from now. */
  readonly resetsInMs: number;
}

export interface RateLimits {
  readonly requests?: RateLeft;
  /** Of prompt and answer together, or of the prompt where they are limited apart. */
  readonly tokens?: RateLeft;
}

interface Spelling {
  readonly remaining: string;
  readonly limit: string;
  readonly reset: string;
}

const common = (what: string): Spelling => ({
  remaining: `x-ratelimit-remaining-${what}`,
  limit: `x-ratelimit-limit-${what}`,
  reset: `x-ratelimit-reset-${what}`,
});
const anthropic = (what: string): Spelling => ({
  remaining: `anthropic-ratelimit-${what}-remaining`,
  limit: `anthropic-ratelimit-${what}-limit`,
  reset: `anthropic-ratelimit-${what}-reset`,
});

/**
 * The first that is there counts: https://platform.openai.com/docs/guides/rate-limits (and those who follow it),
 * https://platform.claude.com/docs/en/api/rate-limits#response-headers, https://inference-docs.cerebras.ai/support/rate-limits.
 */
const REQUESTS = [common('requests'), anthropic('requests'), common('requests-day')] as const;
const TOKENS = [
  common('tokens'),
  anthropic('input-tokens'),
  anthropic('tokens'),
  common('tokens-minute'),
] as const;

/** Who says nothing of the reset is taken to limit by the minute. */
const RESET_MS = 60_000;

/** Undefined when the headers say nothing. */
export function rateLimitsIn(header: HeaderReader, nowWallMs: number): RateLimits | undefined {
  const requests = firstOf(REQUESTS, header, nowWallMs);
  const tokens = firstOf(TOKENS, header, nowWallMs);
  if (requests === undefined && tokens === undefined) return undefined;
  return { ...(requests !== undefined && { requests }), ...(tokens !== undefined && { tokens }) };
}

function firstOf(
  spellings: readonly Spelling[],
  header: HeaderReader,
  nowWallMs: number,
): RateLeft | undefined {
  for (const { remaining: name, limit: limitName, reset } of spellings) {
    const remaining = amount(header(name));
    if (remaining === undefined) continue;
    const limit = amount(header(limitName));
    const written = header(reset);
    const resetsInMs = written === undefined ? undefined : parseResetMs(written, nowWallMs);
    return { remaining, ...(limit !== undefined && { limit }), resetsInMs: resetsInMs ?? RESET_MS };
  }
  return undefined;
}

function amount(written: string | undefined): number | undefined {
  return written !== undefined && /^\d{1,15}$/.test(written.trim()) ? Number(written) : undefined;
}
