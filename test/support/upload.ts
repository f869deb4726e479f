// A client that sends the body of a request piece by piece and goes on when it is answered, as programs do that look for
// an answer only once they have sent everything.

import type { Socket } from 'bun';

export interface UploadOptions {
  readonly port: number;
  /** Bytes; what `content-length` says, or in chunks when it is absent. */
  readonly declared?: number;
  /** Bytes to send at most. */
  readonly send: number;
  /** Bytes in one write. */
  readonly piece?: number;
  /** Milliseconds between two writes; 0 for as fast as the socket takes them. */
  readonly pauseMs?: number;
}

export interface Uploaded {
  readonly status: number | undefined;
  readonly text: string;
  readonly sent: number;
  /** Whether the server closed the connection. */
  readonly closed: boolean;
}

const PIECE = 64 * 1024;

/** Ends when everything is sent and answered, or when the server closes. */
export async function upload(options: UploadOptions): Promise<Uploaded> {
  const { port, declared, send, piece = PIECE, pauseMs = 0 } = options;
  let text = '';
  let closed = false;
  let wake = (): void => {};
  const socket: Socket = await Bun.connect({
    hostname: '127.0.0.1',
    port,
    socket: {
      data(_, bytes) {
        text += bytes.toString('latin1');
        wake();
      },
      drain: () => wake(),
      error() {
        closed = true;
        wake();
      },
      close() {
        closed = true;
        wake();
      },
    },
  });
  const something = (): Promise<void> => new Promise((resolve) => (wake = resolve));
  const write = async (bytes: Uint8Array): Promise<void> => {
    let rest = bytes;
    while (rest.length > 0 && !closed) {
      const taken = socket.write(rest);
      if (taken < 0) return;
      rest = rest.subarray(taken);
      if (rest.length > 0) await something();
    }
  };
  await write(Buffer.from(head(declared)));
  const bytes = pieceOf(piece, declared === undefined);
  let sent = 0;
  for (; sent < send && !closed; sent += piece) {
    await write(bytes);
    if (pauseMs > 0) await Bun.sleep(pauseMs);
    // Others get their turn, the server's answer too.
    else await Bun.sleep(0);
  }
  while (!closed && !text.includes('\r\n\r\n')) await something();
  const status = /^HTTP\/1\.1 (\d{3})/.exec(text)?.[1];
  const observed = { status: status === undefined ? undefined : Number(status), text, sent, closed };
  socket.terminate();
  return observed;
}

function head(declared: number | undefined): string {
  const length = declared === undefined ? 'transfer-encoding: chunked' : `content-length: ${declared}`;
  return `POST /v1/chat/completions HTTP/1.1\r\nhost: clew\r\n${length}\r\n\r\n`;
}

function pieceOf(length: number, chunked: boolean): Uint8Array {
  const spaces = Buffer.alloc(length, ' ');
  if (!chunked) return spaces;
  return Buffer.concat([Buffer.from(`${length.toString(16)}\r\n`), spaces, Buffer.from('\r\n')]);
}
