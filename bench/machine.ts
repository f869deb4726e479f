// Where and of what a run was made: processor, kernel, runtime, commit, day.

import { cpus, release, totalmem } from 'node:os';
import { join } from 'node:path';

export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly kernel: string;
  readonly bun: string;
  readonly nginx: string | undefined;
  readonly commit: string;
  /** YYYY-MM-DD */
  readonly date: string;
}

function output(command: readonly string[]): string | undefined {
  if (!Bun.which(command[0] ?? '')) return undefined;
  const { stdout, stderr, success } = Bun.spawnSync([...command], { cwd: join(import.meta.dir, '..') });
  return success ? (stdout.toString() + stderr.toString()).trim() : undefined;
}

function commit(): string {
  const hash = output(['git', 'rev-parse', '--short=12', 'HEAD']);
  if (!hash) return 'unknown';
  // The page that the bench writes is not a change of what it measures.
  const changes = output(['git', 'status', '--porcelain', '--', '.', ':!bench/README.md']);
  return changes ? `${hash}, with changes that are not committed` : hash;
}

export function describeMachine(): Machine {
  return {
    processor: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    kernel: `Linux ${release()}`,
    bun: Bun.version,
    nginx: /nginx\/(\S+)/.exec(output(['nginx', '-v']) ?? '')?.[1],
    commit: commit(),
    date: new Date().toISOString().slice(0, 10),
  };
}
