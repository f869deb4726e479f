// What must hold whoever is called: random worlds through the real planner and the real executor, with targets that fail,
// say nothing and are hedged. What a client or an operator has excluded is never called, first, as a fallback or as a hedge.

import { describe, expect, test } from 'bun:test';
import { seededDraw } from '#base/random.ts';
import type { Draw } from '#base/random.ts';
import type { ChatRequest, ProviderWishes } from '#canonical/request.ts';
import type { DataPolicy } from '#providers/entry.ts';
import type { Target } from '#providers/target.ts';
import { makePlan } from '#routing/make-plan.ts';
import type { PlanOptions } from '#routing/make-plan.ts';
import { DEFAULT_LIMITS } from '#routing/plan.ts';
import type { ModelRoute, StrategyName } from '#routing/routes.ts';
import type { DataRules, Rules } from '#routing/rules.ts';
import { STRATEGIES } from '#routing/strategies/index.ts';
import { Statistics } from '#routing/statistics/statistics.ts';
import { GOOD, Stage } from '../support/scripted.ts';
import type { Scripted } from '../support/scripted.ts';
import { target } from '../support/targets.ts';

const PRICED_WORLDS = 100_000;
const CALLED_WORLDS = 1_500;
const PROVIDERS = 5;
const NAMES = Object.keys(STRATEGIES) as StrategyName[];
const DOLLAR_A_MILLION = 1e6;

const upTo = (draw: Draw, most: number): number => Math.floor(draw() * (most + 1));
const one = <Value>(draw: Draw, list: readonly Value[]): Value =>
  list[Math.floor(draw() * list.length)] as Value;

function chat(providers: ProviderWishes, draw: Draw): ChatRequest {
  const text = 'one more word '.repeat(1 + upTo(draw, 30));
  return {
    model: 'm',
    messages: [{ role: 'user', parts: [{ kind: 'text', text }] }],
    tools: [],
    sampling: {},
    stream: true,
    routing: { providers },
  };
}

function options(models: readonly ModelRoute[], draw: Draw, rules?: Rules): PlanOptions {
  const routes = { models: new Map(models.map((model) => [model.name, model])), providers: new Map() };
  return { routes, allows: () => true, draw, ...(rules && { rules }) };
}

test(`price never takes a dearer target than the cheapest that passes: ${PRICED_WORLDS} worlds`, () => {
  const draw = seededDraw(11);
  let several = 0;
  for (let world = 0; world < PRICED_WORLDS; world += 1) {
    const rate = (): number => (draw() < 0.1 ? 0 : upTo(draw, 20)) * DOLLAR_A_MILLION;
    const targets = Array.from({ length: 2 + upTo(draw, 4) }, (_, index) => {
      const price = { input: rate(), output: rate(), version: 'test' };
      return target(`p${index}/m`, draw() < 0.1 ? {} : { price });
    });
    const maxPrice = { prompt: upTo(draw, 20), completion: upTo(draw, 20) };
    const ignore = [`p${upTo(draw, PROVIDERS)}`];
    const wishes = { ...(draw() < 0.3 && { maxPrice }), ...(draw() < 0.3 && { ignore }) };
    const model = { name: 'm', targets, strategy: 'price', fallback: [], limits: DEFAULT_LIMITS } as const;
    const plan = makePlan(chat(wishes, draw), options([model], draw));
    const passing = targets.filter(
      (each) => !isIgnored(each, wishes) && !(wishes.maxPrice && isDearer(each, wishes.maxPrice)),
    );
    expect(plan.ok).toBe(passing.length > 0);
    if (!plan.ok) continue;
    const { inputTokens = 0, outputTokens = 0 } = plan.value.explanation.request ?? {};
    // Reckoned here and not by the planner.
    const cost = ({ price }: Target): number =>
      price === undefined ? Infinity : inputTokens * price.input + outputTokens * price.output;
    const taken = plan.value.targets[0]?.target as Target;
    expect(cost(taken)).toBe(Math.min(...passing.map(cost)));
    if (passing.length > 1) several += 1;
  }
  expect(several).toBeGreaterThan(PRICED_WORLDS / 2);
}, 120_000);

function isIgnored({ provider }: Target, { only, ignore }: ProviderWishes): boolean {
  return ignore?.includes(provider) === true || only?.includes(provider) === false;
}

function isDearer({ price }: Target, most: NonNullable<ProviderWishes['maxPrice']>): boolean {
  if (price === undefined) return true;
  const { prompt = Infinity, completion = Infinity } = most;
  return price.input > prompt * DOLLAR_A_MILLION || price.output > completion * DOLLAR_A_MILLION;
}

function isAgainst(stated: DataPolicy | undefined, { zdr, noTraining, regions }: DataRules): boolean {
  if ((zdr === true && stated?.zdr !== true) || (noTraining === true && stated?.noTraining !== true))
    return true;
  if (regions === undefined) return false;
  return stated?.regions?.every((region) => regions.includes(region)) !== true;
}

interface World {
  readonly wishes: ProviderWishes;
  readonly data: DataRules | undefined;
  readonly rules: Rules;
  readonly request: ChatRequest;
  readonly options: PlanOptions;
}

function someWorld(draw: Draw): World {
  const maybe = <Value>(make: () => Value): Value | undefined => (draw() < 0.3 ? make() : undefined);
  const some = (): readonly string[] =>
    Array.from({ length: 1 + upTo(draw, 2) }, () => `p${upTo(draw, PROVIDERS)}`);
  const wishes = without({
    only: maybe(() => ['p0', 'p1', ...some()]),
    ignore: maybe(some),
    order: maybe(some),
    maxPrice: maybe(() => ({ prompt: 3 + upTo(draw, 9), completion: 3 + upTo(draw, 9) })),
    zeroRetention: maybe(() => true),
  });
  const data = maybe(() => ({ regions: ['fr', 'de'] }));
  const rules: Rules = maybe(() => ({ data: { noTraining: true }, providers: { ignore: some() } })) ?? {};
  const models = ['m', 'n'].map((name): ModelRoute => {
    const targets = Array.from({ length: 2 + upTo(draw, PROVIDERS - 2) }, (_, index) =>
      someTarget(draw, index, name),
    );
    const limits = { ...DEFAULT_LIMITS, attempts: 6, hedge: 'with-tools', firstContentMs: 3_000 } as const;
    const fallback = name === 'm' ? ['n'] : [];
    return { name, targets, strategy: one(draw, NAMES), fallback, limits, ...(data && { data }) };
  });
  return { wishes, data, rules, request: chat(wishes, draw), options: options(models, draw, rules) };
}

function someTarget(draw: Draw, index: number, model: string): Target {
  const price = {
    input: upTo(draw, 12) * DOLLAR_A_MILLION,
    output: upTo(draw, 12) * DOLLAR_A_MILLION,
    version: 'x',
  };
  const dataPolicy = {
    zdr: draw() < 0.7,
    noTraining: draw() < 0.7,
    regions: [one(draw, ['fr', 'de', 'us'])],
  };
  return target(`p${index}/${model}`, {
    ...(draw() < 0.9 && { price }),
    ...(draw() < 0.8 && { dataPolicy }),
  });
}

function without(wishes: {
  readonly [Name in keyof ProviderWishes]: ProviderWishes[Name] | undefined;
}): ProviderWishes {
  return Object.fromEntries(Object.entries(wishes).filter(([, value]) => value !== undefined));
}

function mayBeCalled(called: Target, { wishes, data, rules }: World): boolean {
  if (isIgnored(called, wishes) || isIgnored(called, rules.providers ?? {})) return false;
  if (wishes.maxPrice !== undefined && isDearer(called, wishes.maxPrice)) return false;
  const asked = { zdr: wishes.zeroRetention };
  return [data, rules.data, asked].every((each) => each === undefined || !isAgainst(called.dataPolicy, each));
}

test(`nobody is called who was excluded, whatever fails: ${CALLED_WORLDS} worlds`, async () => {
  const draw = seededDraw(12);
  const seen = { calls: 0, fallbacks: 0, hedges: 0 };
  const stage = new Stage((): Scripted => {
    const chance = draw();
    if (chance < 0.25) return 'upstream_error';
    if (chance < 0.4) return 'upstream_unreachable';
    return chance < 0.6 ? 'silence' : GOOD;
  });
  for (let index = 0; index < CALLED_WORLDS; index += 1) {
    const world = someWorld(draw);
    const plan = makePlan(world.request, world.options);
    if (!plan.ok) continue;
    // Every target has been seen long enough for a hedge.
    const targets = plan.value.targets.map((each) => ({ ...each, firstContentP95Ms: 500 }));
    const { calls, executed } = await stage.ask(
      { ...plan.value, model: `m${index % 50}`, targets },
      world.request,
    );
    for (const { target: called } of calls) {
      if (!mayBeCalled(called, world)) throw new Error(`world ${index}: ${called.id} was called`);
    }
    seen.calls += calls.length;
    seen.fallbacks += Math.max(0, calls.length - 1);
    seen.hedges += executed.attempts.filter(({ as }) => as === 'hedge').length;
  }
  // All three ways were gone.
  expect(seen.calls).toBeGreaterThan(CALLED_WORLDS / 2);
  expect(seen.fallbacks).toBeGreaterThan(100);
  expect(seen.hedges).toBeGreaterThan(10);
}, 60_000);

describe.each(NAMES)('%s, of numbers that make no sense', (strategy) => {
  const targets = ['a/m', 'b/m', 'c/m', 'd/m'].map((id, index) =>
    target(id, index % 2 === 0 ? { price: { input: 0, output: 0, version: 'free' } } : {}),
  );
  const model: ModelRoute = { name: 'm', targets, strategy, fallback: [], limits: DEFAULT_LIMITS };

  test('every target is in a plan, with shares that add up', () => {
    const draw = seededDraw(13);
    const wild = [Number.NaN, Infinity, -Infinity, -1, 0, 1e-9, 1e12, 400];
    for (let world = 0; world < 300; world += 1) {
      const statistics = new Statistics();
      let now = 0;
      for (const each of targets) {
        const known = statistics.of(each);
        for (let step = 0; step < upTo(draw, 12); step += 1) {
          // A clock that steps, back as well.
          now = draw() < 0.2 ? one(draw, [now - 50_000, now + 1e9, Number.NaN]) : now + draw() * 1_000;
          known.begin(now);
          known.firstToken(one(draw, wild), 0, now);
          const ended = {
            startedAt: now,
            begun: true,
            outputTokens: one(draw, wild),
            writingMs: one(draw, wild),
          };
          known.end({ succeeded: draw() < 0.5, ...ended }, now);
        }
      }
      statistics.noteOutput('m', one(draw, wild), now);
      const view = () =>
        statistics.view(now, { health: () => ({ breaker: 'closed', ramp: one(draw, wild) }) });
      const plan = makePlan(chat({}, draw), { ...options([model], draw), view });
      if (!plan.ok) throw new Error(plan.error.message);
      const ids = plan.value.targets.map(({ target: { id } }) => id);
      expect(ids.toSorted()).toEqual(['a/m', 'b/m', 'c/m', 'd/m']);
      const [choice] = plan.value.explanation.choices;
      const shares = choice?.candidates.map(({ share = 0 }) => share) ?? [];
      const nobody = choice?.candidates.every(({ last }) => last !== undefined);
      if (nobody === false) expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 4);
      if (nobody === true || choice?.unheard !== undefined) expect(ids).toEqual(['a/m', 'b/m', 'c/m', 'd/m']);
    }
  });
});
