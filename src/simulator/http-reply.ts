// A reply as HTTP/1.1 bytes: head, body by length or in chunks, and the end that the body's script asks for.

import { byteLength, onePiece, type Reply, type Script } from './script.ts';

const REASONS: Readonly<Record<number, string>> = {
  200: 'OK',
  301: 'Moved Permanently',
  302: 'Found',
  307: 'Temporary Redirect',
  308: 'Permanent Redirect',
  400: 'Bad Request',
  401: 'Unauthorized',
  402: 'Payment Required',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  409: 'Conflict',
  413: 'Content Too Large',
  422: 'Unprocessable Content',
  425: 'Too Early',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

export const LAST_CHUNK = '0\r\n\r\n';

/** The head waits `headAfterMs`. A script that ends in anything but `keep` or `close` gets no last chunk. */
export function* httpScript(reply: Reply, keepAlive: boolean, headAfterMs: number): Script {
  yield { bytes: httpHead(reply, keepAlive), afterMs: headAfterMs, tokens: 0 };
  const { body } = reply;
  const chunked = reply.length === undefined;
  for (;;) {
    const step = body.next();
    if (step.done === true) {
      const whole = step.value === 'keep' || step.value === 'close';
      if (whole && chunked) yield { bytes: LAST_CHUNK, afterMs: 0, tokens: 0 };
      return step.value === 'keep' && !keepAlive ? 'close' : step.value;
    }
    const piece = step.value;
    const size = byteLength(piece.bytes);
    // A chunk of no bytes would be the last one.
    yield chunked && size > 0 ? { ...piece, bytes: chunk(piece.bytes, size) } : piece;
  }
}

function httpHead(reply: Reply, keepAlive: boolean): string {
  let head = `HTTP/1.1 ${reply.status} ${REASONS[reply.status] ?? 'Status'}\r\ndate: ${dateNow()}\r\n`;
  for (const [name, value] of reply.headers) head += `${name}: ${value}\r\n`;
  head +=
    reply.length === undefined ? 'transfer-encoding: chunked\r\n' : `content-length: ${reply.length}\r\n`;
  return keepAlive ? `${head}\r\n` : `${head}connection: close\r\n\r\n`;
}

function chunk(bytes: string | Uint8Array, size: number): string | Uint8Array {
  const head = `${size.toString(16)}\r\n`;
  if (typeof bytes === 'string') return `${head}${bytes}\r\n`;
  return Buffer.concat([Buffer.from(head), bytes, Buffer.from('\r\n')]);
}

let dateSecond = 0;
let dateText = '';

function dateNow(): string {
  const second = Math.floor(Date.now() / 1_000);
  if (second !== dateSecond) {
    dateSecond = second;
    dateText = new Date(second * 1_000).toUTCString();
  }
  return dateText;
}

/** A whole body with its type and length. */
export function wholeReply(
  status: number,
  body: string | Uint8Array,
  headers: Reply['headers'] = [['content-type', 'application/json']],
): Reply {
  return { status, headers, body: onePiece(body), length: byteLength(body) };
}
