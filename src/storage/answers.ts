// Kept answers on their way to the database, and in it.

import type { AnswerStore, KeptAnswer } from '#accounting/answer-store.ts';
import type { Clock } from '#base/clock.ts';
import type { Result } from '#base/result.ts';
import { lookAgain } from './again.ts';
import { CHAIN_LENGTH_MAX, charactersOf } from './keeping-limits.ts';
import { WriteBehind } from './write-behind.ts';

export interface AnswersOptions {
  readonly store: AnswerStore;
  readonly clock: Clock;
  /** Other processes keep answers in the same database. */
  readonly siblings?: boolean;
  readonly onProblem: (message: string, detail: Readonly<Record<string, unknown>>) => void;
}

export class Answers {
  readonly #options: AnswersOptions;
  readonly #waiting: WriteBehind<KeptAnswer>;

  constructor(options: AnswersOptions) {
    const { store, clock, onProblem } = options;
    this.#options = options;
    this.#waiting = new WriteBehind({
      clock,
      charactersOf,
      insert: (answers) => store.insert(answers),
      onRefused: (why) => onProblem('kept answers wait for the database', { why }),
    });
  }

  /** Returns at once. An answer that cannot be gone on from is no harm to anyone else. */
  keep(answer: KeptAnswer): void {
    if (this.#waiting.keep(nameOf(answer.key, answer.id), answer)) return;
    this.#options.onProblem('an answer is not kept: too many wait for the database', { id: answer.id });
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
    await this.#waiting.settled();
    const waiting = this.#waiting.take(nameOf(key, id));
    return this.#told(await this.#options.store.remove(key, id)) === true || waiting;
  }

  /** Writes what can be written at once; the rest is lost, as after any stop of the process. */
  stop(): Promise<void> {
    return this.#waiting.stop();
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
