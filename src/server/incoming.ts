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

export interface Wiring {
  readonly clock: Clock;
  /** Called when a streamed answer has ended. */
  readonly ended: () => void;
}

export function incomingOf(request: Request, wiring: Wiring): Result<Received, Failure> {
  const { headers, url } = request;
  const host = headers.get('host');
  if (host !== null && !HOST.test(host)) {
    return err(failure('invalid_request', 'The Host header is not a host.'));
  }
  const pathAt = url.indexOf('/', url.indexOf('://') + 3);
  const queryAt = url.indexOf('?', pathAt);
  const path = queryAt === -1 ? url.slice(pathAt) : url.slice(pathAt, queryAt);
  return ok(new Received(request, path, queryAt === -1 ? '' : url.slice(queryAt + 1), wiring));
}

/** A class and not a literal: its functions are made once, not for each request. */
export class Received implements Incoming {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly header: Incoming['header'];
  readonly ended: () => void;
  bodyState: BodyState = 'unread';
  readonly #request: Request;
  readonly #clock: Clock;

  constructor(request: Request, path: string, query: string, { clock, ended }: Wiring) {
    const { headers } = request;
    this.method = request.method;
    this.path = path;
    this.query = query;
    this.header = (name) => headers.get(name) ?? keyInQuery(name, query);
    this.ended = ended;
    this.#request = request;
    this.#clock = clock;
  }

  /** A getter: making the signal costs microseconds, and not every request needs one. */
  get signal(): AbortSignal {
    return this.#request.signal;
  }

  readText(limits: BodyLimits): Promise<Result<string, Failure>> {
    return this.#read(limits, AS_TEXT);
  }

  readBytes(limits: BodyLimits): Promise<Result<Bytes, Failure>> {
    return this.#read(limits, AS_BYTES);
  }

  #read<Body>(limits: BodyLimits, as: Reading<Body>): Promise<Result<Body, Failure>> {
    const { bodyLimit, bodyDeadlineMs } = limits;
    const encoding = this.header('content-encoding');
    if (encoding !== undefined && encoding !== 'identity') return Promise.resolve(err(packed(encoding)));
    const declared = this.header('content-length');
    if (declared !== undefined && Number(declared) > bodyLimit) {
      return Promise.resolve(err(tooLarge(bodyLimit)));
    }
    return new Promise((resolve) => {
      // Whoever resolves first decides. The reading itself cannot be told to stop; it ends with the connection, which the
      // data plane closes after a body that came too late.
      const alarm = this.#clock.alarm(bodyDeadlineMs, () => {
        this.bodyState = 'late';
        resolve(err(tooSlow(bodyDeadlineMs)));
      });
      const settle = (body: Result<Body, Failure>): void => {
        alarm.clear();
        if (body.ok && this.bodyState === 'unread') this.bodyState = 'read';
        resolve(body);
      };
      const broken = (): void => settle(err(failure('client_gone', 'The request broke off.')));
      if (declared === undefined) as.unsized(this.#request, bodyLimit).then(settle, broken);
      else as.sized(this.#request).then((body) => settle(ok(body)), broken);
    });
  }
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

function packed(encoding: string): Failure {
  const message = `Bodies with content-encoding ${encoding.slice(0, 40)} are not read; send them as they are.`;
  return failure('unsupported_media_type', message);
}

function tooLarge(limit: number): Failure {
  const message = `The body is larger than ${limit} bytes. \`server.body_limit\` in clew.yaml raises the limit.`;
  return failure('payload_too_large', message);
}

function tooSlow(limitMs: number): Failure {
  const message = `The body did not arrive within ${limitMs / 1000} s. \`server.body_deadline\` in clew.yaml raises the limit.`;
  return failure('request_timeout', message);
}
