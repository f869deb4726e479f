// Starts processes pinned to a core and stops every one of them when the run ends, however it ends.

import { rm } from 'node:fs/promises';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Subprocess } from 'bun';

/** Subjects alone on one core; the provider, the load generator and the harness on the other. */
export const SUBJECT_CORE = 0;
export const LOAD_CORE = 1;

const READY_MS = 10_000;
const STOP_MS = 5_000;

export interface LaunchOptions {
  readonly core: number;
  readonly env?: Record<string, string>;
  /** `pipe` to read it, `ignore`, or a file descriptor. */
  readonly stdout?: 'pipe' | 'ignore' | number;
  readonly stdin?: 'pipe' | 'ignore';
}

/** Characters of each process's standard error that are shown when a run fails. */
const COMPLAINT_CHARACTERS = 2_000;

/** Every process and directory that this run made. */
export class Launcher {
  readonly #processes = new Set<Subprocess>();
  /** Each process's command, by the file that has its standard error. */
  readonly #errorFiles = new Map<string, string>();
  readonly directory = mkdtempSync(join(tmpdir(), 'clew-bench-'));

  /** taskset replaces itself by the command, so the process has the command's own ID. */
  start(command: readonly string[], options: LaunchOptions): Subprocess {
    const errorFile = join(this.directory, `stderr-${this.#errorFiles.size}`);
    this.#errorFiles.set(errorFile, command.join(' '));
    const child = Bun.spawn(['taskset', '-c', String(options.core), ...command], {
      cwd: join(import.meta.dir, '..'),
      // Bun lets 256 requests out at once unless told otherwise before the process starts.
      env: { ...process.env, BUN_CONFIG_MAX_HTTP_REQUESTS: '65336', NODE_ENV: 'production', ...options.env },
      stdin: options.stdin ?? 'ignore',
      stdout: options.stdout ?? 'ignore',
      stderr: Bun.file(errorFile),
    });
    this.#processes.add(child);
    return child;
  }

  /** Asks the process to end, and insists when it does not. */
  async stop(child: Subprocess): Promise<void> {
    child.kill('SIGTERM');
    const insist = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    await child.exited;
    clearTimeout(insist);
    this.#processes.delete(child);
  }

  /** What the processes said on standard error, for a run that failed. */
  async complaints(): Promise<string> {
    const parts: string[] = [];
    for (const [file, command] of this.#errorFiles) {
      const text = (await Bun.file(file).text()).trim();
      if (text) parts.push(`${command}\n${text.slice(-COMPLAINT_CHARACTERS)}`);
    }
    return parts.join('\n\n');
  }

  /** Before it `complaints`, since their files go too. */
  async stopAll(): Promise<void> {
    await Promise.all([...this.#processes].map((child) => this.stop(child)));
    await rm(this.directory, { recursive: true, force: true });
  }
}

/** The first line that the process prints, which is its port. */
export async function printedPort(child: Subprocess): Promise<number> {
  if (!(child.stdout instanceof ReadableStream)) throw new Error('standard output is not a pipe');
  let text = '';
  const decoder = new TextDecoder();
  for await (const bytes of child.stdout) {
    text += decoder.decode(bytes);
    if (text.includes('\n')) break;
  }
  const port = Number.parseInt(text, 10);
  if (Number.isNaN(port)) throw new Error(`no port printed but ${JSON.stringify(text)}`);
  return port;
}

/** A port that was free a moment ago, for programs that cannot choose one and tell. */
export function freePort(): number {
  const listener = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data() {} } });
  const { port } = listener;
  listener.stop(true);
  return port;
}

/** Resolves when something listens on the port. */
export async function listening(port: number): Promise<void> {
  const deadline = performance.now() + READY_MS;
  while (performance.now() < deadline) {
    try {
      const socket = await Bun.connect({ hostname: '127.0.0.1', port, socket: { data() {} } });
      socket.end();
      return;
    } catch {
      await Bun.sleep(20);
    }
  }
  throw new Error(`nothing listens on port ${port} after ${READY_MS} ms`);
}
