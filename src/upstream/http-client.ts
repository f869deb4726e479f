// The one HTTP client. Nothing else in Clew calls a provider, so what must hold for every call is said here: the address
// comes from the configuration and never from a caller, redirects are not followed (they would carry the credential
// away), certificates are checked, bodies have a limit, and no timer of the platform's is in force but our own.
//
// Two limits of Bun's client, tried: what arrives together with the end of a broken connection is lost, so the last words
// before a cut may be missing. And bytes that nobody asked for close a connection that waits, but once the next request is
// under way they are its answer, by all that HTTP/1.1 can say.

import { err, ok } from '#base/result.ts';
import type { Result } from '#base/result.ts';
import { failure } from '#canonical/failure.ts';
import type { Failure } from '#canonical/failure.ts';
import { abortReason, networkFailure } from './network-failure.ts';

/** The largest answer in one piece that is read into memory, counted as it is after unpacking. */
export const ANSWER_BYTES_MAX = 64 * 1024 * 1024;
/** An error page is read only so far. */
const ERROR_BYTES_MAX = 64 * 1024;

export interface HttpRequest {
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: string | Uint8Array<ArrayBuffer>;
}

/** Never rejects. The response may have any status; a redirect is a failure. */
export function send(request: HttpRequest, signal: AbortSignal): Promise<Result<Response, Failure>> {
  if (signal.aborted) return Promise.resolve(err(abortReason(signal)));
  return fetch(request.url, {
    method: 'POST',
    headers: request.headers,
    body: request.body,
    redirect: 'manual',
    signal,
    // Bun's own limit would end long answers after five minutes; the attempt's watch decides instead.
    timeout: false,
  }).then(received, (error: unknown) => err(networkFailure(error, signal)));
}

function received(response: Response): Result<Response, Failure> {
  if (response.status < 300 || response.status >= 400) return ok(response);
  discard(response);
  return err(redirected(response.status));
}

function redirected(status: number): Failure {
  const message =
    'The provider answered with a redirect, which is never followed. Correct the provider’s `url`.';
  return failure('upstream_protocol', message, { upstreamStatus: status });
}

/** The body of an answer as text. Over the limit it is a failure, not a large string. */
export async function readAnswer(response: Response, signal: AbortSignal): Promise<Result<string, Failure>> {
  try {
    if (isKnownToFit(response)) return ok(await response.text());
    const text = await readUpTo(response, ANSWER_BYTES_MAX);
    if (text !== undefined) return ok(text);
    return err(failure('upstream_runaway', `The answer is larger than ${ANSWER_BYTES_MAX} bytes.`));
  } catch (error) {
    return err(cutOff(error, signal));
  }
}

/** The body of an answer as bytes, when it says how many there are and they are not too many. */
export async function readBytes(
  response: Response,
  signal: AbortSignal,
): Promise<Result<Uint8Array<ArrayBuffer>, Failure> | undefined> {
  if (!isKnownToFit(response)) return undefined;
  try {
    return ok(new Uint8Array(await response.arrayBuffer()));
  } catch (error) {
    return err(cutOff(error, signal));
  }
}

/** The length of a packed body says nothing of what comes out: a thousand times as much, for zeros. */
function isKnownToFit({ headers }: Response): boolean {
  const declared = headers.get('content-length');
  if (declared === null || Number(declared) > ANSWER_BYTES_MAX) return false;
  return !headers.has('content-encoding');
}

/** The head was there and the body broke off: that is a cut answer, not an unreachable provider. */
function cutOff(error: unknown, signal: AbortSignal): Failure {
  const cause = networkFailure(error, signal);
  if (signal.aborted || cause.code === 'upstream_protocol') return cause;
  return failure('stream_cut', 'The answer of the provider broke off.', { cause });
}

/** The beginning of an error's body; empty when it cannot be read. */
export async function readError(response: Response): Promise<string> {
  try {
    return (await readUpTo(response, ERROR_BYTES_MAX, true)) ?? '';
  } catch {
    return '';
  }
}

async function readUpTo(response: Response, limit: number, cut = false): Promise<string | undefined> {
  if (response.body === null) return '';
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    length += value.length;
    if (length > limit) {
      void reader.cancel().catch(() => undefined);
      return cut ? text : undefined;
    }
    text += decoder.decode(value, { stream: true });
  }
}

/** Lets a body go that nobody will read. */
export function discard(response: Response): void {
  void response.body?.cancel().catch(() => undefined);
}
