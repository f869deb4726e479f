// Reads a copy of models.dev: a checkout, where each model is a TOML file (`providers/<folder>/models/<id>.toml`, with what
// does not depend on the provider in `models/<lab>/<id>.toml`), or the api.json that is made of it.

import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { asArray, asNumber, asObject, asString, parseJson } from '#base/json.ts';
import type { Json, JsonObject } from '#base/json.ts';
import { err, ok } from '#base/result.ts';
import type { Result } from '#base/result.ts';
import type { PriceList, RateList, TierList } from '#providers/price.ts';
import type { Trait } from '#providers/trait.ts';
import { believed, positive, roundDollars } from './finding.ts';
import type { DataSource, Finding } from './finding.ts';

const HOME = 'https://github.com/anomalyco/models.dev/tree/dev/providers/';

/** Tables of which a provider's file gives only what differs from the base model. */
const MERGED_TABLES = ['cost', 'limit', 'modalities'] as const;

export function modelsDev(path: string, date: string): DataSource {
  const read = (key: string): ReturnType<DataSource['read']> =>
    statSync(path).isDirectory() ? readFolder(path, key) : readApi(path, key);
  return { column: 'modelsDev', date, urlOf: (key) => HOME + key, read };
}

function readApi(path: string, folder: string): ReturnType<DataSource['read']> {
  const models = asObject(asObject(asObject(parseJson(readFileSync(path, 'utf8')))?.[folder])?.['models']);
  if (models === undefined) return err([`${path}: no provider ${folder}`]);
  return ok(Object.entries(models).flatMap(([id, facts]) => findingOf(id, asObject(facts) ?? {})));
}

/** An error lists the files that cannot be used. */
function readFolder(directory: string, folder: string): ReturnType<DataSource['read']> {
  const root = join(directory, 'providers', folder, 'models');
  if (!existsSync(root)) return err([`${root}: no such folder`]);
  const problems: string[] = [];
  const found: Finding[] = [];
  for (const file of [...new Bun.Glob('**/*.toml').scanSync({ cwd: root })].sort()) {
    const facts = readFacts(directory, join(root, file));
    if (facts.ok) found.push(...findingOf(file.slice(0, -'.toml'.length), facts.value));
    else problems.push(facts.error);
  }
  return problems.length === 0 ? ok(found) : err(problems);
}

function readFacts(directory: string, path: string): Result<JsonObject, string> {
  const own = readToml(path);
  if (!own.ok) return own;
  const base = asString(own.value['base_model']);
  if (base === undefined) return own;
  const inherited = readToml(join(directory, 'models', `${base}.toml`));
  if (!inherited.ok) return err(`${path}: its base model: ${inherited.error}`);
  return ok(merge(inherited.value, own.value));
}

function readToml(path: string): Result<JsonObject, string> {
  if (!existsSync(path)) return err(`${path}: no such file`);
  try {
    return ok(Bun.TOML.parse(readFileSync(path, 'utf8')) as JsonObject);
  } catch (error) {
    return err(`${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function merge(base: JsonObject, own: JsonObject): JsonObject {
  const merged: { [key: string]: Json | undefined } = { ...base, ...own };
  for (const table of MERGED_TABLES) merged[table] = { ...asObject(base[table]), ...asObject(own[table]) };
  for (const path of asArray(own['base_model_omit']) ?? []) {
    const [table = '', field] = (asString(path) ?? '').split('.');
    if (field === undefined) delete merged[table];
    else merged[table] = { ...asObject(merged[table]), [field]: undefined };
  }
  return merged;
}

/** None of what is not asked and does not answer in text: where the question costs and the answer does not, it is a vector or a verdict. */
function findingOf(id: string, facts: JsonObject): readonly Finding[] {
  const cost = asObject(facts['cost']);
  const free = asNumber(cost?.['output']) === 0 && asNumber(cost?.['input']) !== 0;
  const { input, output } = asObject(facts['modalities']) ?? {};
  if (free || !hasText(input) || !hasText(output)) return [];
  const limit = asObject(facts['limit']);
  return [
    {
      id,
      name: asString(facts['name']),
      price: cost === undefined ? undefined : believed(id, toPriceList(cost), false),
      contextTokens: positive(asNumber(limit?.['context'])),
      maxOutputTokens: positive(asNumber(limit?.['output'])),
      traits: toTraits(facts),
      gone: facts['status'] === 'deprecated',
    },
  ];
}

function hasText(modalities: Json | undefined): boolean {
  return asArray(modalities)?.includes('text') === true;
}

function toPriceList(cost: JsonObject): PriceList {
  const tiers = (asArray(cost['tiers']) ?? []).flatMap((entry) => toTier(asObject(entry) ?? {}));
  return { ...toRates(cost), ...(tiers.length === 0 ? {} : { tiers }) };
}

function toTier(entry: JsonObject): readonly TierList[] {
  const { type, size } = asObject(entry['tier']) ?? {};
  const above = asNumber(size);
  return type === 'context' && above !== undefined ? [{ above, ...toRates(entry) }] : [];
}

function toRates(cost: JsonObject): RateList {
  const rate = (name: string): number | undefined => {
    const dollars = asNumber(cost[name]);
    return dollars === undefined ? undefined : roundDollars(dollars);
  };
  const reasoning = rate('reasoning');
  return {
    input: rate('input'),
    output: rate('output'),
    cacheRead: rate('cache_read'),
    cacheWrite: rate('cache_write'),
    // Reasoning is output; it has a price of its own only where that differs.
    reasoning: reasoning === rate('output') ? undefined : reasoning,
    audioInput: rate('input_audio'),
    audioOutput: rate('output_audio'),
  };
}

const MODALITIES: readonly (readonly [trait: Trait, side: 'input' | 'output', what: string])[] = [
  ['vision', 'input', 'image'],
  ['files', 'input', 'pdf'],
  ['audio-input', 'input', 'audio'],
  ['audio-output', 'output', 'audio'],
  ['video-input', 'input', 'video'],
  ['image-output', 'output', 'image'],
];
const FLAGS: readonly (readonly [trait: Trait, field: string, value: boolean])[] = [
  ['tools', 'tool_call', true],
  ['json-schema', 'structured_output', true],
  ['reasoning', 'reasoning', true],
  ['fixed-sampling', 'temperature', false],
];

function toTraits(facts: JsonObject): ReadonlyMap<Trait, boolean> {
  const modalities = asObject(facts['modalities']);
  const traits = new Map<Trait, boolean>();
  for (const [trait, side, what] of MODALITIES) {
    traits.set(trait, asArray(modalities?.[side])?.includes(what) === true);
  }
  for (const [trait, field, value] of FLAGS) {
    if (typeof facts[field] === 'boolean') traits.set(trait, facts[field] === value);
  }
  return traits;
}
