// A client that asks for a stream and reads it as it likes: up to a point, then not at all, or so much a second.

import type { Socket } from 'bun';

export interface ReaderOptions {
  readonly port: number;
  readonly model: string;
  /** Bytes after which it stops reading. */
  readonly stopAfter: number;
  /** Bytes it takes each second from then on, at least; 0 for none. The kernel hands out what it likes in one piece. */
  readonly bytesPerSecond: number;
}

export interface Reader {
  readonly received: () => number;
  /** Resolves when it has read as much as it wants to read at full speed. */
  readonly full: Promise<void>;
  readonly close: () => void;
}

export async function openReader(options: ReaderOptions): Promise<Reader> {
  const { port, model, stopAfter, bytesPerSecond } = options;
  const body = JSON.stringify({ model, stream: true, messages: [{ role: 'user', content: 'Go.' }] });
  let received = 0;
  let timer: Timer | undefined;
  const { promise: full, resolve } = Promise.withResolvers<void>();
  const socket: Socket = await Bun.connect({
    hostname: '127.0.0.1',
    port,
    socket: {
      open: (opened) =>
        void opened.write(
          `POST /v1/chat/completions HTTP/1.1\r\nhost: clew\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
        ),
      data(reading, bytes) {
        received += bytes.length;
        if (received < stopAfter) return;
        resolve();
        reading.pause();
        if (bytesPerSecond > 0)
          timer = setTimeout(() => reading.resume(), (bytes.length * 1_000) / bytesPerSecond);
      },
    },
  });
  return {
    received: () => received,
    full,
    close: () => {
      clearTimeout(timer);
      socket.terminate();
    },
  };
}
