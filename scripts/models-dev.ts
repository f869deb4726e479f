// Reads a checkout of models.dev, where each model is a TOML file: `providers/<folder>/models/<id>.toml`, with what does
// not depend on the provider in `models/<lab>/<id>.toml`.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { asArray, asNumber, asObject, asString } from '#base/json.ts';
import type { Json, JsonObject } from '#base/json.ts';
import { err, ok } from '#base/result.ts';
import type { Result } from '#base/result.ts';
import type { ModelEntry, Trait } from '#providers/entry.ts';
import type { PriceList } from '#providers/price.ts';

/** Tables of which a provider's file gives only what differs from the base model. */
const MERGED_TABLES = ['cost', 'limit', 'modalities'] as const;

/** An error lists the files that cannot be used. Models that do not answer in text, or are gone, are left out. */
export function readModels(
  directory: string,
  folder: string,
): Result<readonly ModelEntry[], readonly string[]> {
  const root = join(directory, 'providers', folder, 'models');
  if (!existsSync(root)) return err([`${root}: no such folder`]);
  const problems: string[] = [];
  const models: ModelEntry[] = [];
  for (const file of [...new Bun.Glob('**/*.toml').scanSync({ cwd: root })].sort()) {
    const facts = readFacts(directory, join(root, file));
    if (!facts.ok) problems.push(facts.error);
    else if (answersInText(facts.value)) models.push(toModel(file.slice(0, -'.toml'.length), facts.value));
  }
  return problems.length === 0 ? ok(models) : err(problems);
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

/** Where the question costs something and the answer nothing, the answer is a vector or a verdict. */
function answersInText(facts: JsonObject): boolean {
  const cost = asObject(facts['cost']);
  const free = asNumber(cost?.['output']) === 0 && asNumber(cost?.['input']) !== 0;
  const output = asArray(asObject(facts['modalities'])?.['output']);
  return facts['status'] !== 'deprecated' && !free && output?.includes('text') === true;
}

function toModel(id: string, facts: JsonObject): ModelEntry {
  const limit = asObject(facts['limit']);
  return {
    id,
    name: asString(facts['name']),
    price: toPriceList(id, asObject(facts['cost'])),
    contextTokens: positive(limit?.['context']),
    maxOutputTokens: positive(limit?.['output']),
    traits: toTraits(facts),
  };
}

function positive(value: Json | undefined): number | undefined {
  const number = asNumber(value);
  return number !== undefined && number > 0 ? number : undefined;
}

/**
 * Undefined unless input and output are known. There zero stands for "included in a subscription" and for "nobody knows"
 * too, so it is believed only of models that are called free.
 */
function toPriceList(id: string, cost: JsonObject | undefined): PriceList | undefined {
  const input = asNumber(cost?.['input']);
  const output = asNumber(cost?.['output']);
  if (input === undefined || output === undefined) return undefined;
  if (input === 0 && output === 0 && !id.endsWith(':free')) return undefined;
  const reasoning = asNumber(cost?.['reasoning']);
  return {
    input,
    output,
    cacheRead: asNumber(cost?.['cache_read']),
    cacheWrite: asNumber(cost?.['cache_write']),
    // Reasoning is output; it has a price of its own only where that differs.
    reasoning: reasoning === output ? undefined : reasoning,
    audioInput: asNumber(cost?.['input_audio']),
    audioOutput: asNumber(cost?.['output_audio']),
  };
}

const TRAITS: readonly (readonly [trait: Trait, where: 'input' | 'output' | 'flag', what: string])[] = [
  ['vision', 'input', 'image'],
  ['files', 'input', 'pdf'],
  ['audio-input', 'input', 'audio'],
  ['audio-output', 'output', 'audio'],
  ['video-input', 'input', 'video'],
  ['image-output', 'output', 'image'],
  ['tools', 'flag', 'tool_call'],
  ['json-schema', 'flag', 'structured_output'],
  ['reasoning', 'flag', 'reasoning'],
];

function toTraits(facts: JsonObject): readonly Trait[] {
  const modalities = asObject(facts['modalities']);
  return TRAITS.filter(([, where, what]) =>
    where === 'flag' ? facts[what] === true : asArray(modalities?.[where])?.includes(what) === true,
  ).map(([trait]) => trait);
}
