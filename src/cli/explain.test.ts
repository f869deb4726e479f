// What `clew explain` makes of its words; what it asks for is tested in test/explain.

import { afterAll, beforeEach, describe, expect, test } from 'bun:test';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { err, ok } from '#base/result.ts';
import { testCatalogue, VOCABULARIES } from '../../test/support/catalogue.ts';
import type { ExplainOptions } from './explain.ts';
import { buildProgram } from './program.ts';

let asked: ExplainOptions[] = [];
let printed = '';
let complained = '';
let code = -1;
beforeEach(() => {
  asked = [];
  printed = '';
  complained = '';
  code = -1;
});

interface Answer {
  readonly piped?: string;
  readonly refused?: boolean;
  readonly problem?: string;
}

async function run(
  words: readonly string[],
  { piped, refused = false, problem }: Answer = {},
): Promise<void> {
  const program = buildProgram({
    serve: () => Promise.reject(new Error('started')),
    explain: async (options) => {
      asked.push(options);
      return problem === undefined
        ? ok({ view: { object: 'route' }, table: 'a table\n', refused })
        : err(problem);
    },
    version: '1.2.3',
    catalogue: testCatalogue(),
    vocabularies: VOCABULARIES,
    env: { CLEW_CONFIG: 'from-environment.yaml' },
    print: (text) => void (printed += text),
    printError: (text) => void (complained += text),
    setExitCode: (given) => void (code = given),
    readPiped: () => piped,
  });
  program.exitOverride();
  for (const command of program.commands) {
    command.exitOverride().configureOutput({ writeErr: (text) => void (complained += text) });
  }
  await program.parseAsync(['node', 'clew', 'explain', ...words]).catch(() => undefined);
}

const directory = mkdtempSync(join(tmpdir(), 'clew-explain-'));
afterAll(() => rmSync(directory, { recursive: true }));
function file(name: string, text: string): string {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
}

describe('clew explain', () => {
  test('a model alone is asked for with a short chat', async () => {
    await run(['--model', 'fast']);
    expect(asked).toHaveLength(1);
    expect(asked[0]?.file).toBe('from-environment.yaml');
    expect(JSON.parse(asked[0]?.text ?? '')).toEqual({
      model: 'fast',
      messages: [{ role: 'user', content: 'Hello.' }],
    });
    expect([printed, code]).toEqual(['a table\n', 0]);
  });

  test('every option reaches whoever explains', async () => {
    const request = file('request.json', '{"model":"slow","input":"Good day."}');
    const words = ['-f', request, '-m', 'fast', '-d', 'openai-responses', '-k', 'laptop', '--draw', '0.25'];
    await run([
      ...words,
      '-H',
      'X-Clew-Task: code',
      '-H',
      'a:b:c',
      '-u',
      'http://127.0.0.1:1',
      '-c',
      'x.yaml',
    ]);
    expect(asked).toEqual([
      {
        file: 'x.yaml',
        overrides: expect.anything(),
        text: '{"model":"fast","input":"Good day."}',
        headers: new Map([
          ['x-clew-task', 'code'],
          ['a', 'b:c'],
        ]),
        dialect: 'openai-responses',
        key: 'laptop',
        draw: 0.25,
        url: 'http://127.0.0.1:1',
      },
    ]);
  });

  test('what is piped in is the request', async () => {
    await run(['--json'], { piped: '{"model":"fast"}' });
    expect(asked[0]?.text).toBe('{"model":"fast"}');
    expect(JSON.parse(printed)).toEqual({ object: 'route' });
  });

  test('a request that would be refused is told by the exit code', async () => {
    await run(['-m', 'fast'], { refused: true });
    expect([printed, code]).toEqual(['a table\n', 1]);
  });

  test.each([
    ['no model and no request', [], {}, 'say which model'],
    ['a request without a model', [], { piped: '{}' }, 'names no model'],
    ['no JSON', [], { piped: '{' }, 'is no request'],
    ['no object', [], { piped: '[]' }, 'is no request'],
    ['a file that is not there', ['-f', join(directory, 'absent.json')], {}, 'cannot be read'],
    ['what it cannot explain', ['-m', 'fast'], { problem: 'no gateway answers' }, 'no gateway answers'],
    ['an empty file', ['-f', file('empty.json', '')], {}, 'is no request'],
  ] as const)('%s is an error', async (_, words, answer, said) => {
    await run(words, answer);
    expect([printed, code]).toEqual(['', 2]);
    expect(complained).toStartWith('error: ');
    expect(complained).toContain(said);
  });

  test.each([
    ['--draw', '1'],
    ['--draw', 'x'],
    ['--header', 'nothing'],
  ])('%s %s is refused before anything is looked at', async (option, value) => {
    await run(['-m', 'fast', option, value]);
    expect(asked).toEqual([]);
    expect(complained).toContain(option);
  });
});
