// A provider on a script and a virtual clock: what it does is said beforehand, what it was asked is remembered.

import { seededDraw } from '#base/random.ts';
import { err, ok } from '#base/result.ts';
import type { StopSignal } from '#base/stop.ts';
import type { AnswerStream, Batch } from '#canonical/answer.ts';
import type { ChatEvent } from '#canonical/event.ts';
import { failure } from '#canonical/failure.ts';
import type { Failure, FailureCode } from '#canonical/failure.ts';
import { Grammar } from '#canonical/grammar.ts';
import type { ChatRequest } from '#canonical/request.ts';
import type { Call, CallOrder } from '#execution/call.ts';
import { Engine } from '#execution/engine.ts';
import { execute } from '#execution/execute.ts';
import type { Executed } from '#execution/execute.ts';
import type { Watch } from '#execution/watch.ts';
import type { Plan } from '#routing/plan.ts';
import { VirtualClock } from './virtual-clock.ts';

export const START: ChatEvent = { kind: 'start', id: 'x', model: 'm', losses: [] };
export const OPEN: ChatEvent = { kind: 'open', part: 0, choice: 0, what: { kind: 'text' } };
export const CLOSE: ChatEvent = { kind: 'close', part: 0 };
export const END: ChatEvent = { kind: 'end', finishes: [{ reason: 'stop' }] };

export function text(said: string): ChatEvent {
  return { kind: 'delta', part: 0, text: said };
}

export const GOOD: readonly Beat[] = [[START], [OPEN, text('hello')], [CLOSE, END]];

/** One step of a scripted stream: events now, a silence in milliseconds, a megabyte without events, or a cut. */
export type Beat = readonly ChatEvent[] | number | 'megabyte' | 'cut';
export type Scripted = FailureCode | Failure | 'silence' | readonly Beat[];

export class ScriptedStream implements AnswerStream {
  readonly #beats: Beat[];
  readonly #clock: VirtualClock;
  readonly #signal: StopSignal;
  #now: readonly ChatEvent[] = [];

  constructor(beats: readonly Beat[], clock: VirtualClock, signal: StopSignal) {
    this.#beats = [...beats];
    this.#clock = clock;
    this.#signal = signal;
  }

  async read(): Promise<Uint8Array | undefined> {
    const beat = this.#beats.shift();
    if (typeof beat === 'number') {
      await untilOrAborted(beat, this.#clock, this.#signal);
      return this.#signal.aborted ? undefined : this.read();
    }
    if (beat === undefined || beat === 'cut') return undefined;
    this.#now = beat === 'megabyte' ? [] : beat;
    return new Uint8Array(beat === 'megabyte' ? 1_048_576 : 1);
  }

  decode(bytes: Uint8Array | undefined): Batch {
    if (bytes !== undefined) return { events: this.#now };
    const reason = this.#signal.aborted ? (this.#signal.reason as Failure) : failure('stream_cut', 'cut');
    return { events: [{ kind: 'failure', failure: reason }] };
  }
}

export function untilOrAborted(ms: number, clock: VirtualClock, signal: StopSignal): Promise<void> {
  return new Promise((resolve) => {
    const alarm = clock.alarm(ms, resolve);
    signal.addEventListener('abort', () => {
      alarm.clear();
      resolve();
    });
  });
}

export interface Made extends CallOrder {
  readonly at: number;
  readonly signal: StopSignal;
}

/** Exchanges one after the other, in one process that remembers. */
export class Stage {
  readonly clock = new VirtualClock();
  readonly engine = new Engine();
  readonly running = new Set<Watch>();
  readonly calls: Made[] = [];
  readonly #act: (order: CallOrder, time: number) => Scripted;
  readonly #draw = seededDraw(1);

  /** `act` says what a target does when it is called the so-manieth time. */
  constructor(act: (order: CallOrder, time: number) => Scripted) {
    this.#act = act;
  }

  readonly call: Call = async (order, signal) => {
    const time = this.calls.filter(({ target }) => target.id === order.target.id).length;
    this.calls.push({ ...order, signal, at: this.clock.now() });
    const scripted = this.#act(order, time);
    if (scripted === 'silence') {
      await untilOrAborted(1e9, this.clock, signal);
      return err({ failure: signal.reason as Failure });
    }
    if (typeof scripted === 'string') return err({ failure: failure(scripted, scripted) });
    if ('code' in scripted) return err({ failure: scripted });
    return ok({ kind: 'stream', stream: new ScriptedStream(scripted, this.clock, signal), losses: [] });
  };

  start(plan: Plan, { request, client = new AbortController().signal }: Start = {}): Promise<Executed> {
    return execute(plan, {
      call: this.call,
      clock: this.clock,
      draw: this.#draw,
      engine: this.engine,
      client,
      running: this.running,
      stream: true,
      dialect: 'test',
      request,
      startedAt: this.clock.now(),
      onBug: (bug) => {
        throw bug;
      },
    });
  }

  /** Starts one and reads it to its end. */
  async ask(plan: Plan, request?: ChatRequest): Promise<Asked> {
    const before = this.calls.length;
    const startedAt = this.clock.now();
    const executed = await this.clock.run(this.start(plan, request && { request }));
    const begunAt = this.clock.now();
    const { outcome, attempts } = executed;
    const events = outcome.kind === 'stream' ? await this.readOut(executed) : [];
    const last = events.at(-1);
    const failed =
      outcome.kind === 'failed' ? outcome.failure : last?.kind === 'failure' ? last.failure : undefined;
    return {
      executed,
      events,
      text: events.map((event) => (event.kind === 'delta' ? event.text : '')).join(''),
      failure: failed,
      tried: attempts.map(({ planned }) => planned.target.id),
      calls: this.calls.slice(before),
      waitedMs: begunAt - startedAt,
    };
  }

  async readOut({ running: live }: Executed): Promise<readonly ChatEvent[]> {
    if (live === undefined) throw new Error('no stream');
    const events = live.held().flatMap((batch) => batch.events);
    while (!live.over) events.push(...live.take(await this.clock.run(live.read())).events);
    const grammar = new Grammar();
    const wrong = events.map((event) => grammar.check(event)).filter((problem) => problem !== undefined);
    if (wrong.length > 0 || !grammar.over) throw new Error(`against the grammar: ${wrong.join(', ')}`);
    return events;
  }
}

interface Start {
  readonly request?: ChatRequest;
  readonly client?: AbortSignal;
}

export interface Asked {
  readonly executed: Executed;
  readonly events: readonly ChatEvent[];
  readonly text: string;
  readonly failure: Failure | undefined;
  /** Targets in the order of the attempts. */
  readonly tried: readonly string[];
  readonly calls: readonly Made[];
  /** Until the first content, or until it was given up. */
  readonly waitedMs: number;
}
