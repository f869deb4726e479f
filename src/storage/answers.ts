// Kept answers on their way to the database: nothing waits for it, and what is on the way is found all the same.

import type { AnswerStore, KeptAnswer } from '#accounting/answer-store.ts';
import type { Alarm, Clock } from '#base/clock.ts';
import type { Result } from '#base/result.ts';
import { lookAgain } from './again.ts';
import { CHAIN_LENGTH_MAX, charactersOf } from './keeping-limits.ts';

/** How long the first answer waits for company. */
const GATHER_MS = 100;
/** After the database refused. */
const AGAIN_MS = 2_000;
/** What may be on the way. More is not kept: an answer that cannot be gone on from is no harm to anyone else. */
const WAITING_CHARACTERS_MAX = 64 * 1024 * 1024;
const BATCH_MAX = 200;

export interface AnswersOptions {
  readonly store: AnswerStore;
  readonly clock: Clock;
  /** Other processes keep answers in the same database. */
  readonly siblings?: boolean;
  readonly onProblem: (message: string, detail: Readonly<Record<string, unknown>>) => void;
}

export class Answers {
  readonly #options: AnswersOptions;
  /** By key and id, in the order in which they came. */
  readonly #waiting = new Map<string, KeptAnswer>();
  #characters = 0;
  #alarm: Alarm | undefined;
  #running: Promise<void> | undefined;
  #stopped = false;

  constructor(options: AnswersOptions) {
    this.#options = options;
  }

  /** Returns at once. */
  keep(answer: KeptAnswer): void {
    const characters = charactersOf(answer);
    if (this.#characters + characters > WAITING_CHARACTERS_MAX) {
      this.#options.onProblem('an answer is not kept: too many wait for the database', { id: answer.id });
      return;
    }
    this.#characters += characters;
    this.#waiting.set(nameOf(answer.key, answer.id), answer);
    if (this.#running === undefined && this.#alarm === undefined) this.#arm(GATHER_MS);
  }

  find(key: string, id: string): Promise<KeptAnswer | undefined> {
    return this.#twice(() => this.#find(key, id));
  }

  /** The answer and all before it, oldest first; undefined when it cannot be gone on from. */
  chain(key: string, id: string): Promise<readonly KeptAnswer[] | undefined> {
    return this.#twice(() => this.#chain(key, id));
  }

  async #find(key: string, id: string): Promise<KeptAnswer | undefined> {
    const waiting = this.#waiting.get(nameOf(key, id));
    if (waiting !== undefined) return waiting;
    return this.#told(await this.#options.store.find(key, id, this.#options.clock.wallMs()));
  }

  async #chain(key: string, id: string): Promise<readonly KeptAnswer[] | undefined> {
    const young: KeptAnswer[] = [];
    for (let next: string | null = id; next !== null;) {
      const waiting: KeptAnswer | undefined = this.#waiting.get(nameOf(key, next));
      if (waiting === undefined) {
        const nowMs = this.#options.clock.wallMs();
        const old = this.#told(await this.#options.store.chain(key, next, nowMs));
        return old === undefined ? undefined : [...old, ...young];
      }
      if (young.length === CHAIN_LENGTH_MAX) return undefined;
      young.unshift(waiting);
      next = waiting.previous;
    }
    return young;
  }

  async remove(key: string, id: string): Promise<boolean> {
    // What is being written just now is in the database a moment later.
    await this.#running;
    const waiting = this.#take(nameOf(key, id));
    return this.#told(await this.#options.store.remove(key, id)) === true || waiting;
  }

  /** Writes what can be written at once; the rest is lost, as after any stop of the process. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#alarm?.clear();
    await this.#running;
    while (this.#waiting.size > 0 && (await this.#writeBatch()));
  }

  #arm(delayMs: number): void {
    if (this.#stopped) return;
    this.#alarm = this.#options.clock.alarm(delayMs, () => {
      this.#alarm = undefined;
      this.#running = this.#write();
    });
  }

  async #write(): Promise<void> {
    let stored = true;
    while (stored && this.#waiting.size > 0) {
      stored = await this.#writeBatch();
      // A long backlog must not keep requests waiting.
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.#running = undefined;
    if (this.#waiting.size > 0) this.#arm(stored ? GATHER_MS : AGAIN_MS);
  }

  async #writeBatch(): Promise<boolean> {
    const batch = [...this.#waiting.entries()].slice(0, BATCH_MAX);
    const stored = await this.#options.store.insert(batch.map(([, answer]) => answer));
    if (!stored.ok) {
      this.#options.onProblem('kept answers wait for the database', { why: stored.error });
      return false;
    }
    for (const [name] of batch) this.#take(name);
    return true;
  }

  #take(name: string): boolean {
    const answer = this.#waiting.get(name);
    if (answer === undefined) return false;
    this.#waiting.delete(name);
    this.#characters -= charactersOf(answer);
    return true;
  }

  #twice<Found>(look: () => Promise<Found | undefined>): Promise<Found | undefined> {
    const { siblings = false, clock } = this.#options;
    return lookAgain(siblings, clock, look);
  }

  #told<Value>(result: Result<Value, string>): Value | undefined {
    if (!result.ok) this.#options.onProblem('a kept answer cannot be looked up', { why: result.error });
    return result.ok ? result.value : undefined;
  }
}

function nameOf(key: string, id: string): string {
  return `${key}\n${id}`;
}
