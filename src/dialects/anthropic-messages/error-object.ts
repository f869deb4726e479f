// What an error says, in every shape in which servers of this language write one: `{type: "error", error: {type,
// message}}`; `{error: {code, message, status}}`, also in a list; `{message}` with the kind in a header or an event.

import { asNumber, asObject, asString, isObject } from '#base/json.ts';
import type { Json, JsonObject } from '#base/json.ts';
import { failure } from '#canonical/failure.ts';
import type { Failure } from '#canonical/failure.ts';
import { scrub } from '#canonical/scrub.ts';
import { classify } from './error-class.ts';

export interface ErrorFacts {
  readonly message: string;
  /** The provider's words for the kind of error, in lower case, one after the other. */
  readonly words: readonly string[];
  /** HTTP status that the error itself names. */
  readonly status: number | undefined;
}

/** Whether a body or a chunk is an error. `error: null` is none. */
export function carriesError(body: JsonObject): boolean {
  const error = body['error'];
  if (error !== undefined && error !== null && error !== false) return true;
  if (body['type'] === 'error') return true;
  return body['type'] === undefined && body['content'] === undefined && typeof body['message'] === 'string';
}

/** An error inside a 200 answer: the class comes from what it says. */
export function decodeErrorObject(body: Json, kind?: string): Failure {
  const facts = readErrorFacts(body, kind);
  return failureOf(facts, facts.status, undefined);
}

export function failureOf(
  facts: ErrorFacts,
  status: number | undefined,
  waitMs: number | undefined,
): Failure {
  const found = classify(status, facts.words, facts.message);
  const said = scrub(facts.message);
  const [word] = facts.words;
  return failure(found.code, said === '' ? `The provider answered ${status ?? 'with an error'}.` : said, {
    ...(found.retry && { retry: found.retry }),
    retryAfterMs: waitMs,
    upstreamStatus: status,
    detail: word === undefined ? undefined : { codes: facts.words.map((one) => scrub(one, 80)) },
  });
}

/** `kind` is what a header or the event's name calls the error. */
export function readErrorFacts(body: Json, kind?: string): ErrorFacts {
  const outer = asObject(Array.isArray(body) ? (body as readonly Json[])[0] : body);
  const error = outer?.['error'];
  const inner: JsonObject = isObject(error) ? error : (outer ?? {});
  const words = [kind, inner['type'], inner['status'], inner['code'], inner['__type']]
    .filter((word): word is string => typeof word === 'string' && word !== 'error')
    .map((word) => word.toLowerCase());
  return {
    message: asString(error) ?? asString(inner['message']) ?? (typeof body === 'string' ? body : ''),
    words: [...new Set(words)],
    status: statusOf(inner['code']) ?? statusOf(inner['status']),
  };
}

function statusOf(value: Json | undefined): number | undefined {
  const status = asNumber(value);
  return status !== undefined && Number.isInteger(status) && status >= 400 && status < 600
    ? status
    : undefined;
}
