// A small HTTP/1.1 request reader: bytes in, requests out. Enough for the clients that call a provider: bodies by length
// or in chunks, kept-alive connections, requests that follow each other. What it does not understand it refuses.

const HEAD_BYTES_MAX = 65_536;
export const BODY_BYTES_MAX = 64 * 1024 * 1024;
const BLANK_LINE = Buffer.from('\r\n\r\n');
const NOTHING = Buffer.alloc(0);

export interface HttpRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: string;
  /** By lower-case name. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
  readonly keepAlive: boolean;
  /** Milliseconds since 1970, with fractions: when its first byte came. */
  readonly arrivedMs: number;
}

export type Reading =
  | { readonly kind: 'more' }
  /** The client waits for `100 Continue` before it sends the body. */
  | { readonly kind: 'continue' }
  | { readonly kind: 'request'; readonly request: HttpRequest }
  | { readonly kind: 'refused'; readonly status: number; readonly why: string };

type Head = Omit<HttpRequest, 'body'>;

const MORE: Reading = { kind: 'more' };

/** Milliseconds since 1970 with fractions, on the monotonic clock of the process. */
export function wallMs(): number {
  return performance.timeOrigin + performance.now();
}

export class RequestReader {
  #held: Buffer = NOTHING;
  #arrivedMs = 0;
  #head: Head | null = null;
  #continueSaid = false;
  /** The body so far; for a body of known length it has that length from the start. */
  #body: Buffer = NOTHING;
  #bodyLength = 0;

  push(bytes: Buffer): void {
    if (this.#held.length === 0 && this.#head === null) this.#arrivedMs = wallMs();
    this.#held = this.#held.length === 0 ? bytes : Buffer.concat([this.#held, bytes]);
  }

  /** Call it until it wants more. After `refused` the connection is of no further use. */
  next(): Reading {
    if (this.#head === null) {
      const refused = this.#readHead();
      if (refused !== null) return refused;
    }
    const head = this.#head;
    if (head === null) return MORE;
    const body = isChunked(head) ? this.#readChunks() : this.#readLength(head);
    if (typeof body === 'string') return refuse(body === 'too large' ? 413 : 400, `request body: ${body}`);
    if (body === null) return this.#mustSayContinue(head) ? { kind: 'continue' } : MORE;
    this.#head = null;
    this.#body = NOTHING;
    this.#bodyLength = 0;
    this.#continueSaid = false;
    if (this.#held.length > 0) this.#arrivedMs = wallMs();
    return { kind: 'request', request: { ...head, body } };
  }

  #mustSayContinue(head: Head): boolean {
    if (this.#continueSaid || head.headers.get('expect')?.toLowerCase() !== '100-continue') return false;
    this.#continueSaid = true;
    return true;
  }

  /** Sets `#head` when it is there. */
  #readHead(): Reading | null {
    const end = this.#held.indexOf(BLANK_LINE);
    if (end > HEAD_BYTES_MAX || (end < 0 && this.#held.length > HEAD_BYTES_MAX)) {
      return refuse(431, 'request head is larger than 64 KB');
    }
    if (end < 0) return MORE;
    const head = parseHead(this.#held.toString('latin1', 0, end), this.#arrivedMs);
    if (head === null) return refuse(400, 'not an HTTP/1.1 request');
    this.#held = this.#held.subarray(end + BLANK_LINE.length);
    this.#head = head;
    return null;
  }

  #readLength(head: Head): Buffer | null | string {
    const text = head.headers.get('content-length') ?? '0';
    if (!/^\d{1,12}$/.test(text)) return 'bad content-length';
    const length = Number(text);
    if (length > BODY_BYTES_MAX) return 'too large';
    if (this.#bodyLength === 0 && this.#held.length >= length) {
      const body = this.#held.subarray(0, length);
      this.#held = this.#held.subarray(length);
      return body;
    }
    if (this.#body.length === 0) this.#body = Buffer.allocUnsafe(length);
    const taken = this.#held.copy(this.#body, this.#bodyLength);
    this.#bodyLength += taken;
    this.#held = this.#held.subarray(taken);
    return this.#bodyLength === length ? this.#body : null;
  }

  #readChunks(): Buffer | null | string {
    for (;;) {
      const lineEnd = this.#held.indexOf('\r\n');
      if (lineEnd < 0) return this.#held.length > 1_024 ? 'bad chunk size' : null;
      const sizeText = this.#held.toString('latin1', 0, lineEnd).split(';')[0]?.trim() ?? '';
      if (!/^[0-9a-f]{1,8}$/i.test(sizeText)) return 'bad chunk size';
      const size = Number.parseInt(sizeText, 16);
      if (this.#bodyLength + size > BODY_BYTES_MAX) return 'too large';
      // The last chunk is followed by a blank line; trailers are not understood and refused as a bad chunk size.
      const after = lineEnd + 2 + size + 2;
      if (this.#held.length < after) return null;
      if (size > 0) this.#append(this.#held.subarray(lineEnd + 2, lineEnd + 2 + size));
      this.#held = this.#held.subarray(after);
      if (size === 0) return this.#body.subarray(0, this.#bodyLength);
    }
  }

  #append(bytes: Buffer): void {
    const length = this.#bodyLength + bytes.length;
    if (length > this.#body.length) {
      const grown = Buffer.allocUnsafe(Math.max(length, this.#body.length * 2));
      this.#body.copy(grown, 0, 0, this.#bodyLength);
      this.#body = grown;
    }
    bytes.copy(this.#body, this.#bodyLength);
    this.#bodyLength = length;
  }
}

function isChunked(head: Head): boolean {
  return head.headers.get('transfer-encoding')?.toLowerCase() === 'chunked';
}

function refuse(status: number, why: string): Reading {
  return { kind: 'refused', status, why };
}

function parseHead(text: string, arrivedMs: number): Head | null {
  const [first = '', ...lines] = text.split('\r\n');
  const [method, target, version] = first.split(' ');
  if (method === undefined || !/^[A-Z]+$/.test(method)) return null;
  if (target === undefined || !target.startsWith('/')) return null;
  if (version !== 'HTTP/1.1' && version !== 'HTTP/1.0') return null;
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon < 1) return null;
    headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
  }
  const mark = target.indexOf('?');
  const connection = headers.get('connection')?.toLowerCase();
  return {
    method,
    path: mark < 0 ? target : target.slice(0, mark),
    query: mark < 0 ? '' : target.slice(mark + 1),
    headers,
    keepAlive: version === 'HTTP/1.1' ? connection !== 'close' : connection === 'keep-alive',
    arrivedMs,
  };
}
