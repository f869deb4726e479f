// What the kernel says of processes: CPU time of all their threads, and memory. Linux only.

import { readdirSync, readFileSync } from 'node:fs';

/** The unit of /proc/<pid>/stat as user space sees it, on every Linux architecture. */
const TICK_MS = 10;

/** User and system time of the processes, all threads, in milliseconds; exact to one tick of 10 ms. */
export function cpuMs(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + processCpuMs(pid), 0);
}

function processCpuMs(pid: number): number {
  const { userMs, systemMs } = statTimes(`/proc/${pid}/stat`);
  return userMs + systemMs;
}

interface CpuTimes {
  readonly userMs: number;
  readonly systemMs: number;
}

function statTimes(path: string): CpuTimes {
  const stat = readFileSync(path, 'latin1');
  // The command's name may hold spaces and brackets; the fields after it start behind the last bracket.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { userMs: Number(fields[11]) * TICK_MS, systemMs: Number(fields[12]) * TICK_MS };
}

/** The process's CPU time so far by the name of the thread; threads of one name together, ended ones not. */
export function threadTimes(pid: number): ReadonlyMap<string, CpuTimes> {
  const times = new Map<string, CpuTimes>();
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const directory = `/proc/${pid}/task/${thread}`;
    const name = readFileSync(`${directory}/comm`, 'latin1').trim();
    const { userMs, systemMs } = statTimes(`${directory}/stat`);
    const sum = times.get(name) ?? { userMs: 0, systemMs: 0 };
    times.set(name, { userMs: sum.userMs + userMs, systemMs: sum.systemMs + systemMs });
  }
  return times;
}

export interface Memory {
  readonly rssKb: number;
  /** Shared pages divided among those that share them. */
  readonly pssKb: number;
}

/** Resident and proportional memory of the processes together. */
export function memory(pids: readonly number[]): Memory {
  let rssKb = 0;
  let pssKb = 0;
  for (const pid of pids) {
    const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1');
    rssKb += Number(/^Rss:\s+(\d+)/m.exec(rollup)?.[1]);
    pssKb += Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1]);
  }
  return { rssKb, pssKb };
}

/** The process and its children, so that nginx's master and workers count together. */
export function family(pid: number): readonly number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').trim();
  return [pid, ...children.split(' ').filter(Boolean).map(Number)];
}
