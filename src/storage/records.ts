// Where records are kept: the journal that is written first, the database behind it, the drain between them, and the lock
// that keeps other processes out.

import { join } from 'node:path';

import type { DaySpent, SettledSource } from '#accounting/generation-store.ts';
import type { ReplayStore } from '#accounting/replay-store.ts';
import type { SealLimits } from '#accounting/seal-store.ts';
import type { Clock } from '#base/clock.ts';
import type { Draw } from '#base/random.ts';
import { ok } from '#base/result.ts';
import type { Result } from '#base/result.ts';
import { lookAgain } from './again.ts';
import { Answers } from './answers.ts';
import { Drain } from './drain.ts';
import { findGeneration } from './generations.ts';
import { journalDirectory } from './journal-shards.ts';
import { openStore } from './open-store.ts';
import { lockFor } from './process-lock.ts';
import { Seals } from './seals.ts';

/** A journal that is drained and, at the end, closed. */
interface Drained extends SettledSource {
  close(): void;
}

interface Opened<Journal> {
  readonly journal: Journal;
  /** What an earlier process left behind. */
  readonly report: object;
}

export interface RecordsOptions<Journal extends Drained> {
  /** `storage.url` of the configuration. */
  readonly url: string;
  /** The part of the journal that is this process's own; absent: all of it. */
  readonly shard?: string | undefined;
  /** This process holds the lock already, and lets go of it by itself. */
  readonly locked?: boolean;
  readonly openJournal: (options: { readonly directory: string }) => Result<Opened<Journal>, string>;
  readonly clock: Clock;
  readonly draw: Draw;
  /** How much is kept of seals; absent, undefined: nothing is. */
  readonly sealLimits?: () => SealLimits | undefined;
  readonly onProblem: (message: string, detail: Readonly<Record<string, unknown>>) => void;
}

export interface Records<Journal> {
  readonly journal: Journal;
  /** Answers that later requests may go on from. */
  readonly answers: Answers;
  /** Answers that are given again for their idempotency key. */
  readonly replays: ReplayStore;
  /** Seals of turns that clients may give back without them. */
  readonly seals: Seals;
  readonly recovered: object;
  /** The record of a generation as JSON text, also one that was settled a moment ago. */
  find(id: string): Promise<string | undefined>;
  /** A moment behind, and more where the database is ill: what waits in the journal is not in it. */
  spentByDay(key: string | null): Promise<Result<readonly DaySpent[], string>>;
  /** Stores what can be stored, closes all, lets other processes in. */
  close(): Promise<void>;
}

const HELD = ok({ release: () => {} });

/** An error says what cannot be opened, and why. */
export async function openRecords<Journal extends Drained>(
  options: RecordsOptions<Journal>,
): Promise<Result<Records<Journal>, string>> {
  const { url, clock, draw, onProblem } = options;
  const directory = journalDirectory(url, options.shard);
  const lock = options.locked === true ? HELD : lockFor(join(directory, 'lock'));
  if (!lock.ok) return lock;
  const store = await openStore(url);
  if (!store.ok) return store;
  const opened = options.openJournal({ directory });
  if (!opened.ok) return opened;
  const { journal, report } = opened.value;
  const { generations } = store.value;
  const drain = new Drain({
    source: journal,
    store: generations,
    clock,
    draw,
    onProblem: (why, waitMs) => onProblem('records wait for the database', { why, waitMs }),
  });
  const look = async (id: string): Promise<string | undefined> => {
    const found = await findGeneration(journal, generations, id);
    if (!found.ok) onProblem('a generation cannot be looked up', { id, why: found.error });
    return found.ok ? found.value : undefined;
  };
  const siblings = options.shard !== undefined;
  const find = (id: string): Promise<string | undefined> => lookAgain(siblings, clock, () => look(id));
  const answers = new Answers({ store: store.value.answers, clock, siblings, onProblem });
  const limits = options.sealLimits ?? ((): undefined => undefined);
  const seals = new Seals({ store: store.value.seals, clock, limits, siblings, onProblem });
  await seals.load();
  const close = async (): Promise<void> => {
    await drain.stop();
    await answers.stop();
    await seals.stop();
    journal.close();
    await store.value.close();
    lock.value.release();
  };
  const { replays } = store.value;
  const spentByDay: Records<Journal>['spentByDay'] = (key) => generations.spentByDay(key);
  const recovered = { directory, ...report };
  return ok({ journal, answers, seals, replays, recovered, find, spentByDay, close });
}
