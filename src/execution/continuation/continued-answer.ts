// An answer that does not end where its target breaks off: the rest is asked for elsewhere and told as one answer. The first
// failure is what the client hears when nobody gives the rest; what happened on the way to the rest never masks it.

import type { Batch } from '#canonical/answer.ts';
import type { ChatEvent } from '#canonical/event.ts';
import { failure } from '#canonical/failure.ts';
import type { Failure } from '#canonical/failure.ts';
import type { LiveAnswer } from '../live-answer.ts';
import type { RunningAnswer } from '../running-answer.ts';
import type { Legs } from './legs.ts';
import { Seam } from './seam.ts';
import { Splice } from './splice.ts';
import { Transcript } from './transcript.ts';
import { isCut } from './continue-step.ts';

export class ContinuedAnswer implements RunningAnswer {
  over = false;
  failure: Failure | undefined;
  readonly #legs: Legs;
  readonly #transcript = new Transcript();
  #live: LiveAnswer;
  #splice: Splice | undefined;
  #seam: Seam | undefined;
  /** Set while the rest is looked for: why the last leg broke off. */
  #cut: Failure | undefined;
  #first: Failure | undefined;
  /** The beginning of the rest, for whoever asks next. */
  #resumed: Batch | undefined;

  constructor(live: LiveAnswer, legs: Legs) {
    this.#live = live;
    this.#legs = legs;
  }

  held(): readonly Batch[] {
    return this.#live.held().map((batch) => this.#pass(batch));
  }

  read(): Promise<Uint8Array | undefined> {
    return this.#cut === undefined ? this.#live.read() : this.#resume(this.#cut);
  }

  take(bytes: Uint8Array | undefined): Batch {
    const resumed = this.#resumed;
    if (resumed === undefined) return this.#pass(this.#live.take(bytes));
    this.#resumed = undefined;
    return resumed;
  }

  abandon(): void {
    if (this.over) return;
    this.#end(failure('client_gone', 'The client closed the connection.'));
    this.#legs.abandon();
    this.#live.abandon();
  }

  breakDown(broken: Failure): void {
    this.#end(broken);
    this.#legs.abandon();
    this.#live.breakDown(broken);
  }

  /** What a leg says, as part of the whole: all but the failure that is going to be mended. */
  #pass(batch: Batch): Batch {
    const last = batch.events.at(-1);
    if (last?.kind !== 'failure') {
      const events = this.#tell(batch.events);
      if (this.#seam?.broken === true) return this.#breakSeam(events);
      if (last?.kind === 'end') this.#end(undefined);
      return this.#splice === undefined ? batch : { ...batch, events };
    }
    const events = this.#tell(batch.events.slice(0, -1));
    this.#first ??= last.failure;
    if (isCut(last.failure) && this.#transcript.canGoOn && !this.over) {
      this.#cut = last.failure;
      return { ...batch, events };
    }
    return { ...batch, events: [...events, this.#fail()] };
  }

  #tell(said: readonly ChatEvent[]): readonly ChatEvent[] {
    let events = this.#splice === undefined ? said : this.#splice.push(said);
    // An end of what does not fit is no end of this answer.
    if (this.#seam?.broken === true) events = events.filter(({ kind }) => kind !== 'end');
    for (const event of events) this.#transcript.note(event);
    return events;
  }

  /** The rest is another answer. It is given up, and somebody else may try. */
  #breakSeam(events: readonly ChatEvent[]): Batch {
    const broken = failure('upstream_protocol', 'The rest of the answer does not fit its beginning.');
    this.#live.breakDown(broken);
    this.#cut = broken;
    return { events };
  }

  async #resume(cut: Failure): Promise<undefined> {
    const shown = this.#transcript;
    const leg = await this.#legs.next(shown.texts, cut);
    if (this.over) {
      if (leg !== undefined) leg.live.abandon();
      return undefined;
    }
    const replay = shown.events;
    if (leg === undefined) {
      this.#resumed = { events: [this.#fail()], replay };
      return undefined;
    }
    this.#cut = undefined;
    this.#live = leg.live;
    this.#seam = new Seam(leg.how === 'anew' ? '' : shown.text, leg.how);
    this.#splice = new Splice({ transcript: shown, seam: this.#seam, used: leg.used });
    const events: ChatEvent[] = [leg.marker];
    for (const batch of leg.live.held()) events.push(...this.#pass(batch).events);
    this.#resumed = { events, replay };
    return undefined;
  }

  #fail(): ChatEvent {
    const problem = this.#first ?? failure('internal', 'A continuation without a cut.');
    this.#end(problem);
    return { kind: 'failure', failure: problem };
  }

  #end(failed: Failure | undefined): void {
    if (this.over) return;
    this.over = true;
    this.failure = failed;
  }
}
