// The catalogue's files: from the executable when Clew is one, else from src/providers. A provider is there because its
// file is; no list names it.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseJson } from '#base/json.ts';
import type { Json } from '#base/json.ts';
import type { Result } from '#base/result.ts';
import { buildCatalogue } from '#providers/catalogue.ts';
import type { Catalogue } from '#providers/catalogue.ts';
import { EMBEDDED } from './embedded-catalogue.ts';

/** Texts of the files by their name without `.json`. */
export interface CatalogueTexts {
  readonly providers: Readonly<Record<string, string>>;
  readonly models: Readonly<Record<string, string>>;
}

const SOURCES = join(import.meta.dir, '..');
const PROVIDERS = 'providers/catalogue';
const MODELS = 'providers/models';

/** An error holds every problem with its file; only a broken installation has any. */
export function loadCatalogue(): Result<Catalogue, readonly string[]> {
  return EMBEDDED === undefined ? fromFolder(SOURCES) : fromTexts(EMBEDDED);
}

function fromTexts({ providers, models }: CatalogueTexts): ReturnType<typeof loadCatalogue> {
  const read = (id: string): Json | undefined => parseJson(models[id] ?? '');
  return buildCatalogue({
    providers: parseAll(providers),
    models: { keys: () => Object.keys(models).values(), get: read },
  });
}

/** Files of models are read when they are asked for. */
function fromFolder(source: string): ReturnType<typeof loadCatalogue> {
  const names = jsonFiles(join(source, MODELS));
  return buildCatalogue({
    providers: parseAll(readFolder(join(source, PROVIDERS))),
    models: { keys: () => names.values(), get: (id) => parseJson(readJsonFile(join(source, MODELS), id)) },
  });
}

/** `source` is the folder that holds `providers/`. */
export function readCatalogueTexts(source = SOURCES): CatalogueTexts {
  return { providers: readFolder(join(source, PROVIDERS)), models: readFolder(join(source, MODELS)) };
}

function readFolder(folder: string): Record<string, string> {
  return Object.fromEntries(jsonFiles(folder).map((name) => [name, readJsonFile(folder, name)]));
}

function jsonFiles(folder: string): readonly string[] {
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
  return files.sort().map((file) => file.slice(0, -'.json'.length));
}

function readJsonFile(folder: string, name: string): string {
  return readFileSync(join(folder, `${name}.json`), 'utf8');
}

function parseAll(texts: Readonly<Record<string, string>>): ReadonlyMap<string, Json | undefined> {
  return new Map(Object.entries(texts).map(([name, text]) => [name, parseJson(text)]));
}
