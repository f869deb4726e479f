import { describe, expect, test } from 'bun:test';
import type { ChatRequest } from '#canonical/request.ts';
import { countTokens } from './count-tokens.ts';
import { measureRequest, tokensOf } from './measure.ts';
import { profileOf } from './profiles.ts';

const PROSE = 'The thread ran through nine doors and back again, and whoever held it found the way out. ';
const CODE = 'export function add(a: number, b: number): number {\n  return a + b;\n}\n';
const SCHEMA = {
  type: 'object',
  properties: { city: { type: 'string', description: 'Where.' } },
  required: ['city'],
};

function request(texts: readonly string[], more: Partial<ChatRequest> = {}): ChatRequest {
  const messages = texts.map((text) => ({ role: 'user' as const, parts: [{ kind: 'text' as const, text }] }));
  return { model: 'm', messages, tools: [], sampling: {}, stream: false, ...more };
}

const REQUESTS: readonly (readonly [string, ChatRequest])[] = [
  ['a word', request(['Hello'])],
  ['a page', request([PROSE.repeat(20)])],
  ['a book', request([PROSE.repeat(5_000)])],
  ['code', request([CODE.repeat(100)])],
  ['a conversation', request(Array.from({ length: 60 }, (_, turn) => (turn % 2 === 0 ? PROSE : CODE)))],
  [
    'tools',
    request([PROSE], {
      tools: Array.from({ length: 5 }, (_, index) => ({
        form: 'function' as const,
        name: `tool${index}`,
        description: PROSE,
        schema: SCHEMA,
      })),
    }),
  ],
  ['Chinese', request(['线穿过九道门又回来。'.repeat(200)])],
];

describe.each(['gpt-5', 'claude-sonnet-4-5', 'gemini-3-pro', 'nobody-knows'])('%s', (model) => {
  test.each(REQUESTS)('a sample of %s is near to the whole', (_, asked) => {
    const whole = countTokens(asked, model, () => undefined).tokens;
    const sampled = tokensOf(measureRequest(asked), profileOf(model));
    expect(Math.abs(sampled / whole - 1)).toBeLessThan(0.2);
  });
});

test('a schema that goes on for ever is looked at so far', () => {
  let schema: object = {};
  for (let depth = 0; depth < 20_000; depth += 1) schema = { properties: { inner: schema } };
  const deep = request(['x'], { output: { kind: 'json-schema', schema: schema as never } });
  expect(measureRequest(deep).schemaTokens).toBeLessThan(5_000);
});
