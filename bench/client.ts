// One keep-alive connection of the load generator: writes a ready-made request, reads the answer, checks it.

import type { Socket } from 'bun';
import { AnswerReader, TERMINAL_EVENT } from './answer-reader.ts';
import type { Job } from './jobs.ts';
import { requestBody } from './wire.ts';

/** How long a connection may take to open, and an answer to come. */
const PATIENCE_MS = 20_000;

export function requestBytes(job: Job): Buffer {
  const body = requestBody(job.model, job.stream);
  return Buffer.from(
    `POST /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1:${job.port}\r\ncontent-type: application/json\r\n` +
      `accept: ${job.stream ? 'text/event-stream' : 'application/json'}\r\nauthorization: Bearer ${job.key}\r\n` +
      `content-length: ${body.length}\r\n\r\n${body}`,
  );
}

/** What a client tells the mode that drives it. */
export interface Driver {
  /** SSE events that just arrived. */
  readonly onEvents?: (client: Client, count: number) => void;
  /** The whole answer arrived and is right. */
  readonly onAnswer: (client: Client) => void;
  /** The answer was wrong, or the connection ended; the client is closed. */
  readonly onError: (client: Client, message: string) => void;
}

export class Client {
  readonly #job: Job;
  readonly #driver: Driver;
  readonly #reader = new AnswerReader();
  #socket: Socket | undefined;
  #closed = false;
  /** When the last request was written, by performance.now(). */
  askedAt = 0;

  private constructor(job: Job, driver: Driver) {
    this.#job = job;
    this.#driver = driver;
  }

  static async open(job: Job, driver: Driver): Promise<Client> {
    const client = new Client(job, driver);
    client.#socket = await Bun.connect({
      hostname: '127.0.0.1',
      port: job.port,
      socket: {
        data: (_socket, bytes) => client.#receive(bytes),
        close: () => client.#fail('the connection was closed'),
        error: (_socket, error) => client.#fail(error.message),
      },
    });
    return client;
  }

  ask(request: Buffer): void {
    this.askedAt = performance.now();
    this.#reader.reset();
    if (this.#socket?.write(request) !== request.length) this.#fail('the request was not taken whole');
  }

  close(): void {
    this.#closed = true;
    this.#socket?.end();
  }

  /** Ends a client whose answer is overdue. */
  checkPatience(now: number): void {
    if (!this.#closed && now - this.askedAt > PATIENCE_MS) this.#fail(`no whole answer in ${PATIENCE_MS} ms`);
  }

  #receive(bytes: Buffer): void {
    if (this.#closed) return;
    const reader = this.#reader;
    const before = reader.events;
    try {
      reader.push(bytes);
    } catch (error) {
      this.#fail(String(error));
      return;
    }
    if (reader.events > before) this.#driver.onEvents?.(this, reader.events - before);
    if (!reader.done) return;
    const wrong = this.#whatIsWrong();
    if (wrong) this.#fail(wrong);
    else this.#driver.onAnswer(this);
  }

  #whatIsWrong(): string | undefined {
    const { status, events, bodyBytes, tail } = this.#reader;
    if (status !== 200) return `status ${status}, ${bodyBytes} bytes ending in ${JSON.stringify(tail)}`;
    const got = this.#job.stream ? events : bodyBytes;
    if (got !== this.#job.whole)
      return `${got} instead of ${this.#job.whole} ${this.#job.stream ? 'events' : 'bytes'}`;
    if (this.#job.stream && tail !== TERMINAL_EVENT) return `a stream that ends in ${JSON.stringify(tail)}`;
    return undefined;
  }

  #fail(message: string): void {
    if (this.#closed) return;
    this.close();
    this.#driver.onError(this, message);
  }
}
