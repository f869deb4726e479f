// What a database throws, as a value.

import { err, ok } from '#base/result.ts';
import type { Result } from '#base/result.ts';

/** What SQLite throws (locked, full, damaged) is expected of a database, and a value here. */
export function attempt<Value>(work: () => Value): Result<Value, string> {
  try {
    return ok(work());
  } catch (error) {
    return err(`SQLite: ${error instanceof Error ? error.message : String(error)}`);
  }
}
