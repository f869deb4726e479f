// A provider's errors as ours. The class stands in the header `x-amzn-errortype`, in `__type`, or, inside a stream, in the
// name of the exception; the body is a message only.

import { asString, isObject, parseJson } from '#base/json.ts';
import type { JsonObject } from '#base/json.ts';
import { failure } from '#canonical/failure.ts';
import type { Failure, FailureCode, Retry } from '#canonical/failure.ts';
import { retryAfterMs } from '#canonical/retry-after.ts';
import type { HeaderReader } from '#canonical/retry-after.ts';
import { scrub } from '#canonical/scrub.ts';

interface ErrorClass {
  readonly code: FailureCode;
  readonly retry?: Retry;
}

/** By the first letters of the class, which streams write in lower case and headers in upper case. */
const CLASSES: ReadonlyMap<string, ErrorClass> = new Map<string, ErrorClass>([
  ['validationexception', { code: 'upstream_rejected' }],
  ['accessdeniedexception', { code: 'upstream_auth' }],
  ['unrecognizedclientexception', { code: 'upstream_auth' }],
  ['expiredtokenexception', { code: 'upstream_auth' }],
  ['invalidsignatureexception', { code: 'upstream_auth' }],
  ['incompletesignatureexception', { code: 'upstream_auth' }],
  ['missingauthenticationtokenexception', { code: 'upstream_auth' }],
  ['conflictexception', { code: 'upstream_error' }],
  ['resourcenotfoundexception', { code: 'upstream_model_not_found' }],
  ['unknownoperationexception', { code: 'upstream_protocol' }],
  ['modeltimeoutexception', { code: 'upstream_error' }],
  ['modelerrorexception', { code: 'upstream_error' }],
  ['modelstreamerrorexception', { code: 'upstream_error' }],
  ['internalserverexception', { code: 'upstream_error' }],
  ['throttlingexception', { code: 'upstream_rate_limited' }],
  ['modelnotreadyexception', { code: 'upstream_overloaded' }],
  ['servicequotaexceededexception', { code: 'upstream_quota' }],
  ['serviceunavailableexception', { code: 'upstream_overloaded' }],
]);

const OVERFLOW =
  /input tokens exceeded|input is too long|prompt is too long|too many input tokens|maximum context length|exceeds? the (?:maximum|model's context)/i;
/** Claude's refusal of a prompt, a ValidationException too. */
const FILTERED = /blocked by (?:our |the )?content filter/i;
const NO_MODEL =
  /model identifier is invalid|model (?:id )?.{0,80}(?:not found|does not exist|end of its life|isn.t supported|access denied)|access to the model|on-demand throughput isn.t supported/i;

export function decodeFailure(
  status: number,
  header: HeaderReader,
  body: string,
  nowWallMs: number,
): Failure {
  const parsed = parseJson(body);
  const said = isObject(parsed) ? parsed : undefined;
  const name = header('x-amzn-errortype') ?? asString(said?.['__type']) ?? asString(said?.['code']) ?? '';
  const message = messageIn(said);
  const found = classify(name, message ?? '') ?? classOfStatus(status);
  return failure(found.code, scrub(message ?? `The provider answered ${status} without a message.`), {
    upstreamStatus: status,
    ...(found.retry === undefined ? {} : { retry: found.retry }),
    retryAfterMs: retryAfterMs(header, nowWallMs),
    ...(name === '' ? {} : { detail: scrub(bareClass(name), 100) }),
  });
}

/** An exception inside a stream, after a status of 200. */
export function decodeException(name: string, data: string): Failure {
  const parsed = parseJson(data);
  const message = messageIn(isObject(parsed) ? parsed : undefined);
  const found = classify(name, message ?? '') ?? { code: 'upstream_error' };
  return failure(found.code, scrub(message ?? 'The provider broke off its answer with an exception.'), {
    ...(found.retry === undefined ? {} : { retry: found.retry }),
    ...(name === '' ? {} : { detail: scrub(name, 100) }),
  });
}

/** An exception where an answer was to be, with a status of 200; undefined for a body that names none. */
export function exceptionIn(body: JsonObject): Failure | undefined {
  const name = asString(body['__type']);
  return name === undefined ? undefined : decodeException(bareClass(name), JSON.stringify(body));
}

/** A blank one is none. */
function messageIn(said: JsonObject | undefined): string | undefined {
  const message = asString(said?.['message']) ?? asString(said?.['Message']);
  return message?.trim() === '' ? undefined : message;
}

function classify(name: string, message: string): ErrorClass | undefined {
  const bare = bareClass(name).toLowerCase();
  const found = CLASSES.get(bare);
  if (OVERFLOW.test(message) && (found === undefined || bare === 'validationexception')) {
    return { code: 'context_length_exceeded' };
  }
  if (bare === 'validationexception' && FILTERED.test(message)) return { code: 'content_filtered' };
  const judgesModel =
    bare === 'validationexception' || bare === 'accessdeniedexception' || found === undefined;
  if (judgesModel && NO_MODEL.test(message)) return { code: 'upstream_model_not_found' };
  if (bare === 'throttlingexception' && /per day/i.test(message)) return { code: 'upstream_quota' };
  return found;
}

/** `ValidationException:http://internal…` and `com.amazon.coral.service#UnknownOperationException`. */
function bareClass(name: string): string {
  return (name.split(':')[0] ?? '').split('#').at(-1) ?? '';
}

function classOfStatus(status: number): ErrorClass {
  if (status === 401 || status === 403) return { code: 'upstream_auth' };
  if (status === 404) return { code: 'upstream_model_not_found' };
  if (status === 429) return { code: 'upstream_rate_limited' };
  if (status === 424 || status === 503) return { code: 'upstream_overloaded' };
  if (status >= 500 || status === 408 || status === 409 || status === 425) return { code: 'upstream_error' };
  return { code: status >= 400 ? 'upstream_rejected' : 'upstream_protocol' };
}
