// What the kernel says of processes: CPU time of all their threads, and memory. Linux only.

import { readFileSync } from 'node:fs';

/** The unit of /proc/<pid>/stat as user space sees it, on every Linux architecture. */
const TICK_MS = 10;

/** User and system time of the processes, all threads, in milliseconds; exact to one tick of 10 ms. */
export function cpuMs(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + processCpuMs(pid), 0);
}

function processCpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  // The command's name may hold spaces and brackets; the fields after it start behind the last bracket.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
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
