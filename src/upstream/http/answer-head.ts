// The head of an HTTP/1.1 answer (RFC 9112) from its bytes.

export interface AnswerHead {
  readonly status: number;
  /** By name in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: BodyForm;
  /** Another request may follow on the connection. */
  readonly persistent: boolean;
}

/** Bytes that are told beforehand, chunks, or all until the connection ends. */
export type BodyForm = number | 'chunked' | 'until-close';

const STATUS_LINE = /^HTTP\/1\.([01]) (\d{3})(?: |$)/;
const NAME = /^[!#$%&'*+\-.^_`|~\w]+$/;
const LENGTH = /^\d{1,15}$/;

/** `text` without the empty line at its end. Undefined: that is no head of an answer. */
export function readHead(text: string): AnswerHead | undefined {
  const lineEnd = text.indexOf('\r\n');
  const line = STATUS_LINE.exec(lineEnd === -1 ? text : text.slice(0, lineEnd));
  const headers = lineEnd === -1 ? new Map<string, string>() : readHeaders(text, lineEnd + 2);
  if (line === null || headers === undefined) return undefined;
  const status = Number(line[2]);
  const body = bodyForm(status, headers);
  if (body === undefined) return undefined;
  const connection = headers.get('connection')?.toLowerCase() ?? '';
  const lasting = line[1] === '1' ? !connection.includes('close') : connection.includes('keep-alive');
  // Who says both how long it is and that it comes in chunks may be read in two ways; nothing follows on that connection.
  const clear = body !== 'chunked' || !headers.has('content-length');
  return { status, headers, body, persistent: lasting && clear && body !== 'until-close' };
}

function readHeaders(text: string, from: number): Map<string, string> | undefined {
  const headers = new Map<string, string>();
  for (let at = from; at < text.length;) {
    const found = text.indexOf('\r\n', at);
    const end = found === -1 ? text.length : found;
    const colon = text.indexOf(':', at);
    if (colon === -1 || colon > end) return undefined;
    const name = text.slice(at, colon);
    if (!NAME.test(name)) return undefined;
    const key = name.toLowerCase();
    const value = text.slice(colon + 1, end).trim();
    const earlier = headers.get(key);
    headers.set(key, earlier === undefined ? value : `${earlier}, ${value}`);
    at = end + 2;
  }
  return headers;
}

function bodyForm(status: number, headers: ReadonlyMap<string, string>): BodyForm | undefined {
  if (status < 200 || status === 204 || status === 304) return 0;
  const coding = headers.get('transfer-encoding');
  if (coding !== undefined) return coding.toLowerCase() === 'chunked' ? 'chunked' : undefined;
  const length = headers.get('content-length');
  if (length === undefined) return 'until-close';
  if (LENGTH.test(length)) return Number(length);
  // The same length said twice is one length.
  const all = new Set(length.split(',').map((one) => one.trim()));
  const [only = ''] = all;
  return all.size === 1 && LENGTH.test(only) ? Number(only) : undefined;
}
