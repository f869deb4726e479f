// `clew explain` from its words to what it prints: by a file alone, and by a gateway that runs.

import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestGateway } from '../support/gateway.ts';
import type { TestGateway } from '../support/gateway.ts';
import { runClew } from './run-clew.ts';

const directory = mkdtempSync(join(tmpdir(), 'clew-explain-'));
const config = join(directory, 'clew.yaml');
const keyed = join(directory, 'keyed.yaml');

let gateway: TestGateway;
beforeAll(async () => {
  writeFileSync(join(directory, 'night.txt'), 'night-key');
  writeFileSync(
    config,
    `environment: off
keys: [ { name: night, secret: file:night.txt, models: [ fast ] } ]
providers:
  near:
    { dialect: openai-chat, url: https://near.example/v1, auth: none,
      models: { small: { price: { input: 0.2, output: 0.8 }, traits: [ tools ], contextTokens: 1000 } } }
  far:
    { dialect: anthropic-messages, url: https://far.example, auth: none,
      models: { large: { price: { input: 1, output: 5 }, traits: [ tools, vision ] }, huge: {} } }
models:
  fast: { targets: [ near/small, { target: far/large, weight: 3 } ], strategy: weighted, fallback: [ smart ], hedge: on }
  smart: { targets: [ far/huge ] }
policies:
  - { name: nights are cheap, when: key.name == "night", set: { strategy: price } }
`,
  );
  gateway = await startTestGateway({
    keys: '[ { name: member, secret: env:A } ]',
    env: { A: 'member-key' },
    models: '  fast: { targets: [ sim/words-50, { target: sim/hello, weight: 3 } ], strategy: weighted }',
  });
  writeFileSync(join(directory, 'member.txt'), 'member-key');
  writeFileSync(keyed, 'environment: off\nkeys: [ { name: member, secret: file:member.txt } ]\n');
});
afterAll(async () => {
  await gateway.stop();
  rmSync(directory, { recursive: true });
});

const run = (words: readonly string[], piped?: string) => runClew(['explain', '-c', config, ...words], piped);

describe('by the configuration alone', () => {
  test('the table has every candidate, its probability and what it is expected to cost and take', async () => {
    const { printed, code } = await run(['-m', 'fast', '--draw', '0.5']);
    expect(code).toBe(0);
    const lines = printed.split('\n');
    expect(lines[0]).toMatch(/^fast, snapshot [0-9a-f]{12}, no policy$/);
    expect(lines[3]).toBe('choice 1: weighted, drawn 0.5');
    const cells = (line: string | undefined): readonly string[] => line?.trim().split(/ {2,}/) ?? [];
    expect(cells(lines[4])).toEqual([
      '#',
      'target',
      'for',
      'probability',
      'cost',
      'first',
      'whole',
      'success',
      'weight',
    ]);
    expect(cells(lines[5])).toEqual([
      '1',
      'far/large',
      'fast',
      '75 %',
      '$0.002012',
      '800 ms',
      '8.78 s',
      '99 %',
      '3',
    ]);
    expect(cells(lines[6])).toEqual([
      '2',
      'near/small',
      'fast',
      '25 %',
      '$0.0003224',
      '800 ms',
      '8.78 s',
      '99 %',
      '1',
    ]);
    expect(printed).toContain('far/huge  smart        100 %  unknown');
    expect(printed).toContain('asked in this order: far/large, near/small, far/huge\nhedge with near/small');
  });

  test('a key brings its policies and what it may ask for', async () => {
    const { printed } = await run(['-m', 'fast', '-k', 'night']);
    expect(printed).toContain('policy nights are cheap');
    expect(printed).toContain('asked in this order: near/small, far/large');
    expect(printed).toMatch(/smart +not allowed for this key/);
    const refused = await run(['-m', 'smart', '-k', 'night']);
    expect([refused.printed, refused.code]).toEqual(['', 2]);
    expect(refused.complained).toContain('may not ask for `smart`');
    expect((await run(['-m', 'fast', '-k', 'day'])).complained).toContain('no key day: it has night');
  });

  test('a request of any language, with its headers', async () => {
    const piped = JSON.stringify({
      model: 'fast',
      max_tokens: 9,
      messages: [{ role: 'user', content: 'x'.repeat(9_000) }],
    });
    const { printed } = await run(['-d', 'anthropic-messages', '-H', 'x-clew-ignore: far/huge'], piped);
    expect(printed).toMatch(/near\/small +reads at most 1000 tokens/);
    expect(printed).toMatch(/far\/huge +is not wanted|far\/huge +is among `ignore`/);
    expect(printed).toContain('asked in this order: far/large\n');
  });

  test('JSON is what the gateway answers', async () => {
    const { printed } = await run(['-m', 'fast', '--json', '--draw', '0.5']);
    expect(JSON.parse(printed)).toMatchObject({
      object: 'route',
      plan: ['far/large', 'near/small', 'far/huge'],
    });
  });

  test('a refusal is a table too, and exit code 1', async () => {
    const { printed, code } = await run(['-m', 'fast', '-H', 'x-clew-only: nobody']);
    expect(code).toBe(1);
    expect(printed).toContain('refused with 400 unsupported_feature');
    expect(printed).toMatch(/far\/large +is not among `only`/);
  });

  test('a configuration that is wrong says where', async () => {
    const wrong = join(directory, 'wrong.yaml');
    writeFileSync(wrong, 'modles: {}\n');
    const { complained, code } = await runClew(['explain', '-c', wrong, '-m', 'fast']);
    expect(code).toBe(2);
    expect(complained).toContain('modles  unknown key; did you mean "models"?');
  });
});

describe('by a gateway that runs', () => {
  const at = () => ['-u', `http://127.0.0.1:${gateway.port}/v1`];

  test('the same words, with the key of the configuration', async () => {
    const words = ['explain', '-c', keyed, '-m', 'fast', '-k', 'member', '--draw', '0.5', ...at()];
    const { printed, code } = await runClew(words);
    expect(code).toBe(0);
    expect(printed).toContain('asked in this order: sim/hello, sim/words-50');
    const json = JSON.parse((await runClew([...words, '--json'])).printed) as {
      choices: { drawn: number }[];
    };
    expect(json.choices[0]?.drawn).toBe(0.5);
  });

  test('without a key it says so, as the gateway does', async () => {
    const { complained, code } = await runClew(['explain', '-c', keyed, '-m', 'fast', ...at()]);
    expect(code).toBe(2);
    expect(complained).toContain('No key.');
  });

  test('where nobody listens, or something else does, it says so', async () => {
    const asked = ['explain', '-c', keyed, '-m', 'fast', '-u'];
    expect((await runClew([...asked, 'http://127.0.0.1:1'])).complained).toContain('no gateway answers at');
    expect((await runClew([...asked, 'nowhere'])).complained).toContain('is no address');
    const other = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: () => new Response('Hi.') });
    try {
      const { complained } = await runClew([...asked, `http://127.0.0.1:${other.port}`]);
      expect(complained).toContain('is not the listener for clients');
    } finally {
      await other.stop(true);
    }
  });
});
