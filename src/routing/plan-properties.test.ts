// What holds for every plan, in random worlds: nobody is taken who does not pass, `price` takes the cheapest, and some plan
// always comes out. CLEW_WORLDS says how many worlds; a hundred thousand were run when the planner was written.

import { describe, expect, test } from 'bun:test';
import { seededDraw } from '#base/random.ts';
import type { Draw } from '#base/random.ts';
import type { ChatRequest, ProviderWishes } from '#canonical/request.ts';
import type { DataPolicy } from '#providers/entry.ts';
import type { Price } from '#providers/price.ts';
import { isNamed } from '#providers/router-fields.ts';
import type { Target } from '#providers/target.ts';
import { target } from '../../test/support/targets.ts';
import { makePlan } from './make-plan.ts';
import type { PlanOptions } from './make-plan.ts';
import { DEFAULT_LIMITS } from './plan.ts';
import type { Plan } from './plan.ts';
import { replay, replayPlan } from './replay.ts';
import type { ModelRoute, Routes, StrategyName } from './routes.ts';
import type { Rules } from './rules.ts';
import { STRATEGIES } from './strategies/index.ts';
import { HEALTHY } from './view.ts';
import type { Health, TargetView, View } from './view.ts';

const WORLDS = Number(process.env['CLEW_WORLDS'] ?? 3_000);
const NAMES = Object.keys(STRATEGIES) as StrategyName[];
const REGIONS = ['fr', 'de', 'us', 'eu', 'ch'] as const;
const QUANTIZATIONS = ['fp8', 'fp4', 'bf16', 'unknown'] as const;

interface World {
  readonly request: ChatRequest;
  readonly wishes: ProviderWishes;
  readonly options: PlanOptions;
  readonly rules: Rules;
}

class Dice {
  readonly draw: Draw;
  constructor(seed: number) {
    this.draw = seededDraw(seed);
  }
  upTo(most: number): number {
    return Math.floor(this.draw() * (most + 1));
  }
  one<Value>(list: readonly Value[]): Value {
    return list[Math.floor(this.draw() * list.length)] as Value;
  }
  maybe<Value>(chance: number, make: () => Value): Value | undefined {
    return this.draw() < chance ? make() : undefined;
  }
}

function price(dice: Dice): Price {
  const rate = (): number => dice.one([0, 1, 50, 1_000]) * dice.upTo(5_000);
  const read = dice.maybe(0.5, rate);
  return { input: rate(), output: rate(), ...(read !== undefined && { cacheRead: read }), version: 'test' };
}

function policy(dice: Dice): DataPolicy {
  return {
    regions: dice.maybe(0.6, () => [dice.one(REGIONS)]),
    zdr: dice.maybe(0.6, () => dice.draw() < 0.5),
    noTraining: dice.maybe(0.6, () => dice.draw() < 0.5),
  };
}

function someTarget(dice: Dice, provider: number, model: string): Target {
  const priced = dice.maybe(0.8, () => price(dice));
  const stated = dice.maybe(0.7, () => policy(dice));
  const quantized = dice.maybe(0.5, () => dice.one(QUANTIZATIONS));
  return target(`p${provider}/${model}`, {
    weight: 0.1 + dice.draw() * 5,
    ...(priced !== undefined && { price: priced }),
    ...(stated !== undefined && { dataPolicy: stated }),
    ...(quantized !== undefined && { quantization: quantized }),
  });
}

function someWishes(dice: Dice): ProviderWishes {
  const providers = (): readonly string[] =>
    Array.from({ length: 1 + dice.upTo(3) }, () => `p${dice.upTo(6)}`);
  const entries = {
    only: dice.maybe(0.2, providers),
    ignore: dice.maybe(0.3, providers),
    order: dice.maybe(0.2, providers),
    allowFallbacks: dice.maybe(0.1, () => false),
    dataCollection: dice.maybe(0.2, () => 'deny' as const),
    zeroRetention: dice.maybe(0.2, () => true),
    quantizations: dice.maybe(0.2, () => [dice.one(QUANTIZATIONS)]),
    maxPrice: dice.maybe(0.3, () => ({ prompt: dice.upTo(5), completion: dice.upTo(5) })),
    minThroughput: dice.maybe(0.2, () => ({ p50: dice.upTo(100) })),
    maxLatencyMs: dice.maybe(0.2, () => ({ p90: dice.upTo(3_000) })),
  };
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined));
}

/** Numbers that a live view gives, or, in a broken world, any. */
function someView(dice: Dice, broken: boolean): View {
  const views = new Map<string, TargetView>();
  const number = (most: number): number =>
    broken && dice.draw() < 0.2 ? dice.one([Number.NaN, Infinity, -1, 0]) : dice.draw() * most;
  const health = (): Health =>
    dice.one<Health>([
      HEALTHY,
      HEALTHY,
      { breaker: 'open', openUntil: dice.one([500, 5_000]), ramp: 1 },
      { breaker: 'closed', parkedUntil: dice.one([500, 5_000]), ramp: 1 },
      { breaker: 'closed', ramp: broken ? number(1) : 1 },
    ]);
  const make = (): TargetView => {
    const [first, each, success] = [number(5_000) + 1, number(50) + 1, number(0.9) + 0.1];
    return {
      timeToFirstTokenMs: () => first,
      firstTokenQuantileMs: () => dice.maybe(0.5, () => number(5_000)),
      timePerTokenMs: () => each,
      throughputQuantile: () => dice.maybe(0.5, () => number(200)),
      success,
      failedAt: dice.one([-Infinity, 0, 900]),
      inFlight: dice.upTo(9),
      samples: dice.upTo(99),
      headroom: [],
      health: health(),
      slowStart: 1,
      warmth: () => dice.maybe(0.3, () => 0.8) ?? 0,
    };
  };
  return {
    now: broken ? dice.one([1_000, 0, -5, Number.NaN]) : 1_000,
    outputTokens: () => number(2_000),
    target: ({ id }) => {
      const known = views.get(id) ?? make();
      views.set(id, known);
      return known;
    },
  };
}

function world(seed: number, strategy: StrategyName, broken = false): World {
  const dice = new Dice(seed);
  const routes = new Map<string, ModelRoute>();
  const models = ['m', 'n', 'o'].slice(0, 1 + dice.upTo(2));
  for (const name of models) {
    const targets = Array.from({ length: 1 + dice.upTo(5) }, (_, index) => someTarget(dice, index, name));
    const data = dice.maybe(0.2, () => ({
      regions: dice.maybe(0.5, () => [dice.one(REGIONS)]),
      zdr: dice.draw() < 0.3,
    }));
    const fallback = models.filter((other) => other !== name);
    const route = { name, targets, strategy, fallback, limits: DEFAULT_LIMITS };
    routes.set(name, data === undefined ? route : { ...route, data });
  }
  const wishes = dice.maybe(0.7, () => someWishes(dice)) ?? {};
  const rules: Rules =
    dice.maybe(0.3, () => ({ providers: someWishes(dice), data: { noTraining: true } })) ?? {};
  const text = 'a word or two '.repeat(1 + dice.upTo(dice.one([1, 20, 2_000])));
  const request: ChatRequest = {
    model: 'm',
    messages: [{ role: 'user', parts: [{ kind: 'text', text }] }],
    tools: [],
    sampling: {},
    stream: dice.draw() < 0.5,
    routing: { providers: wishes },
  };
  const view = someView(dice, broken);
  const table: Routes = { models: routes, providers: new Map() };
  const options = {
    routes: table,
    allows: () => true,
    draw: dice.draw,
    view: () => view,
    turn: () => seed,
    rules,
  };
  return { request, wishes, rules, options };
}

const TOKENS_A_DOLLAR = 1e6;

/** What is wrong with a target that is in the plan. */
function breaches({ wishes, rules, options }: World, one: Plan['targets'][number]): readonly string[] {
  const { target: taken } = one;
  const stated = taken.dataPolicy;
  const data = [options.routes.models.get(one.model)?.data, rules.data];
  const found: string[] = [];
  const bad = (is: boolean, what: string): void => void (is && found.push(`${taken.id}: ${what}`));
  for (const rule of data) {
    bad(rule?.zdr === true && stated?.zdr !== true, 'zdr');
    bad(rule?.noTraining === true && stated?.noTraining !== true, 'no_training');
    const places = rule?.regions;
    const within = (region: string): boolean =>
      places?.includes(region) === true || (places?.includes('eu') === true && ['fr', 'de'].includes(region));
    bad(places !== undefined && stated?.regions?.every(within) !== true, 'region');
  }
  bad(wishes.zeroRetention === true && stated?.zdr !== true, 'zdr asked for');
  bad(wishes.dataCollection === 'deny' && stated?.noTraining !== true, 'collection denied');
  for (const bound of [wishes, rules.providers ?? {}]) {
    bad(bound.only?.every((name) => !isNamed(taken, name)) === true, 'only');
    bad(bound.ignore?.some((name) => isNamed(taken, name)) === true, 'ignore');
    const most = bound.maxPrice;
    if (most !== undefined) {
      bad(taken.price === undefined, 'unknown price');
      bad((taken.price?.input ?? 0) > (most.prompt ?? Infinity) * TOKENS_A_DOLLAR, 'prompt price');
      bad((taken.price?.output ?? 0) > (most.completion ?? Infinity) * TOKENS_A_DOLLAR, 'completion price');
    }
    const has = taken.quantization ?? 'unknown';
    bad(bound.quantizations?.includes(has) === false, 'quantization');
  }
  return found;
}

describe.each(NAMES)('%s', (strategy) => {
  test('nobody is in a plan, first or fallback, who does not pass', () => {
    for (let seed = 0; seed < WORLDS / 4; seed += 1) {
      const made = world(seed, strategy);
      const plan = makePlan(made.request, made.options);
      if (!plan.ok) {
        expect(plan.error.code).toBe('unsupported_feature');
        continue;
      }
      expect(plan.value.targets.flatMap((one) => breaches(made, one))).toEqual([]);
      const ids = plan.value.targets.map(({ target: { id } }) => id);
      expect(new Set(ids).size).toBe(ids.length);
    }
  });

  test('a plan comes out of any numbers, with nobody twice', () => {
    for (let seed = 0; seed < WORLDS / 4; seed += 1) {
      const made = world(seed, strategy, true);
      const plan = makePlan(made.request, made.options);
      if (!plan.ok) continue;
      const { targets, explanation } = plan.value;
      expect(targets.length).toBeGreaterThan(0);
      for (const { unheard, candidates } of explanation.choices) {
        if (unheard === undefined) continue;
        const judged = candidates.filter(({ last, wished }) => last === undefined && wished === undefined);
        const order = targets
          .map(({ target: { id } }) => id)
          .filter((id) => judged.some((one) => one.target === id));
        // Static: as the candidates came.
        const ids = judged.map((one) => one.target);
        expect(ids.filter((id) => order.includes(id)).slice(0, order.length)).toEqual(order);
      }
    }
  });

  test('a stored plan is made again from what was stored: the same targets in the same order', () => {
    let several = 0;
    for (let seed = 0; seed < WORLDS / 4; seed += 1) {
      const made = world(seed, strategy);
      const plan = makePlan(made.request, made.options);
      if (!plan.ok) continue;
      const kept = JSON.parse(JSON.stringify(plan.value.explanation)) as Plan['explanation'];
      const planned = plan.value.targets.map(({ target: { id } }) => id);
      expect(replayPlan(kept)).toEqual(planned);
      if (planned.length > 1) several += 1;
    }
    expect(several).toBeGreaterThan(WORLDS / 20);
  });

  test('a choice is made again from its explanation', () => {
    for (let seed = 0; seed < WORLDS / 10; seed += 1) {
      const made = world(seed, strategy);
      const plan = makePlan(made.request, made.options);
      if (!plan.ok || plan.value.explanation.request === undefined) continue;
      const kept = JSON.parse(JSON.stringify(plan.value.explanation)) as Plan['explanation'];
      const planned = plan.value.targets.map(({ target: { id } }) => id);
      for (const choice of kept.choices) {
        const judged = choice.candidates.filter(
          ({ last, wished }) => last === undefined && wished === undefined,
        );
        const again = replay(choice).order.map((index) => judged[index]?.target ?? '');
        expect(again.filter((id) => planned.includes(id))).toEqual(
          planned.filter((id) => again.includes(id)),
        );
        const front = choice.candidates.some(({ wished }) => wished !== undefined);
        const shares = choice.candidates.reduce((sum, { share = 0 }) => sum + share, 0);
        if (judged.length > 0 || front) expect(shares).toBeCloseTo(1, 4);
      }
    }
  });
});

test(`price never takes a dearer target than the cheapest that passes: ${WORLDS} worlds`, () => {
  for (let seed = 0; seed < WORLDS; seed += 1) {
    const made = world(seed, 'price');
    const { order: _order, ...wishes } = made.wishes;
    const { order: _other, ...bound } = made.rules.providers ?? {};
    const request = { ...made.request, routing: { providers: wishes } };
    const plan = makePlan(request, { ...made.options, rules: { ...made.rules, providers: bound } });
    if (!plan.ok) continue;
    const first = plan.value.targets[0]?.target.id;
    const [choice] = plan.value.explanation.choices.filter(({ candidates }) =>
      candidates.some(({ target: id, last }) => id === first && last === undefined),
    );
    const taken = choice?.candidates.find(({ target: id }) => id === first);
    if (choice === undefined || taken?.score === undefined) continue;
    for (const { score, last } of choice.candidates) {
      if (last !== undefined || score?.costNano === undefined) continue;
      expect(taken.score.costNano ?? Infinity).toBeLessThanOrEqual(score.costNano);
    }
  }
});

test('when all are at rest they are all in the plan, and it says so', () => {
  const resting = { ...someView(new Dice(1), false) };
  const seen = resting.target(target('p0/m'));
  const view: View = {
    ...resting,
    target: () => ({ ...seen, health: { breaker: 'open', openUntil: 9_000, ramp: 1 } }),
  };
  const targets = ['p0/m', 'p1/m'].map((id) => target(id));
  const model = { name: 'm', targets, strategy: 'latency', fallback: [], limits: DEFAULT_LIMITS } as const;
  const routes = { models: new Map([['m', model]]), providers: new Map() };
  const request = { model: 'm', messages: [], tools: [], sampling: {}, stream: true };
  const plan = makePlan(request, { routes, allows: () => true, draw: () => 0.5, view: () => view });
  if (!plan.ok) throw new Error(plan.error.message);
  expect(plan.value.targets.map(({ target: { id } }) => id)).toEqual(['p0/m', 'p1/m']);
  expect(plan.value.explanation.panic).toBe(true);
  expect(plan.value.explanation.choices[0]?.candidates.map(({ last }) => last)).toEqual([
    'its breaker is open',
    'its breaker is open',
  ]);
});
