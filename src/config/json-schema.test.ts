import { expect, test } from 'bun:test';
import { asString, isObject } from '#base/json.ts';
import { configJsonSchema, SCHEMA_FILE } from './json-schema.ts';

test(`${SCHEMA_FILE} is what the schema says; else run: node scripts/bun.mjs scripts/schema.ts`, async () => {
  const written = await Bun.file(new URL(`../../${SCHEMA_FILE}`, import.meta.url)).text();
  expect(written).toBe(configJsonSchema());
});

test('every field has a sentence', () => {
  const missing: string[] = [];
  const fields: string[] = [];
  const walk = (schema: unknown, path: string): void => {
    if (Array.isArray(schema)) schema.forEach((item) => walk(item, path));
    if (!isObject(schema)) return;
    for (const [name, field] of Object.entries(isObject(schema.properties) ? schema.properties : {})) {
      fields.push(`${path}.${name}`);
      const sentence = isObject(field) ? asString(field.description) : undefined;
      if (sentence === undefined || !/^.{8,}\.$/.test(sentence)) missing.push(`${path}.${name}`);
      walk(field, `${path}.${name}`);
    }
    for (const part of ['items', 'additionalProperties', 'anyOf'] as const) walk(schema[part], path);
  };
  walk(JSON.parse(configJsonSchema()), '');
  expect(fields.length).toBeGreaterThan(40);
  expect(missing).toEqual([]);
});
