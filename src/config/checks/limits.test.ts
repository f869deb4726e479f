import { expect, test } from 'bun:test';

import { testCatalogue, VOCABULARIES } from '../../../test/support/catalogue.ts';
import { loadConfig } from '../load.ts';
import { printProblem } from '../problem.ts';

function problems(settings: string, targets = 'acme/small, acme/large'): readonly string[] {
  return problemsOf(`models:\n  m: { targets: [ ${targets} ], ${settings} }`, /^.*models\.m\./);
}

function policyProblems(settings: string): readonly string[] {
  return problemsOf(`policies:\n  - { name: p, set: { ${settings} } }`, /^.*policies\[0\]\.set\./);
}

function problemsOf(text: string, place: RegExp): readonly string[] {
  const env = { ACME_API_KEY: 'x' };
  const loaded = loadConfig({ text, env, catalogue: testCatalogue(), vocabularies: VOCABULARIES });
  return loaded.ok ? [] : loaded.error.map((problem) => printProblem(problem).replace(place, ''));
}

test.each([
  [
    'first_content_limit: 30s, deadline: 10s',
    'first_content_limit  longer than deadline (10s): the whole exchange is over before that; expected at most deadline',
  ],
  [
    'first_content_limit: 11m',
    'first_content_limit  longer than deadline (600s if absent): the whole exchange is over before that; expected at most deadline',
  ],
  [
    'whole_answer_limit: 2m, deadline: 1m',
    'whole_answer_limit  longer than deadline (1m): the whole exchange is over before that; expected at most deadline',
  ],
  [
    'silence_limit: 61s, deadline: 1m',
    'silence_limit  longer than deadline (1m): the whole exchange is over before that; expected at most deadline',
  ],
  [
    'connect_limit: 5s, first_content_limit: 2s',
    'connect_limit  longer than first_content_limit (2s): the first content must have come before that; expected at most first_content_limit',
  ],
  [
    'attempts: 1, attempts_per_target: 2',
    'attempts_per_target  more than attempts (1): there are no more calls than that; expected at most attempts',
  ],
  [
    'queue: 2m, deadline: 1m',
    'queue  longer than deadline (1m): the whole exchange is over before that; expected at most deadline',
  ],
  [
    'queue: { wait: 11m, length: 5 }',
    'queue.wait  longer than deadline (600s if absent): the whole exchange is over before that; expected at most deadline',
  ],
  [
    'on_cut: continue, silence_limit: 1m, deadline: 1m',
    'on_cut  a silence is noticed when the whole exchange is over (deadline): nothing can be gone on with; expected a silence_limit below deadline',
  ],
  ['hedge: on, attempts: 1', 'hedge  a hedge is a second call, and attempts is 1'],
])('%s', (settings, problem) => {
  expect(problems(settings)).toEqual([problem]);
});

test('a hedge needs two targets', () => {
  expect(problems('hedge: with-tools', 'acme/small')).toEqual([
    'hedge  a hedge asks another target of the model, and there is only one',
  ]);
});

test.each([
  'deadline: 30s',
  'attempts: 1',
  'hedge: off, attempts: 1',
  'hedge: on',
  'queue: off, priority: low',
  'queue: 1m, priority: critical, deadline: 1m',
  'queue: { length: 10 }',
  'on_cut: continue, silence_limit: 59s, deadline: 1m',
  'connect_limit: 2s, first_content_limit: 10s, silence_limit: 30s, whole_answer_limit: 1m, deadline: 1m',
])('%s is fine', (settings) => {
  expect(problems(settings)).toEqual([]);
});

test('a policy sets the same words, and what it sets is held against each other', () => {
  const words =
    'attempts: 2, attempts_per_target: 1, first_content_limit: 10s, silence_limit: 20s, deadline: 1m, on_cut: continue, hedge: on, priority: low, queue: 10s';
  expect(policyProblems(words)).toEqual([]);
  expect(policyProblems('queue: 30s, deadline: 10s, hedge: on, attempts: 1')).toEqual([
    'queue  longer than deadline (10s): the whole exchange is over before that; expected at most deadline',
    'hedge  a hedge is a second call, and attempts is 1',
  ]);
  // The model may allow for longer.
  expect(policyProblems('queue: 30m')).toEqual([]);
  expect(policyProblems('priority: urgent')).toEqual([
    'priority  is the text "urgent"; expected one of low, normal, high, critical',
  ]);
});
