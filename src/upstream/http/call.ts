// One request and its answer, whichever connection carries it. Bytes wait here until somebody reads them; while too many
// wait, nothing more is read from the network.

import { joinBytes } from '#base/bytes.ts';
import { err, ok } from '#base/result.ts';
import type { Result } from '#base/result.ts';
import type { StopSignal } from '#base/stop.ts';
import type { Failure } from '#canonical/failure.ts';
import { networkFailure } from '../network-failure.ts';
import type { Address } from './address.ts';
import { AnswerParser } from './answer-parser.ts';
import type { HttpAnswer } from './answer.ts';
import type { Connection } from './connection.ts';

/** What may wait unread; and so much is given at once, since whoever reads makes several times as much of it. */
const UNREAD_BYTES_MAX = 64 * 1024;
const NO_BYTES = Buffer.alloc(0);

export interface RequestText {
  /** The head with its empty line, and the body where that is text. */
  readonly text: string;
  /** Bytes of `text`. */
  readonly size: number;
  /** The body where it is bytes. */
  readonly bytes: Uint8Array | undefined;
}

export interface CallOptions {
  readonly address: Address;
  readonly request: RequestText;
  readonly signal: StopSignal;
  /** Told once: the head of the answer is there, or none will come. */
  readonly settle: (head: Result<HttpAnswer, Failure>) => void;
}

export class Call implements HttpAnswer {
  /** All that have not ended. */
  static underWay = 0;
  readonly address: Address;
  readonly #signal: StopSignal;
  /** Undefined once it was told: whoever made it holds the request, which an answer may outlive by minutes. */
  #settle: CallOptions['settle'] | undefined;
  /** What is sent; let go as soon as something comes back. */
  request: RequestText | undefined;
  broken: Failure | undefined;
  ended = false;
  #parser = new AnswerParser();
  #connection: Connection | undefined;
  #pieces: Uint8Array[] = [];
  #unread = 0;
  #paused = false;
  #reader: ((bytes: Uint8Array | undefined) => void) | undefined;
  readonly #onAbort = (): void => this.breakOff('ABORT_ERR');

  constructor(options: CallOptions) {
    const { address, request, signal, settle } = options;
    this.address = address;
    this.#signal = signal;
    this.#settle = settle;
    this.request = request;
    signal.addEventListener('abort', this.#onAbort);
    Call.underWay += 1;
  }

  get status(): number {
    return this.#parser.head?.status ?? 0;
  }

  readonly header = (name: string): string | undefined => this.#parser.head?.headers.get(name);

  carriedBy(connection: Connection): void {
    this.#connection = connection;
  }

  /** True when the connection may go on to another call. */
  get leavesClean(): boolean {
    const { head, over, surplus } = this.#parser;
    return over && !surplus && head?.persistent === true;
  }

  receive(bytes: Buffer): void {
    this.request = undefined;
    const parser = this.#parser;
    const headless = parser.head === undefined;
    const body = parser.push(bytes);
    if (body !== undefined) {
      this.#pieces.push(body);
      this.#unread += body.length;
    }
    // A head that came together with what breaks it is told all the same: whoever waits for it would wait for ever.
    if (parser.malformed) this.breakOff('MALFORMED_HTTP');
    else if (parser.over) this.#end();
    if (headless && parser.head !== undefined) this.#tell(ok(this));
    if (this.#reader !== undefined && (this.#unread > 0 || this.ended)) this.#give(this.#reader);
    else if (this.#unread > UNREAD_BYTES_MAX && !this.ended) this.#pause();
  }

  /** The connection is gone. */
  hungUp(code: string): void {
    if (this.ended) return;
    const { head } = this.#parser;
    if (head === undefined || !this.#parser.close()) return this.breakOff(code);
    this.#end();
    if (this.#reader !== undefined) this.#give(this.#reader);
  }

  /** The answer ends here, whatever it would have been. */
  breakOff(code: string): void {
    if (this.ended) return;
    const headless = this.#parser.head === undefined;
    this.broken = networkFailure({ code }, this.#signal);
    this.#end();
    if (headless) this.#tell(err(this.broken));
    else if (this.#reader !== undefined) this.#give(this.#reader);
  }

  takeWhole(): Uint8Array | undefined {
    if (!this.ended || this.broken !== undefined) return undefined;
    const bytes = joinBytes(this.#pieces);
    this.#pieces = [];
    this.#unread = 0;
    return bytes;
  }

  read(): Promise<Uint8Array | undefined> {
    if (this.#unread > 0) return Promise.resolve(this.#take());
    if (this.ended) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      this.#reader = resolve;
    });
  }

  cancel(): void {
    this.breakOff('ABORT_ERR');
  }

  #tell(head: Result<HttpAnswer, Failure>): void {
    const settle = this.#settle;
    this.#settle = undefined;
    settle?.(head);
  }

  #give(reader: (bytes: Uint8Array | undefined) => void): void {
    this.#reader = undefined;
    reader(this.#unread > 0 ? this.#take() : undefined);
  }

  #take(): Uint8Array {
    const pieces = this.#pieces;
    const bytes = pieces.length === 1 ? (pieces[0] ?? NO_BYTES) : joinBytes(pieces);
    if (bytes.length > UNREAD_BYTES_MAX) {
      this.#pieces = [bytes.subarray(UNREAD_BYTES_MAX)];
      this.#unread = bytes.length - UNREAD_BYTES_MAX;
      return bytes.subarray(0, UNREAD_BYTES_MAX);
    }
    this.#pieces = [];
    this.#unread = 0;
    if (this.#paused) {
      this.#paused = false;
      this.#connection?.resume();
    }
    return bytes;
  }

  #pause(): void {
    this.#paused = true;
    this.#connection?.pause();
  }

  #end(): void {
    this.ended = true;
    Call.underWay -= 1;
    this.#signal.removeEventListener('abort', this.#onAbort);
    this.#connection?.release(this);
    this.#connection = undefined;
  }
}
