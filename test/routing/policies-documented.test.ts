// What docs/policies.md says of policies is so: its example loads, and its table has what conditions may ask, all of it.

import { expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadCatalogue } from '#config/catalogue-files.ts';
import { compileCondition } from '#config/policies/conditions.ts';
import { configJsonSchema } from '#config/json-schema.ts';
import { loadConfig } from '#config/load.ts';
import { VOCABULARIES as vocabularies } from '#dialects/index.ts';
import { KeyFacts, RequestFacts, TimeFacts } from '#routing/policies/facts.ts';

const text = readFileSync(join(import.meta.dir, '../../docs/policies.md'), 'utf8');

test('the example loads', () => {
  const example = /^```yaml\n(.*?)^```/ms.exec(text)?.[1];
  const catalogue = loadCatalogue();
  if (!catalogue.ok) throw new Error(catalogue.error.join('\n'));
  const env = { OPENAI_API_KEY: 'a', GROQ_API_KEY: 'b' };
  const loaded = loadConfig({ text: example, env, catalogue: catalogue.value, vocabularies });
  expect(loaded.ok ? [] : loaded.error).toEqual([]);
  expect(loaded.ok && loaded.value.policies.map(({ name }) => name)).toHaveLength(5);
});

/** Every field of the facts, by the name of the variable. */
function fieldsOf(variable: string, facts: { readonly prototype: object }): readonly string[] {
  return Object.keys(Object.getOwnPropertyDescriptors(facts.prototype))
    .filter((name) => name !== 'constructor')
    .map((name) => `${variable}.${name}`);
}

test('the table has every field, and no other', () => {
  const table = text.slice(text.indexOf('## What a condition may ask'), text.indexOf('## What may be set'));
  const named = [...table.matchAll(/`((?:request|key|time)\.\w+)`/g)].map((match) => match[1] ?? '');
  for (const field of named) expect(compileCondition(`${field} == ${field}`).ok).toBe(true);
  const all = [
    ...fieldsOf('request', RequestFacts),
    'key.name',
    'key.tenant',
    ...fieldsOf('time', TimeFacts),
  ];
  expect(named.sort()).toEqual(all.sort());
  expect(Object.keys(new KeyFacts('a', 'b')).sort()).toEqual(['name', 'tenant']);
});

test('what may be set is all named', () => {
  const schema = JSON.parse(configJsonSchema()) as {
    properties: { policies: { items: { properties: { set: { properties: Record<string, unknown> } } } } };
  };
  const settings = Object.keys(schema.properties.policies.items.properties.set.properties);
  expect(settings.length).toBeGreaterThan(20);
  const said = text.slice(text.indexOf('## What may be set'));
  expect(settings.filter((name) => !said.includes(`\`${name}\``))).toEqual([]);
});
