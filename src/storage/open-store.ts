// From `storage.url` to a store. The scheme chooses the database.

import { err } from '#base/result.ts';
import type { Result } from '#base/result.ts';
import { openSqliteStore } from './sqlite/open.ts';
import type { Store, StoreOptions } from './store.ts';

type Open = (place: string, options: StoreOptions) => Result<Store, string>;

const SCHEMES: Readonly<Record<string, Open>> = { sqlite: openSqliteStore };

/** `sqlite:./data/clew.db`, `sqlite:/var/lib/clew.db` or `sqlite::memory:`. Brings the schema up to date. */
export async function openStore(url: string, options: StoreOptions = {}): Promise<Result<Store, string>> {
  const colon = url.indexOf(':');
  const scheme = colon === -1 ? '' : url.slice(0, colon);
  const open = Object.hasOwn(SCHEMES, scheme) ? SCHEMES[scheme] : undefined;
  if (open !== undefined) return open(url.slice(colon + 1), options);
  // Only the scheme: the rest of a database's URL may hold a password.
  const given = scheme === '' ? 'a URL without a scheme' : `\`${scheme}:\``;
  return err(
    `storage.url is ${given}, which is not supported; write sqlite:./data/clew.db or sqlite::memory:`,
  );
}
