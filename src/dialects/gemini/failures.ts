// Failures, both ways: a provider's error answer to ours, and ours to the shape that this vendor's clients raise.

import { asObject, isObject, parseJson } from '#base/json.ts';
import type { Json, JsonObject } from '#base/json.ts';
import { failure, mayComeBack, statusOf } from '#canonical/failure.ts';
import type { Failure, FailureCode } from '#canonical/failure.ts';
import { retryAfterMs } from '#canonical/retry-after.ts';
import type { HeaderReader } from '#canonical/retry-after.ts';
import { scrub } from '#canonical/scrub.ts';
import type { EncodedFailure } from '../dialect.ts';
import { carriesError, classOfStatus, decodeErrorObject } from './error-object.ts';

/** Longer bodies are not errors but pages. */
const BODY_LENGTH_MAX = 65_536;

export function decodeFailure(
  status: number,
  header: HeaderReader,
  body: string,
  nowWallMs: number,
): Failure {
  const text = body.slice(0, BODY_LENGTH_MAX).trim();
  const parsed = parseJson(text);
  const waitMs = retryAfterMs(header, nowWallMs);
  if (parsed !== undefined && carriesError(parsed)) return decodeErrorObject(parsed, status, waitMs);
  const html = text.startsWith('<');
  // A page where an API should be: the address is wrong, or something stands before it. It judges no credential.
  const wrongPlace = html && status < 500 && status !== 401 && status !== 429;
  const found = classOfStatus(status);
  const code: FailureCode = wrongPlace ? 'upstream_protocol' : found.code;
  const what = text === '' ? 'an empty answer' : html ? 'an HTML page' : saidIn(parsed, text);
  return failure(code, `The provider answered ${status} with ${what}.`, {
    ...(found.retry && !wrongPlace && { retry: found.retry }),
    retryAfterMs: waitMs,
    upstreamStatus: status,
    detail: html ? scrub(text, 200) : undefined,
  });
}

function saidIn(parsed: Json | undefined, text: string): string {
  const message = isObject(parsed)
    ? (parsed['message'] ?? asObject(parsed['error'])?.['message'])
    : undefined;
  return scrub(typeof message === 'string' ? message : text, 300).replace(/\.$/, '');
}

/** google.rpc.Code by HTTP status. */
const WORDS: ReadonlyMap<number, string> = new Map([
  [400, 'INVALID_ARGUMENT'],
  [401, 'UNAUTHENTICATED'],
  [403, 'PERMISSION_DENIED'],
  [404, 'NOT_FOUND'],
  [408, 'DEADLINE_EXCEEDED'],
  [429, 'RESOURCE_EXHAUSTED'],
  [499, 'CANCELLED'],
  [500, 'INTERNAL'],
  [502, 'UNAVAILABLE'],
  [503, 'UNAVAILABLE'],
  [504, 'DEADLINE_EXCEEDED'],
]);

export function errorBody(problem: Failure): JsonObject {
  const code = statusOf(problem.code);
  const details: JsonObject[] = [
    {
      '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
      reason: problem.code.toUpperCase(),
      domain: 'clew',
    },
  ];
  if (problem.field !== undefined) {
    const fieldViolations = [{ field: problem.field, description: problem.message }];
    details.push({ '@type': 'type.googleapis.com/google.rpc.BadRequest', fieldViolations });
  }
  if (problem.retryAfterMs !== undefined) {
    const retryDelay = `${Math.ceil(problem.retryAfterMs) / 1_000}s`;
    details.push({ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay });
  }
  const status = WORDS.get(code) ?? (code < 500 ? 'INVALID_ARGUMENT' : 'INTERNAL');
  return { error: { code, message: problem.message, status, details } };
}

/** Clew has retried already where that made sense: clients that listen are told not to, but for a state of its own that passes. */
export function encodeFailure(problem: Failure): EncodedFailure {
  const headers: Record<string, string> = { 'x-should-retry': String(mayComeBack(problem.code)) };
  if (problem.retryAfterMs !== undefined)
    headers['retry-after'] = String(Math.ceil(problem.retryAfterMs / 1_000));
  return { status: statusOf(problem.code), headers, body: errorBody(problem) };
}
