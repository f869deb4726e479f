// A request of the platform's as an Incoming: the path is read once and trusted, the body under a limit of size and time.

import { joinBytes } from '#base/bytes.ts';
import type { Clock } from '#base/clock.ts';
import { err, ok } from '#base/result.ts';
import type { Result } from '#base/result.ts';
import { failure } from '#canonical/failure.ts';
import type { Failure } from '#canonical/failure.ts';
import type { BodyLimits, Incoming } from '#gateway/gateway.ts';

/** The URL that the platform gives is made with the Host header; a host that could change the path is refused. */
const HOST = /^[A-Za-z0-9._-]+(:\d+)?$|^\[[0-9a-fA-F:.]+\](:\d+)?$/;

/**
 * How far the body of a request has come when the answer leaves: not asked for or refused before its end, taken in whole,
 * or given up since it came too slowly.
 */
export type BodyState = 'unread' | 'read' | 'late';

export interface Received extends Incoming {
  readonly bodyState: () => BodyState;
}

export interface Wiring {
  readonly clock: Clock;
  /** Called when a streamed answer has ended. */
  readonly ended: () => void;
}

export function incomingOf(request: Request, { clock, ended }: Wiring): Result<Received, Failure> {
  const { headers, url } = request;
  const host = headers.get('host');
  if (host !== null && !HOST.test(host)) {
    return err(failure('invalid_request', 'The Host header is not a host.'));
  }
  const pathAt = url.indexOf('/', url.indexOf('://') + 3);
  const queryAt = url.indexOf('?', pathAt);
  const query = queryAt === -1 ? '' : url.slice(queryAt + 1);
  let state: BodyState = 'unread';
  const noted = async <Body>(reading: Promise<Result<Body, Failure>>): Promise<Result<Body, Failure>> => {
    const body = await reading;
    if (body.ok) state = 'read';
    else if (body.error.code === 'request_timeout') state = 'late';
    return body;
  };
  return ok({
    method: request.method,
    path: queryAt === -1 ? url.slice(pathAt) : url.slice(pathAt, queryAt),
    query,
    header: (name) => headers.get(name) ?? keyInQuery(name, query),
    // A getter: making the signal costs microseconds, and not every request needs one.
    get signal() {
      return request.signal;
    },
    readText: (limits) => noted(readBody(request, limits, clock, AS_TEXT)),
    readBytes: (limits) => noted(readBody(request, limits, clock, AS_BYTES)),
    ended,
    bodyState: () => state,
  });
}

/** Clients of one language may name their key in the address; it counts as the header that they would send it in. */
function keyInQuery(header: string, query: string): string | undefined {
  if (header !== 'x-goog-api-key' || !query.includes('key=')) return undefined;
  return new URLSearchParams(query).get('key') ?? undefined;
}

/** Whether a body was announced at all. */
export function hasBody({ headers }: Request): boolean {
  return headers.has('transfer-encoding') || (headers.get('content-length') ?? '0') !== '0';
}

type Bytes = Uint8Array<ArrayBuffer>;

/** How a body is read that says its length, and one that does not. */
interface Reading<Body> {
  readonly sized: (request: Request) => Promise<Body>;
  readonly unsized: (request: Request, limit: number) => Promise<Result<Body, Failure>>;
}

const AS_TEXT: Reading<string> = { sized: (request) => request.text(), unsized: readTextUpTo };
const AS_BYTES: Reading<Bytes> = {
  sized: async (request) => new Uint8Array(await request.arrayBuffer()),
  unsized: readBytesUpTo,
};

async function readBody<Body>(
  request: Request,
  limits: BodyLimits,
  clock: Clock,
  as: Reading<Body>,
): Promise<Result<Body, Failure>> {
  const { bodyLimit, bodyDeadlineMs } = limits;
  const encoding = request.headers.get('content-encoding');
  if (encoding !== null && encoding !== 'identity') {
    const message = `Bodies with content-encoding ${encoding.slice(0, 40)} are not read; send them as they are.`;
    return err(failure('unsupported_media_type', message));
  }
  const declared = request.headers.get('content-length');
  if (declared !== null && Number(declared) > bodyLimit) return err(tooLarge(bodyLimit));
  return new Promise((resolve) => {
    // Whoever resolves first decides. The reading itself cannot be told to stop; it ends with the connection, which the
    // data plane closes after a body that came too late.
    const alarm = clock.alarm(bodyDeadlineMs, () => resolve(err(tooSlow(bodyDeadlineMs))));
    const reading = declared === null ? as.unsized(request, bodyLimit) : as.sized(request).then(ok);
    reading
      .then(resolve, () => resolve(err(failure('client_gone', 'The request broke off.'))))
      .finally(() => alarm.clear());
  });
}

async function readBytesUpTo(request: Request, limit: number): Promise<Result<Bytes, Failure>> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of request.body ?? []) {
    length += piece.length;
    if (length > limit) return err(tooLarge(limit));
    pieces.push(piece);
  }
  return ok(joinBytes(pieces) as Bytes);
}

/** For bodies that do not say their length. */
async function readTextUpTo(request: Request, limit: number): Promise<Result<string, Failure>> {
  if (request.body === null) return ok('');
  const decoder = new TextDecoder();
  let text = '';
  let length = 0;
  for await (const piece of request.body) {
    length += piece.length;
    if (length > limit) return err(tooLarge(limit));
    text += decoder.decode(piece, { stream: true });
  }
  return ok(text + decoder.decode());
}

function tooLarge(limit: number): Failure {
  const message = `The body is larger than ${limit} bytes. \`server.body_limit\` in clew.yaml raises the limit.`;
  return failure('payload_too_large', message);
}

function tooSlow(limitMs: number): Failure {
  const message = `The body did not arrive within ${limitMs / 1000} s. \`server.body_deadline\` in clew.yaml raises the limit.`;
  return failure('request_timeout', message);
}
