// One client connection: requests are read and performed one after the other, and what happens is written to the log.

import { billFor, type AttemptEnding, type OpenEntry } from './attempts.ts';
import type { House } from './house.ts';
import { httpScript, wholeReply } from './http-reply.ts';
import { RequestReader, wallMs, type HttpRequest } from './http-request.ts';
import type { Performance } from './perform.ts';
import { Player } from './player.ts';
import type { Ending } from './script.ts';

/** Bytes of requests that wait behind an answer; a client that sends more is cut off. */
const BEHIND_BYTES_MAX = 1_048_576;

/** What a connection needs of a socket; Bun's own has it. */
export interface Wire {
  write(bytes: Uint8Array | string): number;
  end(): void;
  terminate(): void;
  /** 0 for none. It runs from the call, whatever happens on the connection. */
  timeout(seconds: number): void;
}

/**
 * A connection that is idle or stalled is closed after this long. While an answer is played there is no limit: a script
 * has its own end, and a reader that does not read costs a socket and a few kilobytes.
 */
const IDLE_SECONDS = 240;

const ENDINGS: Readonly<Record<Ending, AttemptEnding>> = {
  keep: 'complete',
  close: 'complete',
  cut: 'cut',
  reset: 'cut',
  stall: 'stalled',
};

export class Connection {
  readonly #wire: Wire;
  readonly #house: House;
  readonly #reader = new RequestReader();
  #player: Player | null = null;
  #entry: OpenEntry | null = null;
  #stalled = false;
  #closing = false;
  #serving = false;
  #behindBytes = 0;
  #bytesIn = 0;

  constructor(wire: Wire, house: House) {
    this.#wire = wire;
    this.#house = house;
    wire.timeout(IDLE_SECONDS);
  }

  onData(bytes: Buffer): void {
    this.#bytesIn += bytes.length;
    this.#reader.push(bytes);
    if (this.#player === null && !this.#stalled) {
      this.#serve();
      return;
    }
    this.#behindBytes += bytes.length;
    if (this.#behindBytes > BEHIND_BYTES_MAX) this.#wire.terminate();
  }

  onDrain(): void {
    this.#player?.play();
  }

  /** The client left, or the connection broke. */
  onClose(): void {
    this.#player?.stop();
    this.#player = null;
    if (this.#entry === null) return;
    this.#entry.clientGoneMs = wallMs();
    this.#close(this.#entry, this.#stalled ? 'stalled' : 'client-gone');
  }

  /** Requests that have arrived whole, until one is being answered. */
  #serve(): void {
    // An answer may be over before `#play` returns: then the loop goes on, not a call within a call.
    if (this.#serving) return;
    this.#serving = true;
    while (this.#player === null && !this.#stalled && !this.#closing) {
      const reading = this.#reader.next();
      if (reading.kind === 'more') break;
      if (reading.kind === 'continue') this.#wire.write('HTTP/1.1 100 Continue\r\n\r\n');
      else if (reading.kind === 'refused') this.#refuse(reading.status, reading.why);
      else this.#answer(reading.request);
    }
    this.#serving = false;
  }

  #refuse(status: number, why: string): void {
    const reply = wholeReply(status, JSON.stringify({ error: why }));
    this.#play(httpScript(reply, false, 0), null);
  }

  #answer(request: HttpRequest): void {
    const bytesIn = this.#bytesIn;
    this.#bytesIn = 0;
    this.#behindBytes = 0;
    const { performance, isAttempt } = this.#house.perform(request);
    this.#entry = isAttempt ? this.#house.open(request, performance, bytesIn) : null;
    this.#play(performance.script, performance);
  }

  #play(script: Performance['script'], performance: Performance | null): void {
    const player = new Player(script, this.#wire, this.#house.wheel, {
      onSent: (bytes, tokens) => this.#sent(bytes, tokens, performance),
      onEnd: (ending) => this.#ended(ending),
    });
    this.#player = player;
    this.#wire.timeout(0);
    player.play();
  }

  #sent(bytes: number, tokens: number, performance: Performance | null): void {
    const entry = this.#entry;
    if (entry === null) return;
    if (entry.firstByteMs === null) {
      entry.firstByteMs = wallMs();
      entry.promptTokens = performance?.billed?.promptTokens ?? 0;
      entry.cachedTokens = performance?.billed?.cachedTokens ?? 0;
    }
    entry.bytesOut += bytes;
    if (performance?.billed !== null) entry.outputTokens += tokens;
  }

  #ended(ending: Ending): void {
    this.#player = null;
    this.#wire.timeout(IDLE_SECONDS);
    if (ending === 'stall') {
      this.#stalled = true;
      return;
    }
    if (this.#entry !== null) this.#close(this.#entry, ENDINGS[ending]);
    if (ending === 'keep') {
      this.#serve();
      return;
    }
    this.#closing = true;
    if (ending === 'reset') this.#wire.terminate();
    else this.#wire.end();
  }

  #close(entry: OpenEntry, ended: AttemptEnding): void {
    this.#entry = null;
    entry.endedMs = wallMs();
    entry.ended = ended;
    entry.bill = billFor(entry, this.#house.priceOf(entry.model));
    this.#house.done(entry);
  }
}
