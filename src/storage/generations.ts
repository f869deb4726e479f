// One place to find a generation, whether the database has it already or not.

import type { GenerationStore, SettledSource } from '#accounting/generation-store.ts';
import { err, ok } from '#base/result.ts';
import type { Result } from '#base/result.ts';

/**
 * The record as JSON; undefined when nobody knows the id. A client that asks right after the end of its answer finds it: the
 * newest rows wait in memory until the database has them. When that is away for long, older ones wait on disk alone and
 * are looked for there, last, because it takes longest.
 */
export async function findGeneration(
  source: Pick<SettledSource, 'find' | 'findOnDisk'>,
  store: Pick<GenerationStore, 'find'>,
  id: string,
): Promise<Result<string | undefined, string>> {
  const waiting = source.find(id);
  if (waiting !== undefined) return ok(waiting);
  const stored = await store.find(id);
  if (stored.ok && stored.value !== undefined) return stored;
  const searching = source.findOnDisk(id);
  if (searching === undefined) return stored;
  try {
    const found = await searching;
    // The database may have taken it during the search.
    return found === undefined ? await store.find(id) : ok(found);
  } catch (error) {
    return err(String(error));
  }
}
