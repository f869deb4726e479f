// Refreshes src/providers/models from local copies of public data, each with the day of the copy:
//   node scripts/bun.mjs scripts/refresh-models.ts --models-dev PATH@2026-11-24 --price-map PATH@2026-11-20@1.110.2 \
//     [--accept] [PROVIDER ...]
// PATH is a checkout or the api.json of models.dev, or a model_prices_and_context_window.json. Without providers, every
// provider of the catalogue is refreshed that a source knows. All files are written, or none. Where sources differ, it is
// printed which one was believed; so is what no source has any more.

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parseJson } from '#base/json.ts';
import { err, ok } from '#base/result.ts';
import type { Result } from '#base/result.ts';
import { parseModels } from '#providers/catalogue.ts';
import type { ModelEntry } from '#providers/entry.ts';
import { listJumps } from '#providers/price-jumps.ts';
import type { ModelsFile, Source } from '#providers/schema.ts';
import type { DataSource, Finding } from './models/finding.ts';
import { mergeFindings } from './models/merge.ts';
import type { Sourced } from './models/merge.ts';
import { modelsDev } from './models/models-dev.ts';
import { priceMap } from './models/price-map.ts';
import { printModelsFile } from './models/print-file.ts';
import { SOURCE_KEYS } from './models/providers.ts';
import type { SourceKeys } from './models/providers.ts';

/** Pages that a file names for one source. */
const PAGES_MAX = 4;

export interface RefreshOptions {
  readonly sources: readonly DataSource[];
  /** The folder that holds `catalogue/` and `models/`. */
  readonly into: string;
  /** Takes prices that moved too far. */
  readonly accept: boolean;
  /** Empty for all. */
  readonly providers: readonly string[];
  readonly keys?: Readonly<Record<string, SourceKeys>>;
}

export interface Refreshed {
  readonly written: readonly string[];
  /** Where sources differ, and what is gone. */
  readonly remarks: readonly string[];
}

/** An error lists why nothing was written. */
export function refreshModels(options: RefreshOptions): Result<Refreshed, readonly string[]> {
  const problems: string[] = [];
  const remarks: string[] = [];
  const texts = new Map<string, string>();
  for (const provider of chosen(options)) {
    const file = refreshed(provider, options);
    if (!file.ok) problems.push(...file.error.map((problem) => `${provider}: ${problem}`));
    else if (file.value !== undefined) {
      texts.set(provider, printModelsFile(file.value.file));
      remarks.push(...file.value.remarks.map((remark) => `${provider}: ${remark}`));
    }
  }
  if (problems.length > 0) return err(problems);
  for (const [provider, text] of texts) writeFileSync(pathOf(provider, options), text);
  return ok({ written: [...texts.keys()], remarks });
}

function pathOf(provider: string, { into }: RefreshOptions): string {
  return join(into, `models/${provider}.json`);
}

function chosen({ providers, keys = SOURCE_KEYS, into }: RefreshOptions): readonly string[] {
  if (providers.length > 0) return providers;
  const files = readdirSync(join(into, 'catalogue')).map((file) => file.replace(/\.json$/, ''));
  return files.filter((provider) => Object.hasOwn(keys, provider)).sort();
}

interface FileWithRemarks {
  readonly file: ModelsFile;
  readonly remarks: readonly string[];
}

/** Undefined when no source that was given knows the provider. */
function refreshed(
  provider: string,
  options: RefreshOptions,
): Result<FileWithRemarks | undefined, readonly string[]> {
  const found = findAll(provider, options);
  if (!found.ok) return found;
  const { sources, findings } = found.value;
  const [main, ...also] = sources;
  if (main === undefined) return ok(undefined);
  const before = predecessor(provider, options)?.models ?? [];
  const { models, disagreements } = mergeFindings(findings);
  const jumps = options.accept ? [] : models.flatMap((model) => jumpsOf(model, before));
  if (jumps.length > 0) return err(jumps);
  // What has a source of its own was looked up by a person and stays until a person takes it out.
  const own = before.filter((model) => model.source !== undefined);
  const kept = [...own, ...models.filter(({ id }) => !own.some((mine) => mine.id === id))];
  const gone = before.filter(({ id }) => !kept.some((model) => model.id === id));
  const file = { ...main, ...(also.length === 0 ? {} : { also }), models: kept };
  const parsed = parseModels(parseJson(JSON.stringify(file)));
  if (!parsed.ok) return parsed;
  return ok({
    file: parsed.value,
    remarks: [...disagreements, ...gone.map(({ id }) => `${id}: withdrawn, or in no source`)],
  });
}

interface Found {
  readonly sources: readonly Source[];
  readonly findings: readonly Sourced[];
}

/** The newest source first. */
function findAll(
  provider: string,
  { sources: given, keys = SOURCE_KEYS }: RefreshOptions,
): Result<Found, readonly string[]> {
  const sources: Source[] = [];
  const findings: Sourced[] = [];
  const problems: string[] = [];
  for (const source of given.toSorted((a, b) => Date.parse(b.date) - Date.parse(a.date))) {
    for (const key of keys[provider]?.[source.column] ?? []) {
      const found = source.read(key);
      if (!found.ok) problems.push(...found.error);
      else {
        const { date, version } = source;
        const ours = found.value.filter(({ id }) => keys[provider]?.ids?.test(id) !== false);
        const pages = pagesOf(ours);
        const from = placeOf({ source: source.urlOf(key), version, checked: date, pages }, sources);
        const wholeWindow = source.column === 'modelsDev';
        findings.push(...ours.map((finding) => ({ ...finding, from, date, wholeWindow })));
      }
    }
  }
  return problems.length > 0 ? err(problems) : ok({ sources, findings });
}

/** The vendor's own pages, those first that most models are from. */
function pagesOf(findings: readonly Finding[]): readonly string[] | undefined {
  const counts = new Map<string, number>();
  for (const { page } of findings) if (page !== undefined) counts.set(page, (counts.get(page) ?? 0) + 1);
  const pages = [...counts].toSorted(([, a], [, b]) => b - a).slice(0, PAGES_MAX);
  return pages.length === 0 ? undefined : pages.map(([page]) => page);
}

function placeOf(source: Source, sources: Source[]): number {
  const place = sources.findIndex((other) => other.source === source.source);
  return place >= 0 ? place : sources.push(source) - 1;
}

function predecessor(provider: string, options: RefreshOptions): ModelsFile | undefined {
  const path = pathOf(provider, options);
  if (!existsSync(path)) return undefined;
  const file = parseModels(parseJson(readFileSync(path, 'utf8')));
  return file.ok ? file.value : undefined;
}

function jumpsOf({ id, price }: ModelEntry, before: readonly ModelEntry[]): readonly string[] {
  const old = before.find((model) => model.id === id && model.source === undefined)?.price;
  if (old === undefined || price === undefined) return [];
  return listJumps({ output: 0, ...old }, { output: 0, ...price }).map(
    ({ path, was, is }) => `${id}: ${path.join('.')} goes from ${was} to ${is} dollars; --accept takes it`,
  );
}

const USAGE =
  'usage: refresh-models.ts [--models-dev PATH@DATE] [--price-map PATH@DATE@VERSION] [--accept] [PROVIDER ...]';

function sourcesOf(values: { 'models-dev'?: string; 'price-map'?: string }): readonly DataSource[] {
  const [directory, day] = values['models-dev']?.split('@') ?? [];
  const [file, date, version] = values['price-map']?.split('@') ?? [];
  return [
    ...(directory === undefined || day === undefined ? [] : [modelsDev(directory, day)]),
    ...(file === undefined || date === undefined ? [] : [priceMap(file, date, version)]),
  ];
}

if (import.meta.main) {
  const { values, positionals: providers } = parseArgs({
    options: {
      'models-dev': { type: 'string' },
      'price-map': { type: 'string' },
      accept: { type: 'boolean', default: false },
    },
    allowPositionals: true,
  });
  const sources = sourcesOf(values);
  if (sources.length === 0) {
    console.error(USAGE);
    process.exit(2);
  }
  const into = join(import.meta.dir, '../src/providers');
  const done = refreshModels({ sources, into, accept: values.accept, providers });
  for (const line of done.ok ? done.value.remarks : done.error) console.error(line);
  if (done.ok) console.log(`wrote ${done.value.written.join(', ')}`);
  process.exit(done.ok ? 0 : 1);
}
