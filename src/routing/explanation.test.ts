import { describe, expect, test } from 'bun:test';
import { seededDraw } from '#base/random.ts';
import type { ChatRequest } from '#canonical/request.ts';
import type { Target } from '#providers/target.ts';
import { target } from '../../test/support/targets.ts';
import { briefly } from './explanation.ts';
import { makePlan } from './make-plan.ts';
import { DEFAULT_LIMITS } from './plan.ts';
import type { Plan } from './plan.ts';
import { replayPlan } from './replay.ts';
import { viewRoute } from './route-view.ts';
import type { ModelRoute, Routes, StrategyName } from './routes.ts';
import { Statistics } from './statistics/statistics.ts';

const PRICE = { input: 1_234_567, output: 7_654_321, cacheRead: 123_456, version: 'v' };

interface World {
  /** Targets of the model asked for, of each of fifteen fallbacks, and characters of every name. */
  readonly targets: number;
  readonly fallbacks: number;
  readonly length: number;
  readonly strategy?: StrategyName;
}

function planned({ targets, fallbacks, length, strategy = 'balanced' }: World): Plan {
  const statistics = new Statistics();
  const draw = seededDraw(1);
  const models = new Map<string, ModelRoute>();
  const names = Array.from({ length: fallbacks + 1 }, (_, at) => `m${at}`.padEnd(length, 'm'));
  const made = (model: number, at: number): Target => {
    const one = target(`p/${model}-${at}-`.padEnd(length, 'x'), {
      price: PRICE,
      weight: 1.25,
      quality: 0.123,
    });
    const seen = statistics.of(one);
    seen.begin(0);
    seen.firstToken(draw() * 1_000, 0, 500);
    seen.begin(600);
    return one;
  };
  for (const [index, name] of names.entries()) {
    const all = Array.from({ length: targets }, (_, at) => made(index, at));
    models.set(name, {
      name,
      targets: all,
      strategy,
      fallback: names.slice(1),
      limits: { ...DEFAULT_LIMITS, hedge: 'on' },
    });
  }
  const request: ChatRequest = {
    model: names[0] ?? '',
    messages: [{ role: 'user', parts: [{ kind: 'text', text: 'word '.repeat(9_000) }] }],
    tools: [],
    sampling: {},
    stream: true,
    routing: { models: Array.from({ length: 100 }, (_, at) => `unknown-${at}-`.padEnd(100_000, 'z')) },
  };
  const routes: Routes = { models, providers: new Map(), version: '0123456789ab' };
  const plan = makePlan(request, { routes, allows: () => true, draw, view: () => statistics.view(1_000) });
  if (!plan.ok) throw new Error(plan.error.message);
  return plan.value;
}

const sizeOf = (value: unknown): number => JSON.stringify(value).length;

describe('an explanation', () => {
  test.each([
    ['ten targets', { targets: 10, fallbacks: 0, length: 30 }, 3_000 + 32 * 240],
    ['more targets and fallbacks than a plan looks at', { targets: 64, fallbacks: 15, length: 60 }, 32_000],
    ['names as long as they may be', { targets: 64, fallbacks: 15, length: 500 }, 100_000],
  ])('is bounded: %s', (_, world, most) => {
    const plan = planned(world);
    const { explanation, targets } = plan;
    const candidates = explanation.choices.flatMap((choice) => choice.candidates);
    expect(candidates.length).toBeLessThanOrEqual(64);
    expect(targets.length).toBeLessThanOrEqual(16);
    expect([explanation.removed.length, (explanation.removedMore ?? 0) > 0]).toEqual([32, true]);
    expect(sizeOf(explanation)).toBeLessThan(most);
  });

  test('in few words keeps every probability and the plan, and is less than half as long', () => {
    const { explanation, targets } = planned({ targets: 10, fallbacks: 0, length: 30 });
    const ids = targets.map((one) => one.target.id);
    const { removed, ...full } = explanation;
    const brief = briefly({ ...full, removed: [] }, ids);
    expect(removed.length).toBeGreaterThan(0);
    expect(sizeOf(brief)).toBeLessThan(sizeOf(full) / 2 + sizeOf(ids));
    const shares = (one: typeof brief) =>
      one.choices.flatMap(({ candidates }) => candidates.map(({ share }) => share));
    expect(shares(brief)).toEqual(shares(explanation));
    expect(replayPlan(brief)).toEqual(ids);
  });

  test('tells the hedge: its rule, whom, and when', () => {
    const { explanation } = planned({ targets: 3, fallbacks: 1, length: 20 });
    const { hedge, plan } = viewRoute('m', { ...explanation, hedgeAfterMs: 750 });
    expect(hedge).toEqual({ rule: 'on', after_ms: 750, target: plan[1] ?? '' });
    const alone = viewRoute('m', planned({ targets: 1, fallbacks: 1, length: 20 }).explanation);
    expect(alone.plan).toHaveLength(2);
    expect(alone.hedge.target).toBeNull();
  });

  test('its view has a rank for each and the factors that it is the product of', () => {
    for (const strategy of ['balanced', 'latency', 'throughput'] as const) {
      const { explanation } = planned({ targets: 6, fallbacks: 0, length: 20, strategy });
      const candidates = viewRoute('m', explanation).choices.flatMap((choice) => choice.candidates);
      expect(candidates).toHaveLength(6);
      for (const { rank, parts } of candidates) {
        const product = Object.values(parts ?? {}).reduce(
          (all: number, part) => all * (part ?? Number.NaN),
          1,
        );
        expect(Math.abs(product / (rank ?? Number.NaN) - 1)).toBeLessThan(0.01);
      }
    }
  });
});
