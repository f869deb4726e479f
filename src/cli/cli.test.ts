// The command line as a person uses it, without a process for each command.

import { afterAll, beforeEach, describe, expect, test } from 'bun:test';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '#config/load.ts';
import { testCatalogue, VOCABULARIES } from '../../test/support/catalogue.ts';
import { check } from './check.ts';
import { buildProgram } from './program.ts';
import type { ServeOptions } from './serve.ts';
import { welcome } from './welcome.ts';

const directory = mkdtempSync(join(tmpdir(), 'clew-cli-'));
afterAll(() => rmSync(directory, { recursive: true }));
const catalogue = testCatalogue();
const ACME = { ACME_API_KEY: 'acme-secret' };

const good = join(directory, 'good.yaml');
writeFileSync(good, 'models:\n  fast: { targets: [ acme/small, acme/large ], fallback: [ acme/huge ] }\n');
const bad = join(directory, 'bad.yaml');
writeFileSync(bad, 'servre: {}\nmodels: { m: { targets: [ amce/small ] } }\n');

let printed = '';
beforeEach(() => {
  printed = '';
});
const print = (text: string): void => {
  printed += text;
};

describe('clew check', () => {
  const run = (config: string, json?: true): number =>
    check(
      { config, ...(json === undefined ? {} : { json }) },
      { env: ACME, catalogue, vocabularies: VOCABULARIES, print },
    );

  test('says what would be on', () => {
    expect(run(good)).toBe(0);
    expect(printed).toContain('no problems');
    expect(printed).toContain('acme      Acme: 2 models listed');
    expect(printed).toContain('fast      acme/small, acme/large; falls back to acme/huge');
  });

  test('names every problem with its line, and how many there are', () => {
    expect(run(bad)).toBe(1);
    expect(printed).toBe(
      `${bad}:1:1  servre  unknown key; did you mean "server"?\n` +
        `${bad}:2:27  models.m.targets[0]  unknown provider "amce"; did you mean "acme"?\n` +
        '2 problems\n',
    );
  });

  test('prints JSON of both', () => {
    expect(run(good, true)).toBe(0);
    expect(JSON.parse(printed)).toMatchObject({
      ok: true,
      file: good,
      listen: '127.0.0.1:4100',
      keys: [],
      providers: [{ id: 'acme', credentials: 1, models: 2 }],
      models: [{ name: 'fast', targets: ['acme/small', 'acme/large'], fallback: ['acme/huge'] }],
    });
    expect(printed).not.toContain('acme-secret');
    printed = '';
    expect(run(bad, true)).toBe(1);
    expect(JSON.parse(printed)).toMatchObject({
      ok: false,
      problems: [
        { path: 'servre', line: 1, column: 1, nearest: 'server' },
        { path: 'models.m.targets[0]', line: 2, column: 27, nearest: 'acme' },
      ],
    });
  });

  test('a file that is named must exist', () => {
    expect(run(join(directory, 'absent.yaml'))).toBe(1);
    expect(printed).toContain('cannot be read');
    expect(printed).toEndWith('1 problem\n');
  });
});

describe('clew serve', () => {
  async function options(args: readonly string[], env = {}): Promise<ServeOptions | undefined> {
    let given: ServeOptions | undefined;
    const serve = (served: ServeOptions): Promise<void> => {
      given = served;
      return Promise.resolve();
    };
    const program = buildProgram({
      serve,
      explain: () => Promise.reject(new Error('explained')),
      version: '1.2.3',
      catalogue,
      vocabularies: VOCABULARIES,
      env,
      print,
    });
    await program.parseAsync(['bun', 'clew', ...args]);
    return given;
  }

  test.each([
    [['serve', '--config', 'x.yaml'], {}, { file: 'x.yaml' }],
    [['-c', 'x.yaml'], {}, { file: 'x.yaml' }],
    [[], { CLEW_CONFIG: 'y.yaml' }, { file: 'y.yaml' }],
    [['-c', 'x.yaml'], { CLEW_CONFIG: 'y.yaml' }, { file: 'x.yaml' }],
    [
      ['--listen', 'a:1', '--admin', 'b:2', '--data', 'd'],
      {},
      { overrides: { listen: 'a:1', admin: 'b:2', data: 'd' } },
    ],
    [['--log', 'json'], {}, { log: 'json' }],
    [['--log', 'pretty'], {}, { log: 'pretty' }],
  ] as const)('%j with %j', async (args, env, expected) => {
    expect(await options(args, env)).toMatchObject(expected);
  });

  test('a word that is no command is an error, not a start', async () => {
    const program = buildProgram({
      serve: () => Promise.reject(new Error('started')),
      explain: () => Promise.reject(new Error('explained')),
      version: '1.2.3',
      catalogue,
      vocabularies: VOCABULARIES,
      env: {},
      print,
    });
    let complaint = '';
    for (const command of [program, ...program.commands]) {
      command.exitOverride().configureOutput({ writeErr: (text) => (complaint += text) });
    }
    const outcome = await program.parseAsync(['bun', 'clew', 'chekc']).catch((error: unknown) => error);
    expect(outcome).toHaveProperty('code', 'commander.error');
    expect(complaint).toContain("unknown command 'chekc'\n(Did you mean check?)");
  });

  test('help shows commands, examples and variables', () => {
    const program = buildProgram({
      serve: () => Promise.resolve(),
      explain: () => Promise.reject(new Error('explained')),
      version: '1.2.3',
      catalogue,
      vocabularies: VOCABULARIES,
      env: {},
      print,
    });
    program.outputHelp();
    for (const part of ['serve', 'check', 'simulate', 'Examples:', 'CLEW_CONFIG', 'clew check --json']) {
      expect(printed).toContain(part);
    }
  });
});

describe('the text at the start', () => {
  const listen = { host: '127.0.0.1', port: 4100 };
  const admin = { host: '127.0.0.1', port: 4101 };

  function text(config: string, env = {}, at = listen): string {
    const loaded = loadConfig({
      text: config,
      env,
      catalogue,
      vocabularies: VOCABULARIES,
      simulatorUrl: 'http://127.0.0.1:9/v1',
    });
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.error));
    return welcome({ version: '1.2.3', snapshot: loaded.value, listen: at, admin, catalogue });
  }

  const CURL = `curl http://127.0.0.1:4100/v1/chat/completions -H 'content-type: application/json'`;
  const body = (model: string): string =>
    `-d '{"model":"${model}","messages":[{"role":"user","content":"Say hello."}]}'`;

  test.each([
    ['without any key, the simulator', '', {}, `${CURL} ${body('sim/hello')}`],
    ['the cheapest model that can use tools', '', ACME, `${CURL} ${body('acme/small')}`],
    ['a model of the file', 'models: { fast: { targets: [ acme/large ] } }', ACME, `${CURL} ${body('fast')}`],
    [
      'with a key',
      'keys: [ { name: a, secret: env:K } ]',
      { K: 'client-secret' },
      `${CURL} -H "authorization: Bearer $CLEW_KEY" ${body('sim/hello')}`,
    ],
    [
      'what the key may ask for',
      'keys: [ { name: a, secret: env:K, models: [ acme/large ] } ]',
      { ...ACME, K: 'k' },
      body('acme/large'),
    ],
    ['a quote in a name', `models: { "it's": { targets: [ acme/large ] } }`, ACME, body(String.raw`it'\''s`)],
    ['nobody lists a model', 'providers: { local: {} }', {}, body('local/MODEL')],
  ])('%s', (_, config, env, command) => {
    expect(text(config, env)).toContain(command);
  });

  test('names what is on, what is not, and no secret', () => {
    const shown = text('keys: [ { name: a, secret: env:K } ]', { ...ACME, K: 'client-secret' });
    expect(shown).toContain('Acme: 2 models listed');
    expect(shown).toContain('(1 key)');
    expect(shown).toContain('with its key in the environment: ZEUS_API_KEY');
    expect(shown).not.toContain('client-secret');
    expect(shown).not.toContain('acme-secret');
  });

  test('an address that only listens is not one to call', () => {
    expect(text('', {}, { host: '0.0.0.0', port: 80 })).toContain('curl http://127.0.0.1:80/v1/');
    expect(text('', {}, { host: '::', port: 80 })).toContain('curl http://[::1]:80/v1/');
  });
});
