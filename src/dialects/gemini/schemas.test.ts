// JSON Schema to the OpenAPI subset and back.

import { describe, expect, test } from 'bun:test';

import type { Json, JsonObject } from '#base/json.ts';
import { openApiOf } from './openapi.ts';
import { jsonSchemaOf, takesJsonSchema } from './schema.ts';

describe('Gemini tool schema with any unsupported keyword', () => {
  const rows: readonly (readonly [string, Json, JsonObject, readonly string[]])[] = [
    [
      'what is understood',
      { type: 'string', minLength: 1, pattern: 'a', description: 'd' },
      { type: 'string', minLength: 1, pattern: 'a', description: 'd' },
      [],
    ],
    [
      'what means nothing to a model',
      {
        $schema: 'x',
        $id: 'y',
        type: 'object',
        properties: { a: { type: 'string', default: 'x', examples: ['y'] } },
        additionalProperties: false,
      },
      { type: 'object', properties: { a: { type: 'string' } } },
      [],
    ],
    [
      'references',
      {
        $defs: { a: { type: 'string' } },
        type: 'object',
        properties: { x: { $ref: '#/$defs/a', description: 'd' } },
      },
      { type: 'object', properties: { x: { type: 'string', description: 'd' } } },
      [],
    ],
    [
      'a cycle',
      { $defs: { a: { type: 'object', properties: { a: { $ref: '#/$defs/a' } } } }, $ref: '#/$defs/a' },
      { type: 'object', properties: { a: { type: 'object' } } },
      ['$ref'],
    ],
    [
      'a reference to nothing',
      { type: 'object', properties: { a: { $ref: '#/$defs/none' } } },
      { type: 'object', properties: { a: { type: 'object' } } },
      ['$ref'],
    ],
    ['a constant', { const: 'a' }, { type: 'string', enum: ['a'] }, []],
    [
      'numbers as values',
      { type: 'integer', enum: [1, 2, null] },
      { type: 'string', enum: ['1', '2'], nullable: true },
      ['enum'],
    ],
    ['or null', { type: ['string', 'null'] }, { type: 'string', nullable: true }, []],
    ['two types', { type: ['string', 'integer'] }, { anyOf: [{ type: 'string' }, { type: 'integer' }] }, []],
    [
      'options with null',
      { anyOf: [{ type: 'string', format: 'date-time' }, { type: 'null' }] },
      { type: 'string', format: 'date-time', nullable: true },
      [],
    ],
    [
      'one of',
      { oneOf: [{ type: 'string' }, { type: 'integer' }] },
      { anyOf: [{ type: 'string' }, { type: 'integer' }] },
      [],
    ],
    [
      'all of',
      {
        allOf: [
          { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] },
          { properties: { b: { type: 'string' } }, required: ['b'] },
        ],
      },
      { type: 'object', properties: { a: { type: 'string' }, b: { type: 'string' } }, required: ['a', 'b'] },
      [],
    ],
    [
      'exclusive bounds of integers',
      { type: 'integer', exclusiveMinimum: 0, exclusiveMaximum: 9.5 },
      { type: 'integer', minimum: 1, maximum: 9 },
      [],
    ],
    [
      'exclusive bounds of numbers',
      { type: 'number', exclusiveMinimum: 0 },
      { type: 'number', minimum: 0 },
      ['exclusiveMinimum'],
    ],
    [
      'a tuple',
      { type: 'array', prefixItems: [{ type: 'string' }, { type: 'integer' }] },
      { type: 'array', items: { anyOf: [{ type: 'string' }, { type: 'integer' }] } },
      ['prefixItems'],
    ],
    [
      'what has no equal',
      { type: 'array', uniqueItems: true, contains: {}, items: { type: 'string', format: 'email' } },
      { type: 'array', items: { type: 'string' } },
      ['uniqueItems', 'contains', 'format'],
    ],
    [
      'an open object',
      { type: 'object', additionalProperties: { type: 'string' }, patternProperties: {} },
      { type: 'object' },
      ['additionalProperties', 'patternProperties'],
    ],
    ['a schema that takes anything', true, { type: 'object' }, []],
  ];
  test.each([...rows])('%s', (_, schema, converted, weakened) => {
    expect(openApiOf(schema)).toEqual({ schema: converted, weakened: [...weakened] });
  });

  test('references that multiply are given up in time', () => {
    const $defs: Record<string, Json> = { a0: { type: 'string' } };
    for (let level = 1; level < 30; level += 1) {
      const next = { $ref: `#/$defs/a${level - 1}` };
      $defs[`a${level}`] = { type: 'object', properties: { x: next, y: next, z: next } };
    }
    expect(openApiOf({ $defs, $ref: '#/$defs/a29' }).weakened).toEqual(['$ref']);
  });
});

test('the subset as JSON Schema', () => {
  expect(
    jsonSchemaOf({
      type: 'OBJECT',
      properties: {
        a: { type: 'STRING', nullable: true, enum: ['x'] },
        b: { any_of: [{ type: 'INTEGER' }], nullable: true },
        type: { type: 'ARRAY', items: { type: 'NUMBER' }, max_items: '3' },
      },
      propertyOrdering: ['a'],
      required: ['a'],
    }),
  ).toEqual({
    type: 'object',
    properties: {
      a: { type: ['string', 'null'], enum: ['x', null] },
      b: { anyOf: [{ type: 'integer' }, { type: 'null' }] },
      type: { type: 'array', items: { type: 'number' }, maxItems: 3 },
    },
    required: ['a'],
  });
});

test.each([
  ['gemini-2.0-flash', true],
  ['gemini-3-pro-preview', true],
  ['gemini-1.5-pro', false],
  ['gemma-3-27b-it', false],
])('%s takes JSON Schema: %p', (model, takes) => {
  expect(takesJsonSchema(model)).toBe(takes);
});
