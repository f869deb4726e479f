// The one HTTP client. Nothing else in Clew calls a provider, so what must hold for every call is said here: the address
// comes from the configuration and never from a caller, redirects are not followed (they would carry the credential
// away), certificates are checked, bodies have a limit, and no timer of the platform's is in force but our own.
//
// It speaks HTTP/1.1 over sockets of the platform's (http/), on the thread that asks: the platform's own client works on
// another one, and the ways there and back cost as much as the rest of a relayed request (docs/decisions/0024-own-http-client.md).
// Where the environment names a proxy the platform's is used, since it knows how to pass one.
//
// A limit of HTTP/1.1: bytes that nobody asked for close a connection that waits, but once the next request is under way
// they are its answer.

import { joinBytes } from '#base/bytes.ts';
import { err, ok } from '#base/result.ts';
import type { Result } from '#base/result.ts';
import { asAbortSignal } from '#base/stop.ts';
import type { StopSignal } from '#base/stop.ts';
import { failure } from '#canonical/failure.ts';
import type { Failure } from '#canonical/failure.ts';
import { addressOf } from './http/address.ts';
import type { Address } from './http/address.ts';
import type { HttpAnswer } from './http/answer.ts';
import { Call } from './http/call.ts';
import { fromResponse } from './http/platform-answer.ts';
import { dispatch } from './http/pool.ts';
import { PACKINGS, unpacked } from './http/unpack.ts';
import { abortReason, networkFailure } from './network-failure.ts';

/** The largest answer in one piece that is read into memory, counted as it is after unpacking. */
export const ANSWER_BYTES_MAX = 64 * 1024 * 1024;
/** An error page is read only so far. */
const ERROR_BYTES_MAX = 64 * 1024;
/** A line more in a head could be a request more; and letters beyond ASCII mean something else to each reader. */
const UNSAID = /[^\t -~]/;
const PROXIED = ['http_proxy', 'https_proxy', 'HTTP_PROXY', 'HTTPS_PROXY'].some(
  (name) => (process.env[name] ?? '') !== '',
);

export interface HttpRequest {
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: string | Uint8Array<ArrayBuffer>;
}

/** Never rejects. The answer may have any status; a redirect is a failure. */
export function send(request: HttpRequest, signal: StopSignal): Promise<Result<HttpAnswer, Failure>> {
  if (signal.aborted) return Promise.resolve(err(abortReason(signal)));
  if (PROXIED) return sendThroughProxy(request, signal);
  return new Promise((resolve) => {
    const settle = (answer: Result<HttpAnswer, Failure>): void =>
      resolve(answer.ok ? received(answer.value, signal) : answer);
    const { body } = request;
    const address = addressOf(request.url);
    const length = typeof body === 'string' ? Buffer.byteLength(body) : body.length;
    const head = headOf(request.headers, address, length);
    if (head === undefined) return settle(err(networkFailure({ code: 'INVALID_HEADER' }, signal)));
    if (typeof body === 'string') {
      const whole = { text: head + body, size: head.length + length, bytes: undefined };
      dispatch(new Call({ address, request: whole, signal, settle }));
    } else {
      const parts = { text: head, size: head.length, bytes: body };
      dispatch(new Call({ address, request: parts, signal, settle }));
    }
  });
}

/** Undefined where a header cannot be said. */
function headOf(headers: Record<string, string>, address: Address, length: number): string | undefined {
  let head = `POST ${address.path} HTTP/1.1\r\nhost: ${address.host}\r\naccept-encoding: ${PACKINGS}\r\n`;
  for (const name in headers) {
    const value = headers[name] ?? '';
    if (UNSAID.test(value)) return undefined;
    if (name !== 'host') head += `${name}: ${value}\r\n`;
  }
  return `${head}content-length: ${length}\r\n\r\n`;
}

function sendThroughProxy(request: HttpRequest, signal: StopSignal): Promise<Result<HttpAnswer, Failure>> {
  return fetch(request.url, {
    method: 'POST',
    headers: request.headers,
    body: request.body,
    redirect: 'manual',
    signal: asAbortSignal(signal),
    // Bun's own limit would end long answers after five minutes; the attempt's watch decides instead.
    timeout: false,
  }).then(
    (response) => received(fromResponse(response, signal), signal),
    (error: unknown) => err(networkFailure(error, signal)),
  );
}

function received(answer: HttpAnswer, signal: StopSignal): Result<HttpAnswer, Failure> {
  if (answer.status < 300 || answer.status >= 400) return ok(PROXIED ? answer : unpacked(answer, signal));
  answer.cancel();
  return err(redirected(answer.status));
}

function redirected(status: number): Failure {
  const message =
    'The provider answered with a redirect, which is never followed. Correct the provider’s `url`.';
  return failure('upstream_protocol', message, { upstreamStatus: status });
}

const WHOLE = new TextDecoder();

/** The body of an answer as text. Over the limit it is a failure, not a large string. */
export function readAnswer(
  answer: HttpAnswer,
  signal: StopSignal,
): Result<string, Failure> | Promise<Result<string, Failure>> {
  const whole = answer.takeWhole();
  if (whole !== undefined && whole.length <= ANSWER_BYTES_MAX) return ok(WHOLE.decode(whole));
  return readTextUpTo(answer, ANSWER_BYTES_MAX).then((text) => {
    if (text === undefined) return err(runaway());
    return answer.broken === undefined ? ok(text) : err(cutOff(answer.broken, signal));
  });
}

/** The body of an answer as bytes, when it says how many there are and they are not too many. */
export async function readBytes(
  answer: HttpAnswer,
  signal: StopSignal,
): Promise<Result<Uint8Array<ArrayBuffer>, Failure> | undefined> {
  if (!isKnownToFit(answer)) return undefined;
  const pieces: Uint8Array[] = [];
  for (let piece = await answer.read(); piece !== undefined; piece = await answer.read()) pieces.push(piece);
  if (answer.broken !== undefined) return err(cutOff(answer.broken, signal));
  return ok(joinBytes(pieces) as Uint8Array<ArrayBuffer>);
}

/** The length of a packed body says nothing of what comes out: a thousand times as much, for zeros. */
function isKnownToFit({ header }: HttpAnswer): boolean {
  const declared = header('content-length');
  if (declared === undefined || Number(declared) > ANSWER_BYTES_MAX) return false;
  return header('content-encoding') === undefined;
}

/** The head was there and the body broke off: that is a cut answer, not an unreachable provider. */
function cutOff(cause: Failure, signal: StopSignal): Failure {
  if (signal.aborted || cause.code === 'upstream_protocol') return cause;
  return failure('stream_cut', 'The answer of the provider broke off.', { cause });
}

function runaway(): Failure {
  return failure('upstream_runaway', `The answer is larger than ${ANSWER_BYTES_MAX} bytes.`);
}

/** The beginning of an error's body; empty when it cannot be read. */
export async function readError(answer: HttpAnswer): Promise<string> {
  const text = await readTextUpTo(answer, ERROR_BYTES_MAX, true);
  return answer.broken === undefined ? (text ?? '') : '';
}

/** `cut`: what came before the limit; else nothing when there is more. */
async function readTextUpTo(answer: HttpAnswer, limit: number, cut = false): Promise<string | undefined> {
  const decoder = new TextDecoder();
  let text = '';
  let length = 0;
  for (let piece = await answer.read(); piece !== undefined; piece = await answer.read()) {
    length += piece.length;
    if (length > limit) {
      answer.cancel();
      return cut ? text : undefined;
    }
    text += decoder.decode(piece, { stream: true });
  }
  return text + decoder.decode();
}
