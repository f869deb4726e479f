// A database as the rest of Clew sees it: one store for each kind of thing that is kept.

import type { AnswerStore } from '#accounting/answer-store.ts';
import type { GenerationStore } from '#accounting/generation-store.ts';
import type { ReplayStore } from '#accounting/replay-store.ts';
import type { SealStore } from '#accounting/seal-store.ts';

export interface Store {
  readonly generations: GenerationStore;
  readonly answers: AnswerStore;
  readonly replays: ReplayStore;
  readonly seals: SealStore;
  close(): Promise<void>;
}

export interface StoreOptions {
  /**
   * True: a row that was inserted survives a power cut. False: it survives the end of the process, and the database stays
   * whole, but a power cut may take the rows of the last moments. Belongs with the journal's `durability: 'power'`.
   */
  readonly survivePowerCut?: boolean;
}
