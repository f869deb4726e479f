// Plays one script on one socket: each piece at its time, never faster than the socket takes it. It pulls the next piece
// only when the last one is with the kernel, so a reader that does not read makes it stop, not remember.

import { byteLength, type Ending, type Piece, type Script } from './script.ts';
import type { Appointment, TimerWheel } from './timer-wheel.ts';

/** Pieces that are due together leave in one write of about this size. */
const BATCH_CHARACTERS = 16_384;
/** Others get their turn after so many bytes. */
const TURN_BYTES = 262_144;
/** A reset overtakes what was sent before it, so the reader is given this long to take it in. */
const BEFORE_RESET_MS = 25;

export interface Outlet {
  /** Bytes taken; fewer than given when the socket is full, -1 when it is closed. */
  write(bytes: Uint8Array): number;
}

export interface Audience {
  onSent(bytes: number, tokens: number): void;
  /** Everything has been handed to the kernel. */
  onEnd(ending: Ending): void;
}

const encoder = new TextEncoder();

export class Player {
  readonly #script: Script;
  readonly #outlet: Outlet;
  readonly #wheel: TimerWheel;
  readonly #audience: Audience;
  #dueMs = performance.now();
  /** The next piece, taken from the script before its time. */
  #upcoming: Piece | null = null;
  #appointment: Appointment | null = null;
  #unsent: Uint8Array | null = null;
  #anySent = false;
  #ending: Ending | null = null;
  #over = false;

  constructor(script: Script, outlet: Outlet, wheel: TimerWheel, audience: Audience) {
    this.#script = script;
    this.#outlet = outlet;
    this.#wheel = wheel;
    this.#audience = audience;
  }

  /** Call it once to begin, and whenever the socket can take more. */
  play(): void {
    let turnBytes = 0;
    while (!this.#over) {
      if (this.#unsent !== null && !this.#push()) return;
      const batch = this.#gather();
      if (batch === null) {
        this.#rest();
        return;
      }
      turnBytes += this.#send(batch.bytes, batch.tokens);
      if (batch.alone || turnBytes > TURN_BYTES) {
        setImmediate(() => this.play());
        return;
      }
    }
  }

  /** The connection is gone or no longer of interest. The script's own clean-up runs. */
  stop(): void {
    if (this.#over) return;
    this.#over = true;
    if (this.#appointment !== null) this.#wheel.cancel(this.#appointment);
    this.#script.return('cut');
  }

  /** What is due now, as one write; null when nothing is. */
  #gather(): { bytes: Uint8Array; tokens: number; alone: boolean } | null {
    const now = performance.now();
    let text = '';
    let tokens = 0;
    while (text.length < BATCH_CHARACTERS) {
      const piece = this.#next();
      if (piece === null || this.#dueMs > now) break;
      const alone = piece.alone === true;
      if ((alone || typeof piece.bytes !== 'string') && text !== '') break;
      this.#upcoming = null;
      tokens += piece.tokens;
      if (alone || typeof piece.bytes !== 'string') return { bytes: toBytes(piece.bytes), tokens, alone };
      text += piece.bytes;
    }
    return text === '' ? null : { bytes: encoder.encode(text), tokens, alone: false };
  }

  #next(): Piece | null {
    if (this.#upcoming !== null) return this.#upcoming;
    if (this.#ending !== null) return null;
    for (;;) {
      const step = this.#script.next();
      if (step.done === true) {
        this.#ending = step.value;
        return null;
      }
      if (step.value.afterMs > 0) this.#dueMs += step.value.afterMs;
      if (byteLength(step.value.bytes) === 0 && step.value.afterMs === 0) continue;
      this.#upcoming = step.value;
      return step.value;
    }
  }

  #send(bytes: Uint8Array, tokens: number): number {
    this.#unsent = bytes;
    if (bytes.length > 0) this.#anySent = true;
    this.#audience.onSent(bytes.length, tokens);
    this.#push();
    return bytes.length;
  }

  /** True when nothing is left over. */
  #push(): boolean {
    const bytes = this.#unsent;
    if (bytes === null) return true;
    const taken = bytes.length === 0 ? 0 : this.#outlet.write(bytes);
    if (taken < 0) {
      this.stop();
      return false;
    }
    this.#unsent = taken === bytes.length ? null : bytes.subarray(taken);
    return this.#unsent === null;
  }

  /** Nothing is due: sleep until something is, or come to the end. */
  #rest(): void {
    if (this.#appointment !== null && this.#appointment.ring !== null) return;
    if (this.#ending === null) {
      this.#sleep(this.#dueMs, () => this.play());
      return;
    }
    const ending = this.#ending;
    if (ending === 'reset' && this.#anySent) {
      this.#sleep(performance.now() + BEFORE_RESET_MS, () => this.#finish(ending));
      return;
    }
    this.#finish(ending);
  }

  #sleep(dueMs: number, then: () => void): void {
    const appointment = this.#wheel.at(dueMs, () => {
      appointment.ring = null;
      then();
    });
    this.#appointment = appointment;
  }

  #finish(ending: Ending): void {
    if (this.#over) return;
    this.#over = true;
    this.#audience.onEnd(ending);
  }
}

function toBytes(bytes: string | Uint8Array): Uint8Array {
  return typeof bytes === 'string' ? encoder.encode(bytes) : bytes;
}
