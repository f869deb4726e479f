import { describe, expect, test } from 'bun:test';

import { Secret } from '#base/secret.ts';
import { jsonLine, prettyLine, spliceExchange } from './log-line.ts';

const ESCAPE = '\u001B';
const TIME_MS = 1_760_000_000_123;
const cycle: Record<string, unknown> = { name: 'round' };
cycle['self'] = cycle;

describe('a line of JSON', () => {
  test.each([
    ['plain fields', { a: 1, b: 'two', c: null, d: undefined }, { a: 1, b: 'two', c: null }],
    ['no fields', {}, {}],
    ['a secret', { secret: new Secret('hunter2') }, { secret: '[redacted]' }],
    [
      'a secret in depth',
      { list: [{ secret: new Secret('hunter2') }] },
      { list: [{ secret: '[redacted]' }] },
    ],
    ['text with line feeds', { text: 'a\nb\u2028c' }, { text: 'a\nb\u2028c' }],
  ])('%s', (_what: string, fields: Record<string, unknown>, expected: Record<string, unknown>) => {
    const line = jsonLine('warn', TIME_MS, 'something', fields);
    expect(line.indexOf('\n')).toBe(line.length - 1);
    expect(JSON.parse(line)).toEqual({ level: 'warn', time: TIME_MS, event: 'something', ...expected });
  });

  test('an error prints with its message and stack', () => {
    const line = JSON.parse(jsonLine('error', TIME_MS, 'bug', { error: new TypeError('no such thing') }));
    expect(line.error).toMatchObject({ name: 'TypeError', message: 'no such thing' });
    expect(line.error.stack).toContain('log-line.test.ts');
  });

  test('what JSON refuses costs neither the line nor the one who logs', () => {
    for (const fields of [{ big: 1n }, cycle]) {
      expect(JSON.parse(jsonLine('info', TIME_MS, 'odd', fields))).toMatchObject({ event: 'odd' });
    }
    expect(jsonLine('info', TIME_MS, 'odd', { cycle, secret: new Secret('hunter2') })).not.toContain(
      'hunter2',
    );
  });

  test('a giant field is cut', () => {
    const line = jsonLine('info', TIME_MS, 'giant', { text: 'x'.repeat(10_000_000) });
    expect(line.length).toBeLessThan(100_000);
    expect(JSON.parse(line)).toMatchObject({ event: 'giant' });
  });
});

describe('the line of an exchange', () => {
  const generation = {
    id: 'gen-1',
    model: 'fast\u001B[2J',
    target: 'sim/echo',
    attempts: [{}, {}],
    usage: { inputTotal: 12, outputTotal: 34 },
    cost: 3_900,
    finish: { reason: 'stop' },
    totalMs: 800.6,
  };

  test('is the record with three fields before it', () => {
    const line = spliceExchange('json', TIME_MS, JSON.stringify(generation));
    expect(JSON.parse(line)).toEqual({ level: 'info', time: TIME_MS, event: 'exchange', ...generation });
    expect(line.endsWith('}\n')).toBe(true);
  });

  test('is one readable line for a person, and obeys no control character', () => {
    const line = withoutColour(spliceExchange('pretty', TIME_MS, JSON.stringify(generation)));
    expect(line).toBe(
      '08:53:20.123 info  gen-1  fast?[2J -> sim/echo  stop  12+34 tokens  $0.000004  801 ms  2 attempts\n',
    );
  });

  test('says what is unknown', () => {
    const failed = {
      id: 'gen-2',
      model: 'fast',
      attempts: [],
      cost: 'unknown',
      failure: { code: 'overloaded' },
    };
    expect(withoutColour(spliceExchange('pretty', TIME_MS, JSON.stringify(failed)))).toBe(
      '08:53:20.123 warn  gen-2  fast -> nowhere  overloaded  no usage  cost unknown  0 ms\n',
    );
  });
});

test('a pretty line shows fields by name, and text in quotes where it needs them', () => {
  const fields = { path: '/v1/models', why: 'not\nso', count: 3, secret: new Secret('hunter2') };
  expect(withoutColour(prettyLine('debug', TIME_MS, 'refused', fields))).toBe(
    '08:53:20.123 debug refused  path=/v1/models  why="not\\nso"  count=3  secret="[redacted]"\n',
  );
});

function withoutColour(text: string): string {
  return text.replaceAll(new RegExp(`${ESCAPE}\\[\\d*m`, 'g'), '');
}
