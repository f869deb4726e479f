// How targets are chosen, as the file says it.

import { describe, expect, test } from 'bun:test';
import { testCatalogue, VOCABULARIES } from '../../test/support/catalogue.ts';
import { loadConfig } from './load.ts';
import { printProblem } from './problem.ts';

const LOCAL = 'providers: { local: { dialect: plain-chat, url: "http://127.0.0.1:1/v1", auth: none } }\n';

function load(text: string) {
  return loadConfig({ text: LOCAL + text, env: {}, catalogue: testCatalogue(), vocabularies: VOCABULARIES });
}

function problems(text: string): readonly string[] {
  const loaded = load(text);
  return loaded.ok ? [] : loaded.error.map((problem) => printProblem(problem));
}

describe('a model', () => {
  test('has a strategy with its options, limits on data, and targets that differ from the catalogue', () => {
    const loaded = load(`models:
  m:
    targets:
      - { target: local/a, weight: 2, quantization: fp8, quality: 0.7, traits: [ tools ], dataPolicy: { regions: [ fr ], zdr: true, noTraining: true } }
      - { target: local/b, quality: { code: 0.9, other: 0.5 } }
    strategy: balanced
    balance: { cost: 1, time: 0.5 }
    region: eu
    zdr: true
    no_training: true
`);
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.error));
    const model = loaded.value.models.get('m');
    expect(model).toMatchObject({
      strategy: 'balanced',
      strategyOptions: { balance: { cost: 1, time: 0.5 } },
      data: { regions: ['eu'], zdr: true, noTraining: true },
    });
    expect(model?.targets[0]).toMatchObject({
      weight: 2,
      quantization: 'fp8',
      quality: 0.7,
      traits: ['tools'],
      dataPolicy: { regions: ['fr'], zdr: true, noTraining: true },
    });
    expect(model?.targets[1]).toMatchObject({ weight: 1, traits: [], quality: { code: 0.9, other: 0.5 } });
  });

  test('that says nothing has no limits on data and no options', () => {
    const loaded = load('models: { m: { targets: [ local/a ], zdr: false } }');
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.error));
    expect(loaded.value.models.get('m')).not.toContainAnyKeys(['data', 'strategyOptions']);
  });
});

describe('mistakes', () => {
  test.each([
    [
      'models: { m: { targets: [ { target: local/a, quality: 1.5 } ] } }',
      'clew.yaml:2:55  models.m.targets[0].quality  is the number 1.5; expected at most 1',
    ],
    [
      'models: { m: { targets: [ local/a ], strategy: price, balance: { cost: 1 } } }',
      'clew.yaml:2:55  models.m.balance  is for the strategy balanced only; expected strategy: balanced',
    ],
    [
      'models: { m: { targets: [ local/a ], strategy: balanced, balance: { cost: 0 } } }',
      'clew.yaml:2:58  models.m.balance  nothing counts; expected a number above zero for cost, time or success',
    ],
    [
      'models: { m: { targets: [ local/a, { target: local/b, dataPolicy: { regions: [ us ] } } ], region: [ fr, de ] } }',
      'clew.yaml:2:92  models.m.region  no target may be asked: local/a does not state where it processes; local/b processes in us; expected a target whose dataPolicy allows it',
    ],
    [
      'models: { m: { targets: [ local/a ], zdr: true } }',
      'clew.yaml:2:43  models.m.zdr  no target may be asked: local/a may keep what it is sent; expected a target whose dataPolicy allows it',
    ],
    [
      'models: { m: { targets: [ local/a ], region: Europe } }',
      'clew.yaml:2:46  models.m.region  is the text "Europe"; expected a country or union in two letters, such as fr or eu',
    ],
    [
      'models: { m: { targets: [ { target: local/a, weigth: 2 } ] } }',
      'clew.yaml:2:46  models.m.targets[0].weigth  unknown key; did you mean "weight"?',
    ],
    [
      'models: { m: { targets: [ { target: local/a, weight: 0 } ] } }',
      'clew.yaml:2:54  models.m.targets[0].weight  is the number 0; expected more than 0',
    ],
    [
      'models: { m: { targets: [ local/a ], strategy: balanced, balance: { cots: 1 } } }',
      'clew.yaml:2:69  models.m.balance.cots  unknown key; did you mean "cost"?',
    ],
  ])('%s', (text, expected) => {
    expect(problems(text)).toEqual([expected]);
  });
});
