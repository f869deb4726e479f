// One HTTP exchange seen from the wire, for tests: every byte that came, how HTTP divides it, and how the connection was
// left. An HTTP client would hide most of what faults do.

export interface Observed {
  readonly bytes: Buffer;
  /** Everything as text; the bytes are the truth. */
  readonly text: string;
  readonly head: string;
  /** Null when no status line came. */
  readonly status: number | null;
  /** The body, chunks joined; what follows a complete answer is not in it. */
  readonly body: string;
  readonly chunks: readonly Buffer[];
  /** All chunks and the last one, or all of content-length. */
  readonly whole: boolean;
  /** Bytes after the end of the answer. */
  readonly beyond: Buffer;
  readonly ended: 'closed' | 'reset' | 'open';
  readonly reads: number;
  /** Milliseconds from the first byte to the first content. */
  readonly contentAfterMs: number;
}

const PATIENCE_MS = 15_000;
/** After what was waited for has come: time in which more may come, or the end. */
const SETTLE_MS = 60;

export interface Exchange {
  readonly port: number;
  /** The whole request as it goes over the wire. */
  readonly request: string;
  /** When the answer has all that is waited for; by default when it is whole. */
  readonly until?: ((bytes: Buffer) => boolean) | undefined;
}

/** Ends when the server closes, or shortly after `until` holds. */
export async function rawExchange({ port, request, until = isWhole }: Exchange): Promise<Observed> {
  let bytes: Buffer = Buffer.alloc(0);
  let ended: Observed['ended'] = 'open';
  let reads = 0;
  let firstAt = 0;
  let contentAt = 0;
  const { promise: over, resolve: finish } = Promise.withResolvers<void>();
  const socket = await Bun.connect({
    hostname: '127.0.0.1',
    port,
    socket: {
      open: (opened) => void opened.write(request),
      data: (_, more) => {
        reads += 1;
        bytes = Buffer.concat([bytes, more]);
        firstAt ||= performance.now();
        if (contentAt === 0 && bytes.includes('"content":"F')) contentAt = performance.now();
        if (until(bytes)) setTimeout(finish, SETTLE_MS);
      },
      end: () => {
        if (ended === 'open') ended = 'closed';
      },
      close: (_, error) => {
        if (error !== undefined) ended = 'reset';
        else if (ended === 'open') ended = 'closed';
        finish();
      },
    },
  });
  await Promise.race([over, Bun.sleep(PATIENCE_MS)]);
  // Before the test closes its side, which would look like the server's doing.
  const left: Observed['ended'] = ended;
  socket.terminate();
  return {
    ...divide(bytes),
    bytes,
    text: bytes.toString(),
    ended: left,
    reads,
    contentAfterMs: contentAt - firstAt,
  };
}

/** A POST with a JSON body. */
export function postText(path: string, body: unknown, headers = ''): string {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return `POST ${path} HTTP/1.1\r\nhost: simulator\r\n${headers}content-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`;
}

export function isWhole(bytes: Buffer): boolean {
  return divide(bytes).whole;
}

function divide(bytes: Buffer): Pick<Observed, 'head' | 'status' | 'body' | 'chunks' | 'whole' | 'beyond'> {
  const headEnd = bytes.indexOf('\r\n\r\n');
  const head = bytes.toString('latin1', 0, headEnd < 0 ? bytes.length : headEnd);
  const status = /^HTTP\/1\.1 (\d{3}) /.exec(head)?.[1];
  const known = { head, status: status === undefined || headEnd < 0 ? null : Number(status) };
  const rest = headEnd < 0 ? Buffer.alloc(0) : bytes.subarray(headEnd + 4);
  if (/^transfer-encoding: chunked/im.test(head)) return { ...known, ...divideChunks(rest) };
  const length = Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? Number.POSITIVE_INFINITY);
  return {
    ...known,
    body: rest.toString('utf8', 0, Math.min(length, rest.length)),
    chunks: [],
    whole: headEnd >= 0 && rest.length >= length,
    beyond: rest.subarray(Math.min(length, rest.length)),
  };
}

function divideChunks(rest: Buffer): Pick<Observed, 'body' | 'chunks' | 'whole' | 'beyond'> {
  const chunks: Buffer[] = [];
  let at = 0;
  for (;;) {
    const lineEnd = rest.indexOf('\r\n', at);
    const size = lineEnd < 0 ? Number.NaN : Number.parseInt(rest.toString('latin1', at, lineEnd), 16);
    const end = lineEnd + 2 + size + 2;
    if (Number.isNaN(size) || rest.length < end) break;
    at = end;
    if (size === 0) {
      return { body: Buffer.concat(chunks).toString(), chunks, whole: true, beyond: rest.subarray(at) };
    }
    chunks.push(rest.subarray(lineEnd + 2, end - 2));
  }
  return { body: Buffer.concat(chunks).toString(), chunks, whole: false, beyond: Buffer.alloc(0) };
}
