// The harness's end of the load generator: a job goes in, its outcome comes out, one at a time.

import type { Subprocess } from 'bun';
import type { Job, Outcome } from './jobs.ts';
import { LOAD_CORE, type Launcher } from './launch.ts';

/** The longest that a job may take; the longest planned one takes 6 s. */
const JOB_MS = 60_000;

export class Generator {
  readonly #child: Subprocess;
  readonly #lines: AsyncIterator<string>;

  constructor(launcher: Launcher) {
    const command = [process.execPath, 'bench/load.ts'];
    this.#child = launcher.start(command, { core: LOAD_CORE, stdin: 'pipe', stdout: 'pipe' });
    this.#lines = linesOf(this.#child);
  }

  /** Throws when the generator dies or does not answer in a minute. */
  async run(job: Job): Promise<Outcome> {
    const { stdin } = this.#child;
    if (stdin === undefined || typeof stdin === 'number') throw new Error('the generator has no input');
    await stdin.write(`${JSON.stringify(job)}\n`);
    await stdin.flush();
    const insist = setTimeout(() => this.#child.kill('SIGKILL'), JOB_MS);
    const line = await this.#lines.next();
    clearTimeout(insist);
    if (line.done) throw new Error(`the load generator ended during ${job.mode} of ${job.model}`);
    return JSON.parse(line.value) as Outcome;
  }
}

async function* linesOf(child: Subprocess): AsyncGenerator<string, void> {
  if (!(child.stdout instanceof ReadableStream)) throw new Error('standard output is not a pipe');
  const decoder = new TextDecoder();
  let pending = '';
  for await (const bytes of child.stdout) {
    const lines = (pending + decoder.decode(bytes, { stream: true })).split('\n');
    pending = lines.pop() ?? '';
    yield* lines;
  }
}
