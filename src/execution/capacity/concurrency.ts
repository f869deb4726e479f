// How many calls one lane may have at once. Nobody knows until the provider says that it was too much: then a tenth less than
// there were, and one more after as many good answers as the limit is, while it is used to the full; two more after the
// second such round, and so on. What a provider tells in headers of calls that it still takes caps it meanwhile.

/** Below this a limit on calls at once is rarely what a provider means: a limit on the rate has a rest of its own. */
export const FLOOR = 4;
const DECREASE = 0.9;
/** By such a part it grows in a round at most, but by one: the longer nobody complains, the further off the limit is. */
const STEP_PART_MAX = 1 / 8;
/** Weight of the newest gap between two ends. */
const NEWEST = 0.1;
/** Ends that must have been seen before anything is foretold. */
const ENDS_MIN = 5;

export class Concurrency {
  inFlight = 0;
  /** Slots that are kept for exchanges which have waited for one. */
  promised = 0;
  /** Infinity while nobody has complained. */
  limit = Infinity;
  #begun = 0;
  /** What was begun before the last decrease cannot ask for another tenth less. */
  #heardUpTo = 0;
  /** How often as many answers as the limit is have been good since it fell. */
  #rounds = 0;
  #endedAt = 0;
  #ends = 0;
  #gapMs = 0;

  /** A call begins; `call` counts those of the lane. */
  begin(call: number): void {
    this.inFlight += 1;
    this.#begun = call;
  }

  /** It has ended. */
  end(now: number): void {
    if (this.limit !== Infinity) this.#noteEnd(now);
    this.inFlight -= 1;
  }

  /** It went well, and is still counted. */
  wentWell(): void {
    if (this.limit === Infinity || this.inFlight < Math.floor(this.limit)) return;
    this.#rounds += 1 / this.limit;
    const step = Math.max(1, Math.min(this.#rounds, this.limit * STEP_PART_MAX));
    this.limit += step / this.limit;
  }

  /** The provider said of this call that it was one too many. It is still counted. */
  tooMany(call: number): void {
    const most = Math.min(this.limit, this.inFlight);
    // Of a crowd that came at once each one that is turned away leaves those that were let in, and that is how many may be.
    if (call <= this.#heardUpTo) {
      this.limit = Math.max(FLOOR, Math.min(most, this.inFlight - 1));
      return;
    }
    this.#heardUpTo = this.#begun;
    this.#rounds = 0;
    this.limit = Math.max(FLOOR, most * DECREASE);
  }

  /**
   * `callsLeft`: what headers say; Infinity where they say nothing. A few are made all the same, since headers have been wrong.
   * `safely`: not as the one that finds out whether the limit could be higher.
   */
  hasRoom(callsLeft: number, safely = false): boolean {
    const taken = this.inFlight + this.promised;
    const most = Math.floor(this.limit);
    if (taken >= (safely ? Math.max(FLOOR, most - 1) : most)) return false;
    return taken < FLOOR || callsLeft - this.promised >= 1;
  }

  /** Milliseconds until so many calls more have ended, if it goes on as of late; undefined where too little was seen. */
  untilEnds(count: number): number | undefined {
    return this.#ends < ENDS_MIN ? undefined : count * this.#gapMs;
  }

  #noteEnd(now: number): void {
    const gap = now - this.#endedAt;
    // What stood still while nothing ran says nothing about how soon a slot becomes free.
    const counts = this.#ends > 0 && this.inFlight >= Math.floor(this.limit / 2);
    if (counts) this.#gapMs += (gap - this.#gapMs) * Math.max(NEWEST, 1 / this.#ends);
    if (counts || this.#ends === 0) this.#ends += 1;
    this.#endedAt = now;
  }
}
