// Failures, both ways: a provider's error answer to ours, and ours to the shape that OpenAI's clients turn into their
// usual error classes.

import type { Json, JsonObject } from '#base/json.ts';
import { isObject, parseJson } from '#base/json.ts';
import { failure, statusOf } from '#canonical/failure.ts';
import type { Failure, FailureCode } from '#canonical/failure.ts';
import { rateLimitResetMs, retryAfterMs } from '#canonical/retry-after.ts';
import type { HeaderReader } from '#canonical/retry-after.ts';
import { scrub } from '#canonical/scrub.ts';
import { classOfStatus } from './openai-error-class.ts';
import { bodyWaitMs, failureOf, readErrorFacts } from './openai-error-object.ts';

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
  const known = isObject(parsed) || Array.isArray(parsed);
  const found = known
    ? fromJson(status, parsed, header, nowWallMs)
    : fromText(status, text, header, nowWallMs);
  return obeyShouldRetry(found, header('x-should-retry'));
}

function fromJson(status: number, body: Json, header: HeaderReader, nowWallMs: number): Failure {
  const facts = readErrorFacts(body);
  return failureOf(facts, status, waitMs(status, header, nowWallMs) ?? bodyWaitMs(facts, nowWallMs));
}

/** HTML from an edge, a plain line, or nothing. Its words are not trusted, only the status. */
function fromText(status: number, text: string, header: HeaderReader, nowWallMs: number): Failure {
  const html = text.startsWith('<');
  const retryAfter = waitMs(status, header, nowWallMs);
  if (!html && text !== '') return failureOf(readErrorFacts(text), status, retryAfter);
  // A page where an API should be: the address is wrong, or something stands before it. It judges no credential.
  const wrongPlace = html && status < 500 && status !== 401 && status !== 429;
  const code: FailureCode = wrongPlace ? 'upstream_protocol' : classOfStatus(status).code;
  const what = text === '' ? 'an empty answer' : 'an HTML page';
  const detail = text === '' ? undefined : scrub(text, 200);
  return failure(code, `The provider answered ${status} with ${what}.`, {
    retryAfterMs: retryAfter,
    upstreamStatus: status,
    detail,
  });
}

function waitMs(status: number, header: HeaderReader, nowWallMs: number): number | undefined {
  const asked = retryAfterMs(header, nowWallMs);
  return asked ?? (status === 429 ? rateLimitResetMs(header, nowWallMs) : undefined);
}

/** The provider's own word on repeating the call there. It cannot speak for other targets. */
function obeyShouldRetry(found: Failure, word: string | undefined): Failure {
  if (word === 'false' && found.retry === 'same-target') return { ...found, retry: 'other-target' };
  if (word === 'true' && found.code === 'upstream_rejected') return { ...found, retry: 'same-target' };
  return found;
}

interface Shown {
  readonly type: string;
  readonly code: string;
}

const BAD_REQUEST = 'invalid_request_error';
const RATE: Shown = { type: 'rate_limit_error', code: 'rate_limit_exceeded' };

/** The words of OpenAI's own errors, where it has one for the situation; the others keep our code. */
const SHOWN: ReadonlyMap<FailureCode, Shown> = new Map([
  ['context_length_exceeded', { type: BAD_REQUEST, code: 'context_length_exceeded' }],
  ['content_filtered', { type: BAD_REQUEST, code: 'content_filter' }],
  ['authentication', { type: BAD_REQUEST, code: 'invalid_api_key' }],
  ['model_not_found', { type: BAD_REQUEST, code: 'model_not_found' }],
  ['upstream_model_not_found', { type: BAD_REQUEST, code: 'model_not_found' }],
  ['permission_denied', { type: 'permission_error', code: 'permission_denied' }],
  ['upstream_rate_limited', RATE],
]);

export function errorObject(problem: Failure): JsonObject {
  const status = statusOf(problem.code);
  const shown = SHOWN.get(problem.code) ?? {
    type: status < 500 ? BAD_REQUEST : 'server_error',
    code: problem.code,
  };
  return { message: problem.message, type: shown.type, param: problem.field ?? null, code: shown.code };
}

/** Clew has retried already where that made sense, so the client is told not to. */
export function encodeFailure(problem: Failure): {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: JsonObject;
} {
  const headers: Record<string, string> = { 'x-should-retry': 'false' };
  if (problem.retryAfterMs !== undefined) {
    headers['retry-after'] = String(Math.ceil(problem.retryAfterMs / 1_000));
    headers['retry-after-ms'] = String(Math.ceil(problem.retryAfterMs));
  }
  return { status: statusOf(problem.code), headers, body: { error: errorObject(problem) } };
}
