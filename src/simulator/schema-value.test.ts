// Values against their schemas, for many seeds.

import { expect, test } from 'bun:test';
import { z } from 'zod';

import type { Json } from '#base/json.ts';
import { seededDraw } from '#base/random.ts';
import { schemaValue } from './schema-value.ts';

const SCHEMAS = {
  strings: z.object({ name: z.string().min(3).max(8), mail: z.email(), day: z.iso.date(), id: z.uuid() }),
  numbers: z.object({
    whole: z.int().min(-3).max(3),
    above: z.number().gt(1).lt(2),
    even: z.number().multipleOf(2).min(4),
    below: z.number().max(-5),
  }),
  choices: z.object({
    side: z.enum(['left', 'right']),
    fixed: z.literal('yes'),
    lit: z.boolean(),
    none: z.null(),
  }),
  arrays: z.object({
    many: z.array(z.int()).min(3).max(4),
    pair: z.tuple([z.string(), z.boolean()]),
    empty: z.array(z.int()).max(0),
  }),
  unions: z.object({
    maybe: z.string().nullable(),
    either: z.union([z.object({ a: z.int() }), z.object({ b: z.string() })]),
  }),
  optional: z.object({ here: z.string(), there: z.string().optional() }),
  strict: z.strictObject({ only: z.strictObject({ this: z.int() }) }),
};

test.each(Object.entries(SCHEMAS))('%s', (_, schema) => {
  const json = z.toJSONSchema(schema) as Json;
  for (let seed = 0; seed < 200; seed += 1) schema.parse(schemaValue(json, seededDraw(seed)));
});

test('recursive schemas come to an end', () => {
  const node: Json = {
    $ref: '#/$defs/node',
    $defs: {
      node: {
        type: 'object',
        required: ['value', 'left', 'right', 'more'],
        properties: {
          value: { type: 'integer' },
          left: { anyOf: [{ $ref: '#/$defs/node' }, { type: 'null' }] },
          right: { anyOf: [{ type: 'null' }, { $ref: '#/$defs/node' }] },
          more: { type: 'array', items: { $ref: '#/$defs/node' } },
        },
      },
    },
  };
  for (let seed = 0; seed < 20; seed += 1) {
    expect(JSON.stringify(schemaValue(node, seededDraw(seed))).length).toBeLessThan(200_000);
  }
});

test('allOf is taken together', () => {
  const schema: Json = {
    allOf: [
      { type: 'object', properties: { a: { const: 1 } }, required: ['a'] },
      { properties: { b: { const: 2 } }, required: ['b'] },
    ],
  };
  expect(schemaValue(schema, seededDraw(1))).toEqual({ a: 1, b: 2 });
});

test.each([
  [{}],
  [true],
  [null],
  [{ $ref: '#/nowhere' }],
  [{ $ref: 'https://example.com/s' }],
  [{ enum: [] }],
  [{ type: 'nonsense' }],
] as const)('a schema that says little or nonsense: %p', (schema) => {
  expect(() => schemaValue(schema, seededDraw(1))).not.toThrow();
});
