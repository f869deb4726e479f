// What the exchange asks of the journal. The writer on disk is accounting/journal-file.ts.

import type { Generation } from '#accounting/generation.ts';
import type { Result } from '#base/result.ts';

/** Written before a provider is called, so that a crash cannot hide a call that costs money. */
export interface Intent {
  readonly id: string;
  readonly startedMs: number;
  readonly key: string | null;
  readonly model: string;
}

export interface Journal {
  /** An error means that nothing may be started that costs money. Synchronous: one write to a local file. */
  intend(intent: Intent): Result<void, string>;
  /**
   * Writes the generation; once this returns, a crash of the process cannot lose it. `text` is the generation as JSON,
   * made once by the caller and used by everyone.
   */
  settle(generation: Generation, text: string): Result<void, string>;
}
