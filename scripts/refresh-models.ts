// Refreshes src/providers/models from a local checkout of models.dev:
//   node scripts/bun.mjs scripts/refresh-models.ts CHECKOUT --checked 2026-11-24 [--accept] [PROVIDER[=FOLDER] ...]
// Without providers, every file is refreshed that came from there. All files are written, or none.

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parseJson } from '#base/json.ts';
import { err, ok } from '#base/result.ts';
import type { Result } from '#base/result.ts';
import { parseModels } from '#providers/catalogue.ts';
import type { ModelEntry } from '#providers/entry.ts';
import { listJumps } from '#providers/price-jumps.ts';
import type { ModelsFile } from '#providers/schema.ts';
import { readModels } from './models-dev.ts';
import { printModelsFile } from './models-file.ts';

const SOURCE_ROOT = 'https://github.com/anomalyco/models.dev/tree/dev/providers/';

export interface RefreshOptions {
  /** The checkout. */
  readonly from: string;
  /** The folder of our files. */
  readonly into: string;
  /** YYYY-MM-DD: the day of the checkout. */
  readonly checked: string;
  /** Takes prices that moved too far. */
  readonly accept: boolean;
  /** `provider` or `provider=folder`; empty for every file that came from models.dev. */
  readonly providers: readonly string[];
}

/** Gives the providers whose files were written; an error lists why none was. */
export function refreshModels(options: RefreshOptions): Result<readonly string[], readonly string[]> {
  const problems: string[] = [];
  const texts = new Map<string, string>();
  for (const [provider, folder] of chosen(options)) {
    const file = refreshed(provider, folder, options);
    if (file.ok) texts.set(provider, printModelsFile(file.value));
    else problems.push(...file.error.map((problem) => `${provider}: ${problem}`));
  }
  if (problems.length > 0) return err(problems);
  for (const [provider, text] of texts) writeFileSync(pathOf(provider, options), text);
  return ok([...texts.keys()]);
}

function pathOf(provider: string, { into }: RefreshOptions): string {
  return join(into, `${provider}.json`);
}

/** Our provider with its folder there. */
function chosen(options: RefreshOptions): ReadonlyMap<string, string> {
  const files = readdirSync(options.into).filter((file) => file.endsWith('.json'));
  const known = new Map<string, string>();
  for (const provider of files.map((file) => file.slice(0, -'.json'.length)).sort()) {
    const source = predecessor(provider, options)?.source ?? '';
    if (source.startsWith(SOURCE_ROOT)) known.set(provider, source.slice(SOURCE_ROOT.length));
  }
  if (options.providers.length === 0) return known;
  return new Map(
    options.providers.map((choice) => {
      const [provider = choice, folder = known.get(provider) ?? provider] = choice.split('=');
      return [provider, folder];
    }),
  );
}

function predecessor(provider: string, options: RefreshOptions): ModelsFile | undefined {
  const path = pathOf(provider, options);
  if (!existsSync(path)) return undefined;
  const file = parseModels(parseJson(readFileSync(path, 'utf8')));
  return file.ok ? file.value : undefined;
}

function refreshed(
  provider: string,
  folder: string,
  options: RefreshOptions,
): Result<ModelsFile, readonly string[]> {
  const found = readModels(options.from, folder);
  if (!found.ok) return found;
  const before = predecessor(provider, options)?.models ?? [];
  const jumps = options.accept ? [] : found.value.flatMap((model) => jumpsOf(model, before));
  if (jumps.length > 0) return err(jumps);
  // What has a source of its own was looked up by a person and stays until a person takes it out.
  const own = before.filter((model) => model.source !== undefined);
  const models = [...own, ...found.value.filter(({ id }) => !own.some((kept) => kept.id === id))];
  const file = { source: SOURCE_ROOT + folder, checked: options.checked, models };
  return parseModels(parseJson(JSON.stringify(file)));
}

function jumpsOf({ id, price }: ModelEntry, before: readonly ModelEntry[]): readonly string[] {
  const old = before.find((model) => model.id === id && model.source === undefined)?.price;
  if (old === undefined || price === undefined) return [];
  return listJumps(old, price).map(
    ({ path, was, is }) => `${id}: ${path.join('.')} goes from ${was} to ${is} dollars; --accept takes it`,
  );
}

if (import.meta.main) {
  const { values, positionals } = parseArgs({
    options: { checked: { type: 'string' }, accept: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const [from, ...providers] = positionals;
  if (from === undefined || values.checked === undefined) {
    console.error(
      'usage: refresh-models.ts CHECKOUT --checked YYYY-MM-DD [--accept] [PROVIDER[=FOLDER] ...]',
    );
    process.exit(2);
  }
  const into = join(import.meta.dir, '../src/providers/models');
  const done = refreshModels({ from, into, checked: values.checked, accept: values.accept, providers });
  if (done.ok) console.log(`wrote ${done.value.join(', ')}`);
  else for (const problem of done.error) console.error(problem);
  process.exit(done.ok ? 0 : 1);
}
