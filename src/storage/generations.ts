// One place to find a generation, whether the database has it already or not.

import type { GenerationStore, SettledSource } from '#accounting/generation-store.ts';
import { ok } from '#base/result.ts';
import type { Result } from '#base/result.ts';

/**
 * The record as JSON; undefined when nobody knows the id. A client that asks right after the end of its answer finds it: the
 * newest rows wait in memory until the database has them.
 */
export async function findGeneration(
  source: Pick<SettledSource, 'find'>,
  store: Pick<GenerationStore, 'find'>,
  id: string,
): Promise<Result<string | undefined, string>> {
  const waiting = source.find(id);
  return waiting === undefined ? store.find(id) : ok(waiting);
}
