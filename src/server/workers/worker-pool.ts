// The processes that serve: each is started again when it ends without having been told to, and what one of them suffers
// is nothing to the others. The kernel shares new connections out among those that listen.

import type { Clock } from '#base/clock.ts';
import { asNumber, asObject } from '#base/json.ts';
import type { Json } from '#base/json.ts';
import { WORKER_VARIABLE } from './worker-channel.ts';
import type { SupervisorSays } from './worker-channel.ts';

/** A worker that served for so long did not fail at its start: the next one is begun at once. */
const SETTLED_MS = 10_000;
const AGAIN_FIRST_MS = 100;
const AGAIN_MAX_MS = 10_000;
/** What a worker may take to tell its metrics. */
const METRICS_MS = 2_000;

export interface WorkerPoolOptions {
  readonly count: number;
  /** Starts the program: executable and arguments. */
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly onEvent: (event: WorkerEvent) => void;
}

export interface WorkerEvent {
  readonly kind: 'started' | 'ready' | 'ended';
  readonly worker: number;
  readonly pid: number;
  /** Of one that ended: its exit code, or the signal that killed it. */
  readonly why?: string;
  /** Milliseconds until it is started again. Absent: it is not. */
  readonly againMs?: number;
}

interface Worker {
  readonly number: number;
  readonly process: Bun.Subprocess;
  readonly startedAt: number;
  ready: boolean;
}

export class WorkerPool {
  readonly #options: WorkerPoolOptions;
  readonly #workers = new Map<number, Worker>();
  /** Ends in a row soon after the start, by number. */
  readonly #quickEnds = new Map<number, number>();
  readonly #questions = new Map<number, (metrics: Json) => void>();
  #asked = 0;
  #stopping = false;
  #everReady = false;
  #onGone: () => void = () => {};
  #onSettled: (served: boolean) => void = () => {};

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
  }

  /** True when all take requests; false when one ended before any ever did. */
  start(): Promise<boolean> {
    const settled = new Promise<boolean>((resolve) => {
      this.#onSettled = resolve;
    });
    for (let number = 1; number <= this.#options.count; number += 1) this.#start(number);
    return settled;
  }

  /** Whether anybody takes requests. */
  get ready(): boolean {
    return !this.#stopping && [...this.#workers.values()].some((worker) => worker.ready);
  }

  /** Sends a signal to all. */
  signal(signal: NodeJS.Signals): void {
    for (const { process } of this.#workers.values()) process.kill(signal);
  }

  /** Tells all to stop, and waits for their last exchange. What dies from now on is not started again. */
  async stop(): Promise<void> {
    this.#stopping = true;
    const gone = new Promise<void>((resolve) => {
      this.#onGone = resolve;
    });
    if (this.#workers.size === 0) return;
    this.signal('SIGTERM');
    await gone;
  }

  /** The metrics of every worker that answers in time. */
  async metrics(): Promise<readonly Json[]> {
    const answers = [...this.#workers.values()]
      .filter(({ ready }) => ready)
      .map((worker) => this.#ask(worker));
    return (await Promise.all(answers)).filter((metrics) => metrics !== undefined);
  }

  #ask({ process }: Worker): Promise<Json | undefined> {
    this.#asked += 1;
    const ask = this.#asked;
    const question: SupervisorSays = { say: 'metrics?', ask };
    return new Promise<Json | undefined>((resolve) => {
      const alarm = this.#options.clock.alarm(METRICS_MS, () => resolve(undefined));
      this.#questions.set(ask, (metrics) => {
        alarm.clear();
        resolve(metrics);
      });
      process.send(question);
    }).finally(() => this.#questions.delete(ask));
  }

  #start(number: number): void {
    const { command, env, clock, onEvent } = this.#options;
    const child = Bun.spawn([...command], {
      env: { ...env, [WORKER_VARIABLE]: String(number) },
      // Ctrl-C at a terminal goes to a whole group of processes; the workers hear of it from their supervisor, once.
      detached: true,
      stdio: ['ignore', 'inherit', 'inherit'],
      serialization: 'json',
      ipc: (message) => this.#hear(number, message as Json),
      onExit: (_, code, signal) => this.#ended(number, String(signal ?? code)),
    });
    this.#workers.set(number, { number, process: child, startedAt: clock.now(), ready: false });
    onEvent({ kind: 'started', worker: number, pid: child.pid });
  }

  #hear(number: number, message: Json): void {
    const said = asObject(message);
    const worker = this.#workers.get(number);
    if (said?.['say'] === 'metrics') {
      this.#questions.get(asNumber(said['ask']) ?? 0)?.(said['metrics'] ?? null);
    } else if (said?.['say'] === 'ready' && worker !== undefined) {
      worker.ready = true;
      this.#everReady = true;
      this.#options.onEvent({ kind: 'ready', worker: number, pid: worker.process.pid });
      const all = [...this.#workers.values()];
      if (all.length === this.#options.count && all.every(({ ready }) => ready)) this.#onSettled(true);
    }
  }

  #ended(number: number, why: string): void {
    const worker = this.#workers.get(number);
    if (worker === undefined) return;
    this.#workers.delete(number);
    const { pid } = worker.process;
    const event = { kind: 'ended', worker: number, pid, why } as const;
    if (this.#stopping || !this.#everReady) {
      this.#options.onEvent(event);
      if (this.#workers.size === 0) this.#onGone();
      if (!this.#everReady) this.#onSettled(false);
      return;
    }
    const againMs = this.#againMs(worker);
    this.#options.onEvent({ ...event, againMs });
    this.#options.clock.alarm(againMs, () => {
      if (!this.#stopping) this.#start(number);
    });
  }

  #againMs({ number, startedAt, ready }: Worker): number {
    if (ready && this.#options.clock.now() - startedAt >= SETTLED_MS) {
      this.#quickEnds.delete(number);
      return 0;
    }
    const ends = this.#quickEnds.get(number) ?? 0;
    this.#quickEnds.set(number, ends + 1);
    return Math.min(AGAIN_MAX_MS, AGAIN_FIRST_MS * 2 ** ends);
  }
}
