// Every dialect there is, found by its folder: for scripts and tests that must not forget one.

import { readdirSync } from 'node:fs';

import type { Dialect } from '#dialects/dialect.ts';

const FOLDER = new URL('../src/dialects/', import.meta.url);

/** In the order of the alphabet. Throws for a folder whose `index.ts` exports no dialect of its name. */
export async function loadDialects(): Promise<readonly Dialect[]> {
  const folders = readdirSync(FOLDER, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const ids = folders.map(({ name }) => name).sort();
  return Promise.all(ids.map(loadDialect));
}

async function loadDialect(id: string): Promise<Dialect> {
  const exported = (await import(new URL(`${id}/index.ts`, FOLDER).href)) as Record<string, unknown>;
  const dialect = Object.values(exported).find((value) => isDialect(value) && value.id === id);
  if (dialect === undefined) throw new Error(`src/dialects/${id}/index.ts exports no dialect \`${id}\``);
  return dialect as Dialect;
}

function isDialect(value: unknown): value is Dialect {
  return (
    typeof value === 'object' && value !== null && 'id' in value && ('client' in value || 'provider' in value)
  );
}
