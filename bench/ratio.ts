// Before and after a change, in one run: CPU of a row for the bare proxy, Clew of this work tree and, to compare, Clew of
// another. They take turns, so that the ratio stands still on a machine that does not.
// Usage: node scripts/bun.mjs bench/ratio.ts [--row unary] [--rounds 12] [--window 700] [--against DIR] [--canonical]

import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Generator } from './generator.ts';
import type { Job } from './jobs.ts';
import { Launcher, LOAD_CORE, printedPort } from './launch.ts';
import { probe, type Whole } from './probe.ts';
import { LOAD_ROWS } from './rows.ts';
import { spread } from './statistics.ts';
import { startBare, startClew, type Running } from './subjects.ts';

/** Until the runtime has compiled what runs often, however slow the machine is just now. */
const WARM_UP_MS = 3_000;
const WARM_UP_ANSWERS = 45_000;

const { values } = parseArgs({
  options: {
    row: { type: 'string', default: 'unary' },
    rounds: { type: 'string', default: '12' },
    window: { type: 'string', default: '700' },
    against: { type: 'string' },
    canonical: { type: 'boolean', default: false },
  },
});

interface Contender {
  readonly name: string;
  readonly running: Running;
  readonly whole: Whole;
  readonly µs: number[];
}

async function compare(): Promise<void> {
  const row = LOAD_ROWS.find(({ id }) => id === values.row);
  if (row === undefined) throw new Error(`no row ${values.row}`);
  const launcher = new Launcher();
  const command = [process.execPath, 'bench/upstream.ts'];
  const upstream = await printedPort(launcher.start(command, { core: LOAD_CORE, stdout: 'pipe' }));
  const generator = new Generator(launcher);
  const passthrough = !values.canonical;
  const contenders: Contender[] = [];
  const add = async (name: string, running: Running): Promise<void> => {
    contenders.push({ name, running, whole: await probe(running), µs: [] });
  };
  try {
    await add('bare', await startBare(launcher, upstream));
    await add('clew', await startClew(launcher, upstream, { passthrough }));
    if (values.against !== undefined) {
      const main = join(values.against, 'src/main.ts');
      await add('other', await startClew(launcher, upstream, { passthrough, main }));
    }
    const job = ({ running, whole }: Contender, windowMs: number, answersMin: number): Job => ({
      mode: row.mode,
      port: running.port,
      model: running.modelName(row.model),
      key: running.key,
      stream: row.model !== 'unary',
      connections: row.connections,
      windowMs,
      answersMin,
      whole: row.model === 'unary' ? whole.unaryBytes : whole.streamEvents,
      watch: running.pids,
    });
    const warmUp = row.model === 'unary' ? WARM_UP_ANSWERS : 0;
    for (const contender of contenders) await generator.run(job(contender, WARM_UP_MS, warmUp));
    for (let round = 0; round < Number(values.rounds); round += 1) {
      for (let turn = 0; turn < contenders.length; turn += 1) {
        const contender = contenders[(turn + round) % contenders.length];
        if (contender === undefined) continue;
        const outcome = await generator.run(job(contender, Number(values.window), row.answersMin));
        if (outcome.errors > 0) throw new Error(`${contender.name}: ${outcome.firstError}`);
        contender.µs.push(row.value(outcome));
      }
    }
  } catch (error) {
    console.error(await launcher.complaints());
    throw error;
  } finally {
    await launcher.stopAll();
  }
  const bare = contenders[0]?.µs ?? [];
  for (const { name, µs } of contenders) {
    const ratio = spread(µs.map((value, round) => value / (bare[round] ?? Number.NaN)));
    const shown = [ratio.median, ratio.least, ratio.most].map((value) => value.toFixed(2));
    const best = spread(µs).least / spread(bare).least;
    console.log(
      `${name.padEnd(6)} ${spread(µs).median.toFixed(1)} µs, × ${shown[0]} (${shown[1]}–${shown[2]}), best rounds × ${best.toFixed(2)}`,
    );
  }
}

await compare();
