// Many simulated hours: `npm run soak:simulation -- 10000 1` runs ten thousand seeds from 1 on. Ends with 1 and names the
// seeds when something did not hold. It shares the work among as many processes as there are processors.

import { availableParallelism } from 'node:os';

import { simulateHour } from '../test/simulation/world.ts';

const [count = '10000', from = '1', part = '', parts = '1'] = process.argv.slice(2);

/** Every so-manieth seed, in this process. */
async function runPart(first: number, step: number): Promise<number> {
  let broken = 0;
  for (let seed = Number(from) + first; seed < Number(from) + Number(count); seed += step) {
    try {
      await simulateHour(seed);
    } catch (error) {
      broken += 1;
      process.stdout.write(`seed ${seed}: ${String(error)}\n`);
    }
  }
  return broken;
}

async function runAll(): Promise<number> {
  const startedAt = performance.now();
  const processes = Array.from({ length: availableParallelism() }, (_, index, all = availableParallelism()) =>
    Bun.spawn([process.execPath, import.meta.path, count, from, String(index), String(all)], {
      stdout: 'inherit',
      stderr: 'inherit',
    }),
  );
  const codes = await Promise.all(processes.map((one) => one.exited));
  const took = ((performance.now() - startedAt) / 1_000).toFixed(0);
  const held = codes.every((code) => code === 0);
  process.stdout.write(`${count} hours from seed ${from} in ${took} s: ${held ? 'all hold' : 'see above'}\n`);
  return held ? 0 : 1;
}

process.exit(part === '' ? await runAll() : Math.min(1, await runPart(Number(part), Number(parts))));
