// Failures, both ways: a provider's error answer to ours, and ours to the shape that the official clients turn into their
// usual error classes.

import type { Json, JsonObject } from '#base/json.ts';
import { isObject, parseJson } from '#base/json.ts';
import { failure, mayComeBack, statusOf } from '#canonical/failure.ts';
import type { Failure, FailureCode } from '#canonical/failure.ts';
import { parseWaitMs, retryAfterMs } from '#canonical/retry-after.ts';
import type { HeaderReader } from '#canonical/retry-after.ts';
import { scrub } from '#canonical/scrub.ts';
import type { EncodedFailure } from '../dialect.ts';
import { classOfStatus } from './error-class.ts';
import { failureOf, readErrorFacts } from './error-object.ts';

/** Longer bodies are not errors but pages. */
const BODY_LENGTH_MAX = 65_536;
/** Limits that a 429 may be about; each has `remaining` and `reset`, a moment in RFC 3339. */
const LIMITS = ['requests', 'tokens', 'input-tokens', 'output-tokens'] as const;

export function decodeFailure(
  status: number,
  header: HeaderReader,
  body: string,
  nowWallMs: number,
): Failure {
  const text = body.slice(0, BODY_LENGTH_MAX).trim();
  const parsed = parseJson(text);
  // `ValidationException:http://…`: only what stands before the colon is the kind.
  const kind = header('x-amzn-errortype')?.split(':')[0];
  const waitMs = waitOf(status, header, nowWallMs);
  const found =
    isObject(parsed) || Array.isArray(parsed)
      ? failureOf(readErrorFacts(parsed, kind), status, waitMs)
      : fromText(status, text, waitMs);
  return obeyShouldRetry(found, header('x-should-retry'));
}

/** A page from an edge, a plain line, or nothing. Its words are not trusted, only the status. */
function fromText(status: number, text: string, waitMs: number | undefined): Failure {
  const html = text.startsWith('<');
  if (!html && text !== '') return failureOf(readErrorFacts(text), status, waitMs);
  // A page where an API should be: the address is wrong, or something stands before it. It judges no credential.
  const wrongPlace = html && status < 500 && status !== 401 && status !== 429;
  const code: FailureCode = wrongPlace ? 'upstream_protocol' : classOfStatus(status).code;
  return failure(code, `The provider answered ${status} with ${html ? 'an HTML page' : 'an empty answer'}.`, {
    retryAfterMs: waitMs,
    upstreamStatus: status,
    detail: html ? scrub(text, 200) : undefined,
  });
}

function waitOf(status: number, header: HeaderReader, nowWallMs: number): number | undefined {
  // Answers of 200 may carry `retry-after` too; only a failure is to be waited for.
  if (status !== 429 && status < 500) return undefined;
  const asked = retryAfterMs(header, nowWallMs);
  if (asked !== undefined || status !== 429) return asked;
  let longest: number | undefined;
  for (const limit of LIMITS) {
    const remaining = header(`anthropic-ratelimit-${limit}-remaining`);
    const reset = header(`anthropic-ratelimit-${limit}-reset`);
    if (reset === undefined || Number(remaining ?? 0) > 0) continue;
    const waitMs = parseWaitMs(reset, nowWallMs);
    if (waitMs !== undefined && waitMs > (longest ?? -1)) longest = waitMs;
  }
  return longest;
}

/** The provider's own word on repeating the call there. It cannot speak for other targets. */
function obeyShouldRetry(found: Failure, word: string | undefined): Failure {
  if (word === 'false' && found.retry === 'same-target') return { ...found, retry: 'other-target' };
  if (word === 'true' && found.code === 'upstream_rejected') return { ...found, retry: 'same-target' };
  return found;
}

/** The vendor's words by status. */
const TYPES: ReadonlyMap<number, string> = new Map([
  [401, 'authentication_error'],
  [402, 'billing_error'],
  [403, 'permission_error'],
  [404, 'not_found_error'],
  [413, 'request_too_large'],
  [429, 'rate_limit_error'],
  [504, 'timeout_error'],
  [529, 'overloaded_error'],
]);

/** The vendor's status for "too much to do", on which its clients slow down. */
const OVERLOADED = 529;
const BUSY: ReadonlySet<FailureCode> = new Set(['upstream_overloaded', 'overloaded']);

function shownStatus(code: FailureCode): number {
  return BUSY.has(code) ? OVERLOADED : statusOf(code);
}

export function errorObject(problem: Failure): JsonObject {
  const status = shownStatus(problem.code);
  const type = TYPES.get(status) ?? (status < 500 ? 'invalid_request_error' : 'api_error');
  return { type, message: problem.message };
}

export function errorBody(problem: Failure): JsonObject {
  return { type: 'error', error: errorObject(problem) };
}

/** Clew has retried already where that made sense: the client is told not to, but for a state of its own that passes. */
export function encodeFailure(problem: Failure): EncodedFailure & { readonly body: Json } {
  const headers: Record<string, string> = { 'x-should-retry': String(mayComeBack(problem.code)) };
  if (problem.retryAfterMs !== undefined) {
    headers['retry-after'] = String(Math.ceil(problem.retryAfterMs / 1_000));
    headers['retry-after-ms'] = String(Math.ceil(problem.retryAfterMs));
  }
  return { status: shownStatus(problem.code), headers, body: errorBody(problem) };
}
