// What a plan costs: microseconds of CPU for one, with its explanation written as it goes into the record. Writes its part of
// docs/routing.md; `--dry` prints only. Usage: node scripts/bun.mjs bench/planning.ts

import { seededDraw } from '#base/random.ts';
import type { ChatRequest } from '#canonical/request.ts';
import { makePlan } from '#routing/make-plan.ts';
import type { PlanOptions } from '#routing/make-plan.ts';
import { DEFAULT_LIMITS } from '#routing/plan.ts';
import type { Routes, StrategyName } from '#routing/routes.ts';
import { Statistics } from '#routing/statistics/statistics.ts';
import type { View } from '#routing/view.ts';
import { Engine } from '#execution/engine.ts';
import { target } from '../test/support/targets.ts';
import { writeSection } from '../scripts/plots/section.ts';
import { describeMachine } from './machine.ts';
import { spread } from './statistics.ts';
import { table } from './tables.ts';

const BATCHES = 15;
const BATCH_MS = 150;
/** Microseconds of CPU for ten candidates. */
const GOAL = 15;

const request: ChatRequest = {
  model: 'm',
  messages: [
    { role: 'system', parts: [{ kind: 'text', text: 'You are a helpful assistant. '.repeat(20) }] },
    {
      role: 'user',
      parts: [{ kind: 'text', text: 'What does a router for language models do? '.repeat(4) }],
    },
  ],
  tools: [],
  sampling: {},
  stream: true,
};

/** Plans once and gives the explanation. */
type Planner = () => string;

function planner(count: number, strategy: StrategyName): Planner {
  const statistics = new Statistics();
  const engine = new Engine();
  const targets = Array.from({ length: count }, (_, index) => {
    const price = { input: (1 + index) * 1e6, output: (5 + index) * 1e6, cacheRead: 1e5, version: 'bench' };
    return target(`p${index}/a`, { price });
  });
  for (const [index, one] of targets.entries()) {
    const seen = statistics.of(one);
    for (let at = 0; at < 5_000; at += 100) {
      seen.begin(at);
      seen.firstToken(400 + index * 40 + (at % 300), 0, at + 400);
      const ended = { succeeded: true, startedAt: at, begun: true, outputTokens: 100, writingMs: 2_000 };
      seen.end(ended, at + 2_400);
    }
  }
  const model = { name: 'm', targets, strategy, fallback: [], limits: DEFAULT_LIMITS };
  const routes: Routes = { models: new Map([['m', model]]), providers: new Map() };
  const view = (): View => statistics.view(8_000, engine.health);
  const options: PlanOptions = { routes, allows: () => true, draw: seededDraw(1), view };
  return () => {
    const plan = makePlan(request, options);
    return plan.ok ? JSON.stringify(plan.value.explanation) : '';
  };
}

/** Microseconds of CPU a plan in one batch, those of the collector and the compiler included. */
function batch(plan: Planner): number {
  const startedAt = performance.now();
  const before = process.cpuUsage();
  let plans = 0;
  let written = 0;
  while (performance.now() - startedAt < BATCH_MS) {
    for (let run = 0; run < 100; run += 1) written += plan().length;
    plans += 100;
  }
  const { user, system } = process.cpuUsage(before);
  if (written === 0) throw new Error('nothing was planned');
  return (user + system) / plans;
}

function measure(
  count: number,
  strategy: StrategyName,
): { readonly cells: readonly string[]; readonly median: number } {
  const plan = planner(count, strategy);
  // Until the compiler has done its best.
  for (let warm = 0; warm < 15; warm += 1) batch(plan);
  const { median, least, most } = spread(Array.from({ length: BATCHES }, () => batch(plan)));
  const bytes = String(plan().length);
  return {
    cells: [
      `\`${strategy}\``,
      String(count),
      median.toFixed(1),
      `${least.toFixed(1)}–${most.toFixed(1)}`,
      bytes,
    ],
    median,
  };
}

if (import.meta.main) {
  const rows = [
    measure(1, 'priority'),
    measure(2, 'latency'),
    ...(['price', 'latency', 'balanced', 'price-weighted', 'least-busy'] as const).map((one) =>
      measure(10, one),
    ),
  ];
  const { processor, cores, bun, date } = describeMachine();
  const worst = Math.max(...rows.map(({ median }) => median));
  const text = `Microseconds of CPU for one plan with its explanation written as JSON, medians of ${BATCHES} batches: at most ${worst.toFixed(1)}, the goal is ${GOAL}
for ten candidates. ${processor}, ${cores} cores, Bun ${bun}, ${date}; \`node scripts/bun.mjs bench/planning.ts\`.

${table(
  ['', 'candidates', 'µs', 'least to most', 'bytes written'],
  rows.map(({ cells }) => cells),
)}

A plan looks at no more than 64 candidates and holds no more than 16 targets; its explanation names no more than 32 of those that
were left out.`;
  console.log(text);
  if (!process.argv.includes('--dry'))
    writeSection(new URL('../docs/routing.md', import.meta.url), 'planning', text);
  process.exit(worst <= GOAL ? 0 : 1);
}
