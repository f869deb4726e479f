// Structured log lines on a file descriptor. Lines gather in memory and leave in one write that does not hold up the
// process; when the reader is slower than the writer, lines are dropped and counted, and the log says so.

import { write } from 'node:fs';

import type { Clock } from '#base/clock.ts';
import { jsonLine, prettyLine, spliceExchange } from './log-line.ts';
import type { Fields, Level } from './log-line.ts';

export type { Fields, Level } from './log-line.ts';

export interface LogOptions {
  readonly clock: Clock;
  readonly format: 'json' | 'pretty';
  readonly level: Level;
  /** 1 is stdout, 2 stderr. */
  readonly file: number;
}

const RANKS: Readonly<Record<Level, number>> = { debug: 0, info: 1, warn: 2, error: 3 };

const FLUSH_MS = 50;
const FLUSH_CHARACTERS = 64 * 1024;
const HELD_CHARACTERS_MAX = 1024 * 1024;
/** A pipe that is full for the moment. */
const RETRY_MS = 10;
const CLOSE_MS = 1_000;

export class Log {
  readonly #options: LogOptions;
  readonly #rank: number;
  readonly #render: (level: Level, timeMs: number, event: string, fields: Fields) => string;
  #held = '';
  /** In `#held`. */
  #lines = 0;
  #heldCharacters = 0;
  /** Lines in the write that is under way. */
  #leaving: number | undefined;
  #timer: Timer | undefined;
  #dropped = 0;
  #droppedTold = 0;
  #closing = false;
  #onIdle: () => void = () => {};
  /** Nobody reads any more. */
  #broken = false;

  constructor(options: LogOptions) {
    this.#options = options;
    this.#rank = RANKS[options.level];
    this.#render = options.format === 'json' ? jsonLine : prettyLine;
  }

  /** Lines dropped since the start. */
  get dropped(): number {
    return this.#dropped;
  }

  debug(event: string, fields: Fields = {}): void {
    this.#line('debug', event, fields);
  }

  info(event: string, fields: Fields = {}): void {
    this.#line('info', event, fields);
  }

  warn(event: string, fields: Fields = {}): void {
    this.#line('warn', event, fields);
  }

  error(event: string, fields: Fields = {}): void {
    this.#line('error', event, fields);
  }

  /** The line of an exchange from its generation's JSON, which is not made a second time. */
  exchange(text: string): void {
    if (RANKS.info < this.#rank) return;
    this.#hold(spliceExchange(this.#options.format, this.#options.clock.wallMs(), text));
  }

  /** Brings out what is held, for the end of the process; gives up on a reader that does not read. */
  async close(): Promise<void> {
    this.#closing = true;
    await new Promise<void>((resolve) => {
      const giveUp = setTimeout(resolve, CLOSE_MS);
      this.#onIdle = () => {
        clearTimeout(giveUp);
        resolve();
      };
      if (this.#leaving === undefined) this.#flush();
    });
  }

  #line(level: Level, event: string, fields: Fields): void {
    if (RANKS[level] < this.#rank) return;
    this.#hold(this.#render(level, this.#options.clock.wallMs(), event, fields));
  }

  #hold(line: string): void {
    if (this.#broken || this.#heldCharacters + line.length > HELD_CHARACTERS_MAX) {
      this.#dropped += 1;
      return;
    }
    this.#held += line;
    this.#lines += 1;
    this.#heldCharacters += line.length;
    if (this.#leaving === undefined) this.#schedule();
  }

  #schedule(): void {
    if (this.#closing || this.#heldCharacters >= FLUSH_CHARACTERS) this.#flush();
    else if (this.#lines > 0) this.#timer ??= setTimeout(() => this.#flush(), FLUSH_MS);
  }

  #takeHeld(): string {
    const lines = this.#held;
    this.#held = '';
    this.#lines = 0;
    this.#heldCharacters = 0;
    if (this.#dropped === this.#droppedTold) return lines;
    const count = this.#dropped - this.#droppedTold;
    this.#droppedTold = this.#dropped;
    return lines + this.#render('warn', this.#options.clock.wallMs(), 'log lines dropped', { count });
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const lines = this.#lines;
    const text = this.#takeHeld();
    if (text === '') return this.#onIdle();
    this.#leaving = lines;
    this.#write(Buffer.from(text));
  }

  /** One write at a time; what comes meanwhile leaves with the next. */
  #write(bytes: Buffer): void {
    write(this.#options.file, bytes, (error, count) => {
      if (error?.code === 'EAGAIN') {
        setTimeout(() => this.#write(bytes), RETRY_MS);
      } else if (error === null && count < bytes.length) {
        this.#write(bytes.subarray(count));
      } else {
        if (error !== null) this.#noteFailure(error);
        this.#leaving = undefined;
        this.#schedule();
      }
    });
  }

  #noteFailure(error: NodeJS.ErrnoException): void {
    this.#dropped += this.#leaving ?? 0;
    this.#broken = error.code === 'EPIPE' || error.code === 'EBADF';
  }
}
