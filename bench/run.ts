// `npm run bench`: measures, prints the table, writes bench/README.md. A missed goal is reported and fails nothing; a
// wrong answer fails the run. Options: --quick, --only nginx,bare,clew,canonical, --raw FILE (all samples as JSON).

import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { Launcher } from './launch.ts';
import { describeMachine } from './machine.ts';
import { measure, type Plan, type Results } from './measure.ts';
import { PAGE, renderTables, writeReport } from './report.ts';
import { SUBJECTS, type Subject } from './subjects.ts';
import { summarise } from './summary.ts';

const USAGE = `Usage: npm run bench -- [options]
  --quick          A minute instead of five: rough figures, no canonical way; bench/README.md stays as it is.
  --only LIST      Only these subjects, with commas between: ${SUBJECTS.map(({ id }) => id).join(', ')}. The page stays as it is.
  --raw FILE       Writes every sample as JSON.
  --help           This text.`;

const QUICK_SUBJECTS = 'nginx,bare,clew';

function cannotRun(): string | undefined {
  if (process.platform !== 'linux') return 'the bench reads /proc and so runs on Linux only';
  if (!Bun.which('taskset')) return 'taskset (util-linux) is needed to keep the subject on a core of its own';
  if (cpus().length < 2) return 'two cores are needed: one for the subject, one for provider and load';
  return undefined;
}

/** Says which subjects are left out and why. */
function choose(only: string | undefined): readonly Subject[] {
  const names = only?.split(',');
  return SUBJECTS.filter((subject) => {
    if (names && !names.includes(subject.id)) return false;
    const missing = subject.missing();
    if (missing) console.error(`NOT MEASURED: ${subject.title}, since ${missing}.`);
    return !missing;
  });
}

async function measureAndStop(plan: Plan, launcher: Launcher): Promise<Results> {
  try {
    const results = await measure(plan, launcher);
    if (results.errors.length > 0) console.error(await launcher.complaints());
    return results;
  } catch (error) {
    console.error(await launcher.complaints());
    throw error;
  } finally {
    await launcher.stopAll();
  }
}

async function run(options: { quick: boolean; only?: string; raw?: string }): Promise<number> {
  const subjects = choose(options.only ?? (options.quick ? QUICK_SUBJECTS : undefined));
  const [rounds, memoryRounds] = options.quick ? [1, 1] : [5, 3];
  const plan: Plan = {
    subjects,
    rounds,
    memoryRounds,
    quick: options.quick,
    say: (text) => console.error(text),
  };
  // Before the run: it takes minutes, and the work tree may move on meanwhile.
  const machine = describeMachine();
  const startedAt = performance.now();
  const launcher = new Launcher();
  const stop = (): void => void launcher.stopAll().finally(() => process.exit(130));
  process.once('SIGINT', stop).once('SIGTERM', stop);
  const results = await measureAndStop(plan, launcher);
  const ids = subjects.map(({ id }) => id);
  const minutes = (performance.now() - startedAt) / 60_000;
  const report = {
    plan,
    results,
    rows: summarise(results, ids),
    subjects: ids,
    machine,
    minutes,
  };
  console.log(renderTables(report));
  if (options.raw) await Bun.write(options.raw, JSON.stringify({ machine, ...results }, null, 1));
  for (const error of results.errors) console.error(`ERROR: ${error}`);
  if (results.errors.length > 0) return 1;
  if (options.quick || options.only) return 0;
  await writeReport(report);
  console.error(`Written: ${PAGE} (${minutes.toFixed(1)} minutes).`);
  return 0;
}

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    raw: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
const reason = cannotRun();
if (values.help) console.log(USAGE);
else if (reason) {
  console.error(`The bench cannot run here: ${reason}.`);
  process.exitCode = 1;
} else process.exitCode = await run(values);
