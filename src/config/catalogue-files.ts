// The catalogue's files: from the executable when Clew is one, else from src/providers. A provider is there because its
// file is; no list names it.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseJson } from '#base/json.ts';
import type { Json } from '#base/json.ts';
import type { Result } from '#base/result.ts';
import { buildCatalogue } from '#providers/catalogue.ts';
import type { Catalogue, CatalogueFiles } from '#providers/catalogue.ts';
import { EMBEDDED } from './embedded-catalogue.ts';

/** Texts of the files by their name without `.json`. */
export interface CatalogueTexts {
  readonly providers: Readonly<Record<string, string>>;
  readonly models: Readonly<Record<string, string>>;
}

/** An error holds every problem with its file; only a broken installation has any. */
export function loadCatalogue(): Result<Catalogue, readonly string[]> {
  return buildCatalogue(parseTexts(EMBEDDED ?? readCatalogueTexts()));
}

/** `source` is the folder that holds `providers/`. */
export function readCatalogueTexts(source = join(import.meta.dir, '..')): CatalogueTexts {
  return {
    providers: readFolder(join(source, 'providers/catalogue')),
    models: readFolder(join(source, 'providers/models')),
  };
}

function readFolder(folder: string): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const file of readdirSync(folder).sort()) {
    if (file.endsWith('.json'))
      texts[file.slice(0, -'.json'.length)] = readFileSync(join(folder, file), 'utf8');
  }
  return texts;
}

function parseTexts({ providers, models }: CatalogueTexts): CatalogueFiles {
  return { providers: parseAll(providers), models: parseAll(models) };
}

function parseAll(texts: Readonly<Record<string, string>>): ReadonlyMap<string, Json | undefined> {
  return new Map(Object.entries(texts).map(([name, text]) => [name, parseJson(text)]));
}
