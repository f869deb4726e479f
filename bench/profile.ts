// Where Clew's time goes: runs it under Bun's profiler with each kind of load and writes the functions and folders with
// the most time into bench/README.md. Usage: node scripts/bun.mjs bench/profile.ts [--print]

import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Generator } from './generator.ts';
import type { Job } from './jobs.ts';
import { Launcher, LOAD_CORE, printedPort } from './launch.ts';
import { describeMachine } from './machine.ts';
import { probe } from './probe.ts';
import { digest, type CpuProfile, type Digest, type Share } from './profile-digest.ts';
import { threadTimes } from './process.ts';
import { writeProfile } from './report.ts';
import { startClew } from './subjects.ts';
import { table } from './tables.ts';
import type { BenchModel } from './wire.ts';

const ROOT = join(import.meta.dir, '..');
const WINDOW_MS = 4_000;
const INTERVAL_US = 250;
const FUNCTIONS_SHOWN = 20;
const FOLDERS_SHOWN = 12;
const THREADS_SHOWN = 5;

interface Load {
  readonly title: string;
  readonly model: BenchModel;
  readonly connections: number;
  readonly passthrough: boolean;
}

const LOADS: readonly Load[] = [
  { title: 'Unary requests', model: 'unary', connections: 32, passthrough: true },
  { title: 'Streams, passed through', model: 'flood', connections: 8, passthrough: true },
  { title: 'Streams, canonical way', model: 'flood', connections: 8, passthrough: false },
];

interface Profiled extends Digest {
  readonly threads: readonly (readonly string[])[];
}

async function profileOf(load: Load, launcher: Launcher, upstreamPort: number): Promise<Profiled> {
  const name = `${load.model}-${load.passthrough}`;
  const flags = [
    '--cpu-prof',
    `--cpu-prof-dir=${launcher.directory}`,
    `--cpu-prof-name=${name}.cpuprofile`,
    `--cpu-prof-interval=${INTERVAL_US}`,
  ];
  const clew = await startClew(launcher, upstreamPort, { passthrough: load.passthrough, flags });
  const whole = await probe(clew);
  const stream = load.model !== 'unary';
  const job: Job = {
    mode: 'repeat',
    port: clew.port,
    model: clew.modelName(load.model),
    key: clew.key,
    stream,
    connections: load.connections,
    windowMs: WINDOW_MS,
    answersMin: 0,
    whole: stream ? whole.streamEvents : whole.unaryBytes,
    watch: clew.pids,
  };
  const pid = clew.pids[0] ?? 0;
  const generator = new Generator(launcher);
  await generator.run(job);
  const before = threadTimes(pid);
  const outcome = await generator.run(job);
  const threads = threadRows(before, threadTimes(pid), stream ? outcome.events : outcome.answers);
  await clew.stop();
  if (outcome.errors > 0)
    throw new Error(`${load.title}: ${outcome.errors} errors, first: ${outcome.firstError}`);
  // Written when the process ends by itself, so this also shows that SIGTERM ends it in time.
  const profile = (await Bun.file(join(launcher.directory, `${name}.cpuprofile`)).json()) as CpuProfile;
  return { ...digest(profile, ROOT), threads };
}

type ThreadTimes = ReturnType<typeof threadTimes>;

/** Microseconds of each thread for each answer or event between two readings, busiest first. */
function threadRows(before: ThreadTimes, after: ThreadTimes, pieces: number): readonly (readonly string[])[] {
  const perPiece = (ms: number): string => ((ms * 1000) / pieces).toFixed(2);
  return [...after]
    .map(([name, { userMs, systemMs }]) => {
      const earlier = before.get(name);
      return { name, userMs: userMs - (earlier?.userMs ?? 0), systemMs: systemMs - (earlier?.systemMs ?? 0) };
    })
    .sort((left, right) => right.userMs + right.systemMs - left.userMs - left.systemMs)
    .slice(0, THREADS_SHOWN)
    .map(({ name, userMs, systemMs }) => [`\`${name}\``, perPiece(userMs), perPiece(systemMs)]);
}

function sharesTable(title: string, shares: readonly Share[], shown: number): string {
  const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
  return table(
    [title, 'share'],
    shares.slice(0, shown).map(({ name, share }) => [`\`${name}\``, percent(share)]),
  );
}

function section({ title }: Load, { functions, folders, samples, threads }: Profiled): string {
  return `### ${title}

${table(['µs each, by thread', 'user', 'system'], threads)}

${samples.toLocaleString('en')} samples.

${sharesTable('self time by function', functions, FUNCTIONS_SHOWN)}

${sharesTable('by folder, with the native code it calls', folders, FOLDERS_SHOWN)}`;
}

async function profileAll(): Promise<string> {
  const launcher = new Launcher();
  try {
    const upstream = launcher.start([process.execPath, 'bench/upstream.ts'], {
      core: LOAD_CORE,
      stdout: 'pipe',
    });
    const upstreamPort = await printedPort(upstream);
    const sections: string[] = [];
    for (const load of LOADS) sections.push(section(load, await profileOf(load, launcher, upstreamPort)));
    const { commit, date, bun } = describeMachine();
    const head = `\`bench/profile.ts\`: \`bun --cpu-prof\`, a sample every ${INTERVAL_US} µs for twice ${WINDOW_MS / 1000} s each.
The samples are JavaScript and what it calls: the event loop, the kernel's part of the sockets and the other threads (garbage
collection, HTTP client, compilers) show only in the tables by thread, which are of the second half, when the process is warm.
The profiler itself makes everything slower; \`thread\` is its sampler.\\
Commit ${commit} · ${date} · Bun ${bun}`;
    return [head, ...sections].join('\n\n');
  } catch (error) {
    console.error(await launcher.complaints());
    throw error;
  } finally {
    await launcher.stopAll();
  }
}

const { values } = parseArgs({ options: { print: { type: 'boolean', default: false } } });
const text = await profileAll();
if (values.print) console.log(text);
else await writeProfile(text);
