// One run: starts the provider, the generator and the subjects, checks that each answers rightly, then measures them in
// turns, round after round, so that a slow minute of the machine falls on all of them.

import { Generator } from './generator.ts';
import type { Job, Outcome } from './jobs.ts';
import { LOAD_CORE, printedPort, type Launcher } from './launch.ts';
import { probe, type Whole } from './probe.ts';
import { memory } from './process.ts';
import { HELD_ROW, IDLE_ROW, LOAD_ROWS, LOADED_ROW, type LoadRow, type RowId } from './rows.ts';
import type { Running, Subject } from './subjects.ts';

export interface Plan {
  readonly subjects: readonly Subject[];
  readonly rounds: number;
  /** Rounds of the memory rows, each with new processes. */
  readonly memoryRounds: number;
  readonly quick: boolean;
  readonly say: (text: string) => void;
}

export type SubjectId = Subject['id'] | 'direct';

export interface Sample {
  readonly row: RowId;
  readonly subject: SubjectId;
  readonly round: number;
  /** In the row's unit; for latency the time itself, not yet less the direct one. */
  readonly value: number;
  readonly outcome?: Outcome;
}

export interface Results {
  readonly samples: readonly Sample[];
  /** What went wrong; a run with any is a failed run. */
  readonly errors: readonly string[];
}

/** A subject that runs and has shown what its right answers look like. */
interface Contender extends Running {
  readonly id: SubjectId;
  readonly whole: Whole;
}

/** Until the runtime has compiled what runs often: about 40,000 requests, as measured by thread. */
const WARM_UP_MS: Partial<Record<RowId, number>> = { unary: 4_000, flood: 1_000, bulk: 1_500 };
const QUICK_WARM_UP_MS: Partial<Record<RowId, number>> = { unary: 2_500, flood: 400, bulk: 700 };

/** How long a process is left alone before its memory is read. */
const QUIET_MS = 700;
const QUICK_QUIET_MS = 400;
const LOADED_QUIET_MS = 2_000;
const KB_PER_MB = 1024;

class Run {
  readonly #plan: Plan;
  readonly #launcher: Launcher;
  readonly #generator: Generator;
  readonly #upstreamPort: number;
  readonly samples: Sample[] = [];
  readonly errors: string[] = [];

  constructor(plan: Plan, launcher: Launcher, upstreamPort: number) {
    this.#plan = plan;
    this.#launcher = launcher;
    this.#upstreamPort = upstreamPort;
    this.#generator = new Generator(launcher);
  }

  async #contend(subject: Subject): Promise<Contender> {
    const running = await subject.start(this.#launcher, this.#upstreamPort);
    return { ...running, id: subject.id, whole: await probe(running) };
  }

  async #direct(): Promise<Contender> {
    const target = { port: this.#upstreamPort, key: '', pids: [], modelName: (model: string) => model };
    return { ...target, id: 'direct', whole: await probe(target), stop: async () => {} };
  }

  #job(row: LoadRow, contender: Contender): Job {
    const stream = row.model !== 'unary';
    return {
      mode: row.mode,
      port: contender.port,
      model: contender.modelName(row.model),
      key: contender.key,
      stream,
      connections: row.connections,
      windowMs: this.#plan.quick ? row.quickMs : row.windowMs,
      answersMin: row.answersMin,
      whole: stream ? contender.whole.streamEvents : contender.whole.unaryBytes,
      watch: contender.pids,
    };
  }

  async #load(row: LoadRow, contender: Contender, changes: Partial<Job> = {}): Promise<Outcome> {
    const outcome = await this.#generator.run({ ...this.#job(row, contender), ...changes });
    if (outcome.errors > 0) {
      this.errors.push(
        `${contender.id}, ${row.title}: ${outcome.errors} errors, first: ${outcome.firstError}`,
      );
    }
    return outcome;
  }

  async #warmUp(contender: Contender): Promise<void> {
    const windows = this.#plan.quick ? QUICK_WARM_UP_MS : WARM_UP_MS;
    for (const row of LOAD_ROWS) {
      const windowMs = windows[row.id];
      if (windowMs !== undefined) await this.#load(row, contender, { windowMs });
    }
  }

  async speed(): Promise<void> {
    const { subjects, rounds, say } = this.#plan;
    const contenders: Contender[] = [];
    for (const subject of subjects) contenders.push(await this.#contend(subject));
    const direct = await this.#direct();
    for (const contender of contenders) await this.#warmUp(contender);
    for (let round = 0; round < rounds; round++) {
      say(`round ${round + 1} of ${rounds}`);
      for (const row of LOAD_ROWS)
        await this.#row(row, round, row.id === 'latency' ? [direct, ...contenders] : contenders);
    }
    await Bun.sleep(LOADED_QUIET_MS);
    for (const contender of contenders) this.#resident(LOADED_ROW.id, contender, 0);
    for (const contender of contenders) await contender.stop();
  }

  /** Another subject is first in each round, so that none has always the same neighbour. */
  async #row(row: LoadRow, round: number, contenders: readonly Contender[]): Promise<void> {
    for (let turn = 0; turn < contenders.length; turn++) {
      const contender = contenders[(turn + round) % contenders.length];
      if (!contender) continue;
      const outcome = await this.#load(row, contender);
      this.samples.push({ row: row.id, subject: contender.id, round, value: row.value(outcome), outcome });
    }
  }

  #resident(row: RowId, { id, pids }: Pick<Contender, 'id' | 'pids'>, round: number): void {
    this.samples.push({ row, subject: id, round, value: memory(pids).rssKb / KB_PER_MB });
  }

  /** A new process each: idle, then after the probe, then with streams open. */
  async space(round: number): Promise<void> {
    const quietMs = this.#plan.quick ? QUICK_QUIET_MS : QUIET_MS;
    for (const subject of this.#plan.subjects) {
      const running = await subject.start(this.#launcher, this.#upstreamPort);
      await Bun.sleep(quietMs);
      this.#resident(IDLE_ROW.id, { id: subject.id, pids: running.pids }, round);
      const contender = { ...running, id: subject.id, whole: await probe(running) };
      await Bun.sleep(quietMs);
      const outcome = await this.#load(HELD_ROW, contender);
      this.samples.push({
        row: HELD_ROW.id,
        subject: subject.id,
        round,
        value: HELD_ROW.value(outcome),
        outcome,
      });
      await contender.stop();
    }
  }
}

/** Throws when a subject cannot be started or answers wrongly; errors under load are in the results. */
export async function measure(plan: Plan, launcher: Launcher): Promise<Results> {
  const upstream = launcher.start([process.execPath, 'bench/upstream.ts'], {
    core: LOAD_CORE,
    stdout: 'pipe',
  });
  const run = new Run(plan, launcher, await printedPort(upstream));
  for (let round = 0; round < plan.memoryRounds; round++) {
    plan.say(`memory, round ${round + 1} of ${plan.memoryRounds}`);
    await run.space(round);
  }
  await run.speed();
  return { samples: run.samples, errors: run.errors };
}
