// A stream that is running: every batch is checked against the grammar, timers move with content, and whatever happens
// it ends in exactly one terminal event. Synchronous but for `read`: one wait per network chunk.

import type { Clock } from '#base/clock.ts';
import type { AnswerStream, Batch } from '#canonical/answer.ts';
import { isContent, isTerminal } from '#canonical/event.ts';
import type { ChatEvent } from '#canonical/event.ts';
import { failure } from '#canonical/failure.ts';
import type { Failure } from '#canonical/failure.ts';
import { Grammar } from '#canonical/grammar.ts';
import type { AttemptFacts, Outcome } from './attempt.ts';
import type { RunningAnswer } from './running-answer.ts';
import type { Watch } from './watch.ts';

/** Bytes that are kept while there is no content: more than the largest event that a first content may come in. */
const HELD_BYTES_MAX = 20 * 1024 * 1024;

export interface LiveAnswerOptions {
  readonly facts: AttemptFacts;
  readonly clock: Clock;
  readonly silenceMs: number;
  readonly outcome: Outcome;
}

export class LiveAnswer implements RunningAnswer {
  readonly #stream: AnswerStream;
  readonly #watch: Watch;
  readonly #facts: AttemptFacts;
  readonly #clock: Clock;
  readonly #silenceMs: number;
  readonly #outcome: Outcome;
  readonly #grammar = new Grammar();
  readonly #held: Batch[] = [];
  #heldBytes = 0;
  /** The first content has arrived. */
  committed = false;
  /** The terminal event has been given out or is held. */
  over = false;

  constructor(stream: AnswerStream, watch: Watch, options: LiveAnswerOptions) {
    this.#stream = stream;
    this.#watch = watch;
    this.#facts = options.facts;
    this.#clock = options.clock;
    this.#silenceMs = options.silenceMs;
    this.#outcome = options.outcome;
  }

  /** Waits for the network. Give the result to `hold` or `take`. */
  read(): Promise<Uint8Array | undefined> {
    return this.#stream.read();
  }

  /** Before the commit point: keeps what came. */
  hold(bytes: Uint8Array | undefined): void {
    this.#heldBytes += bytes?.length ?? 0;
    const batch = this.take(bytes);
    const tooMuch = this.#heldBytes > HELD_BYTES_MAX && !this.committed && !this.over;
    this.#held.push(tooMuch ? this.#breakOff(batch, batch.events.length, BABBLE) : batch);
  }

  /** What was held, once: the first things to show. */
  held(): readonly Batch[] {
    return this.#held.splice(0);
  }

  get failure(): Failure | undefined {
    return this.over ? this.#facts.failure : undefined;
  }

  /** As much is held as may be: what follows has to be shown. */
  get full(): boolean {
    return this.#heldBytes > HELD_BYTES_MAX;
  }

  /** After the commit point: what came, checked. */
  take(bytes: Uint8Array | undefined): Batch {
    const batch = this.#decode(bytes);
    let content = false;
    for (let index = 0; index < batch.events.length; index += 1) {
      const event = batch.events[index] as ChatEvent;
      const wrong = this.#grammar.check(event);
      if (wrong !== undefined) return this.#breakOff(batch, index, nonsense(wrong));
      content = this.#note(event) || content;
    }
    if (content) this.#onContent();
    if (bytes === undefined && !this.over)
      return this.#breakOff(batch, batch.events.length, nonsense('no terminal event'));
    return batch;
  }

  /** The client has left: closes the connection to the provider and settles on what was seen. */
  abandon(): void {
    if (this.over) return;
    const gone = failure('client_gone', 'The client closed the connection.');
    this.#facts.failure = gone;
    this.#end();
    this.#watch.abandon(gone.code, gone.message);
  }

  /** What came cannot be told to the client: the answer ends here, whatever it would have been. */
  breakDown(broken: Failure): void {
    this.#facts.failure = broken;
    this.#end();
    this.#watch.abandon(broken.code, broken.message);
  }

  /** A decoder must not throw; should one do so all the same, the stream still ends in exactly one failure. */
  #decode(bytes: Uint8Array | undefined): Batch {
    try {
      return this.#stream.decode(bytes);
    } catch (bug) {
      const broken = failure('internal', 'The answer could not be read.', { detail: String(bug) });
      this.#watch.abandon(broken.code, broken.message);
      return { events: [{ kind: 'failure', failure: broken }] };
    }
  }

  /** Remembers what the record needs. True when the event is content. */
  #note(event: ChatEvent): boolean {
    if (event.kind === 'delta') this.#facts.outputChars += event.text.length;
    else if (event.kind === 'usage') this.#facts.usage = event.usage;
    else if (isTerminal(event)) {
      if (event.kind === 'failure') this.#facts.failure = event.failure;
      this.#end();
    }
    return isContent(event);
  }

  #onContent(): void {
    if (!this.committed) {
      this.committed = true;
      this.#facts.firstContentAt = this.#clock.now();
      this.#outcome.lives();
    }
    if (!this.over) this.#watch.progress(this.#silenceMs);
  }

  #end(): void {
    if (this.over) return;
    this.over = true;
    this.#facts.endedAt = this.#clock.now();
    this.#watch.release();
    this.#outcome.ended(this.#facts.failure);
  }

  /** A decoder that breaks the grammar must not reach the client: the stream ends here, with a failure. */
  #breakOff(batch: Batch, at: number, broken: Failure): Batch {
    this.#facts.failure = broken;
    this.#end();
    this.#watch.abandon(broken.code, broken.message);
    return { ...batch, events: [...batch.events.slice(0, at), { kind: 'failure', failure: broken }] };
  }
}

const BABBLE = failure('upstream_runaway', 'The provider sent much and no content.');

function nonsense(detail: string): Failure {
  return failure('upstream_protocol', 'The answer of the provider makes no sense.', { detail });
}
