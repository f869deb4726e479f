// A request of the platform's as an Incoming: the path is read once and trusted, the body under a limit of size and time.

import { joinBytes } from '#base/bytes.ts';
import type { Clock } from '#base/clock.ts';
import { err, ok } from '#base/result.ts';
import type { Result } from '#base/result.ts';
import { failure } from '#canonical/failure.ts';
import type { Failure } from '#canonical/failure.ts';
import type { Incoming } from '#gateway/gateway.ts';

/** Milliseconds in which the body must have arrived. */
const BODY_LIMIT_MS = 30_000;
/** The URL that the platform gives is made with the Host header; a host that could change the path is refused. */
const HOST = /^[A-Za-z0-9._-]+(:\d+)?$|^\[[0-9a-fA-F:.]+\](:\d+)?$/;

export function incomingOf(request: Request, clock: Clock): Result<Incoming, Failure> {
  const { headers, url } = request;
  const host = headers.get('host');
  if (host !== null && !HOST.test(host)) {
    return err(failure('invalid_request', 'The Host header is not a host.'));
  }
  const pathAt = url.indexOf('/', url.indexOf('://') + 3);
  const queryAt = url.indexOf('?', pathAt);
  return ok({
    method: request.method,
    path: queryAt === -1 ? url.slice(pathAt) : url.slice(pathAt, queryAt),
    query: queryAt === -1 ? '' : url.slice(queryAt + 1),
    header: (name) => headers.get(name) ?? undefined,
    // A getter: making the signal costs microseconds, and not every request needs one.
    get signal() {
      return request.signal;
    },
    readText: (limit) => readText(request, limit, clock),
    readBytes: (limit) => readBytes(request, limit, clock),
  });
}

function readText(request: Request, limit: number, clock: Clock): Promise<Result<string, Failure>> {
  return readBody(request, limit, clock, () =>
    request.headers.has('content-length') ? request.text().then(ok) : readTextUpTo(request, limit),
  );
}

function readBytes(
  request: Request,
  limit: number,
  clock: Clock,
): Promise<Result<Uint8Array<ArrayBuffer>, Failure>> {
  return readBody(request, limit, clock, async () => {
    if (request.headers.has('content-length')) return ok(new Uint8Array(await request.arrayBuffer()));
    return readBytesUpTo(request, limit);
  });
}

async function readBody<Body>(
  request: Request,
  limit: number,
  clock: Clock,
  read: () => Promise<Result<Body, Failure>>,
): Promise<Result<Body, Failure>> {
  const encoding = request.headers.get('content-encoding');
  if (encoding !== null && encoding !== 'identity') {
    const message = `Bodies with content-encoding ${encoding.slice(0, 40)} are not read; send them as they are.`;
    return err(failure('unsupported_media_type', message));
  }
  const declared = request.headers.get('content-length');
  if (declared !== null && Number(declared) > limit) return err(tooLarge(limit));
  return new Promise((resolve) => {
    const alarm = clock.alarm(BODY_LIMIT_MS, () => resolve(err(tooSlow())));
    read()
      .then(resolve, () => resolve(err(failure('client_gone', 'The request broke off.'))))
      .finally(() => alarm.clear());
  });
}

async function readBytesUpTo(
  request: Request,
  limit: number,
): Promise<Result<Uint8Array<ArrayBuffer>, Failure>> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of request.body ?? []) {
    length += piece.length;
    if (length > limit) return err(tooLarge(limit));
    pieces.push(piece);
  }
  return ok(joinBytes(pieces) as Uint8Array<ArrayBuffer>);
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

function tooSlow(): Failure {
  return failure('request_timeout', `The body did not arrive within ${BODY_LIMIT_MS / 1000} s.`);
}
