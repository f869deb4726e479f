import { describe, expect, test } from 'bun:test';
import type { ChatRequest, ProviderWishes } from '#canonical/request.ts';
import { target } from '../../test/support/targets.ts';
import { makePlan } from './make-plan.ts';
import { DEFAULT_LIMITS } from './plan.ts';
import type { Plan } from './plan.ts';
import { replayPlan } from './replay.ts';
import type { Routes, StrategyName } from './routes.ts';
import { sessionName, Sessions } from './statistics/sessions.ts';

const priced = (id: string, dollars?: number) =>
  target(
    id,
    dollars === undefined ? {} : { price: { input: dollars * 1e6, output: dollars * 1e6, version: 'v' } },
  );
const TARGETS = [priced('a/cheap', 1), priced('b/same', 1), priced('c/dear', 9), priced('d/unknown')];

function planned(strategy: StrategyName, stay: string | undefined, providers?: ProviderWishes): Plan {
  const model = { name: 'm', targets: TARGETS, strategy, fallback: [], limits: DEFAULT_LIMITS };
  const routes: Routes = { models: new Map([['m', model]]), providers: new Map() };
  const request: ChatRequest = {
    model: 'm',
    messages: [{ role: 'user', parts: [{ kind: 'text', text: 'Go.' }] }],
    tools: [],
    sampling: {},
    stream: true,
    ...(providers !== undefined && { routing: { providers } }),
  };
  const plan = makePlan(request, { routes, allows: () => true, draw: () => 0.1, stay: () => stay });
  if (!plan.ok) throw new Error(plan.error.message);
  return plan.value;
}

const order = ({ targets }: Plan) => targets.map((one) => one.target.id);
const choiceOf = (plan: Plan) => plan.explanation.choices[0];

describe('a session', () => {
  test.each(['priority', 'weighted', 'round-robin', 'latency', 'balanced', 'least-busy'] as const)(
    'stays with its target under %s, as long as that is no dearer',
    (strategy) => {
      const plan = planned(strategy, 'b/same');
      expect(order(plan)[0]).toBe('b/same');
      expect(choiceOf(plan)?.stay).toBe('b/same');
      const shares = choiceOf(plan)?.candidates.map(({ share }) => share);
      expect(shares).toEqual([0, 1, 0, 0]);
      expect(replayPlan(JSON.parse(JSON.stringify(plan.explanation)) as Plan['explanation'])).toEqual(
        order(plan),
      );
    },
  );

  test('leaves a target that has become dearer than the one that is chosen', () => {
    const plan = planned('price', 'c/dear');
    expect(order(plan)[0]).toBe('a/cheap');
    expect(choiceOf(plan)?.stay).toBeUndefined();
  });

  test('stays where nobody knows the price', () => {
    expect(order(planned('price', 'd/unknown'))[0]).toBe('d/unknown');
  });

  test.each([
    ['the request says who comes first', { order: ['a/cheap'] }],
    ['the request sorts', { sort: 'price' }],
    ['the request does not want it', { ignore: ['b/same'] }],
  ] as const)('does not stay where %s', (_, providers) => {
    expect(order(planned('priority', 'b/same', providers))[0]).toBe('a/cheap');
  });

  test('whose target is none of the candidates changes nothing', () => {
    expect(planned('weighted', 'x/gone')).toEqual(planned('weighted', undefined));
  });
});

describe('sessions', () => {
  test('are forgotten ten minutes after their last success', () => {
    const sessions = new Sessions();
    sessions.note('s', 'a/a', 0);
    sessions.note('s', 'b/b', 500_000);
    expect([sessions.of('s', 1_099_999), sessions.of('s', 1_100_000)]).toEqual(['b/b', undefined]);
  });

  test('are bounded: the one that was quiet longest goes', () => {
    const sessions = new Sessions();
    sessions.note('first', 'a/a', 0);
    for (let at = 0; at < 9_999; at += 1) sessions.note(`s${at}`, 'a/a', 0);
    sessions.note('first', 'a/a', 1);
    sessions.note('one more', 'a/a', 1);
    expect([sessions.of('first', 2), sessions.of('s0', 2), sessions.of('s1', 2)]).toEqual([
      'a/a',
      undefined,
      'a/a',
    ]);
  });

  test('of one caller and model are nobody else’s', () => {
    const names = [
      sessionName('a', 'm', 's'),
      sessionName(null, 'm', 's'),
      sessionName('a', 'n', 's'),
      sessionName('a","m', '', 's'),
    ];
    expect(new Set(names).size).toBe(names.length);
  });
});
