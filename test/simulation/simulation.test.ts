// Two hundred hours, each from a seed; more with `npm run soak:simulation`. A seed that fails is named, and becomes a test.

import { expect, test } from 'bun:test';

import { simulateHour } from './world.ts';

const SEEDS = Number(process.env['SIMULATION_SEEDS'] ?? 200);

test(`${SEEDS} simulated hours hold what must hold`, async () => {
  const sum = {
    exchanges: 0,
    calls: 0,
    retries: 0,
    hedges: 0,
    completed: 0,
    continued: 0,
    failed: 0,
    waited: 0,
    unserved: 0,
  };
  const failures: string[] = [];
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    try {
      const hour = await simulateHour(seed);
      for (const name of Object.keys(sum) as (keyof typeof sum)[]) sum[name] += hour[name];
    } catch (error) {
      failures.push(`seed ${seed}: ${String(error)}`);
    }
  }
  expect(failures).toEqual([]);
  // A simulation in which nothing happens shows nothing.
  expect(sum.exchanges).toBeGreaterThan(SEEDS * 500);
  for (const seen of [sum.retries, sum.hedges, sum.continued, sum.failed, sum.waited])
    expect(seen).toBeGreaterThan(SEEDS);
  expect(sum.completed).toBeGreaterThan(sum.exchanges * 0.5);
}, 300_000);

// Hours beyond those above that found something: probes and the rest of answers count beside a lane's limit (281, 388), and who
// waits hears of another target that has room again (615), and of another key of the same one (2660, 3632); the floor of the
// budget of retries is what ten seconds allow (4378, 4419, 4546).
test.each([281, 388, 615, 2660, 3632, 4378, 4419, 4546])('hour %i, which found something', async (seed) => {
  await simulateHour(seed);
});
