// The official Python clients as a process of its own that is asked over its standard input (test/matrix/python). They
// need a virtual environment: CLEW_PYTHON names its interpreter, else it is .venv in the repository.

import { existsSync } from 'node:fs';
import { join } from 'node:path';

import type { Json, JsonObject } from '#base/json.ts';

const ROOT = join(import.meta.dir, '../..');
const FOLDER = 'test/matrix/python';

export type PythonClient = 'openai-chat' | 'openai-responses' | 'anthropic' | 'google-genai';

/** A question; see `Case` in seen.py. */
export interface PythonCase {
  readonly client: PythonClient;
  /** What the client does; without it, it asks for an answer. */
  readonly call?: string;
  /** Scheme, host and port, without a path. */
  readonly base_url: string;
  readonly key?: string;
  readonly model: string;
  readonly how: 'whole' | 'stream' | 'helper';
  /** Arguments beside the model, in the client's own words. */
  readonly more?: JsonObject;
}

/** What the client saw; see `Seen` in seen.py. */
export interface PythonSeen {
  readonly text: string;
  readonly refusal: string;
  readonly reasoning: string;
  readonly calls: readonly {
    readonly name: string | null;
    readonly arguments: Json;
    readonly id: string | null;
  }[];
  readonly finish: string | null;
  readonly usage: PythonUsage | null;
  readonly others: readonly string[];
  /** Addresses that the answer cites. */
  readonly links: readonly string[];
  readonly images: number;
  readonly value: Json;
  readonly raised: PythonRaised | null;
}

export interface PythonUsage {
  readonly input: number | null;
  readonly output: number | null;
  readonly cached: number | null;
  readonly reasoning: number | null;
  readonly written: number | null;
  readonly total: number | null;
}

export interface PythonRaised {
  readonly classes: readonly string[];
  readonly message: string;
  readonly status: number | null;
  readonly code: string | null;
}

export interface PythonLane {
  ask(question: PythonCase): Promise<PythonSeen>;
  stop(): Promise<void>;
}

export const PYTHON = process.env['CLEW_PYTHON'] ?? join(ROOT, '.venv/bin/python');

/** Why the clients cannot be asked, as a line that says what to install; undefined when they can. */
export const PYTHON_LACKS: string | undefined = whatLacks();

function whatLacks(): string | undefined {
  const remedy = 'npm run python (Python 3.10 or newer, with venv)';
  if (!existsSync(PYTHON)) return `no Python at ${PYTHON}; ${remedy}`;
  const checked = Bun.spawnSync([PYTHON, '-B', `${FOLDER}/check.py`], { cwd: ROOT });
  if (checked.success) return undefined;
  const wrong = `${checked.stdout.toString()}${checked.stderr.toString()}`.trim().split('\n');
  return `${wrong.slice(0, 3).join(', ')}; ${remedy}`;
}

/** Whether a suite of Python clients is to be skipped, said loudly; under CI=true it fails instead. */
export function skipsPython(suite: string): boolean {
  if (PYTHON_LACKS === undefined) return false;
  const line = `${suite}: the Python clients are not installed: ${PYTHON_LACKS}`;
  if (process.env['CI'] === 'true') throw new Error(line);
  console.warn(`SKIPPED: ${line}`);
  return true;
}

/** For `beforeAll`: a machine that is busy takes its time to load the clients. */
export const PYTHON_START_MS = 60_000;

/** Resolves when the clients are loaded. */
export async function startPythonLane(): Promise<PythonLane> {
  const child = Bun.spawn([PYTHON, '-B', 'lane.py'], {
    cwd: join(ROOT, FOLDER),
    // Nothing of the machine's own may change where clients go, or with what key.
    env: { PATH: process.env['PATH'] ?? '', PYTHONUTF8: '1' },
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'inherit',
  });
  const loaded = Promise.withResolvers<PythonSeen>();
  const waiting = new Map([[0, loaded]]);
  let asked = 0;
  const reading = readLines(child.stdout, (line) => {
    const { id, seen } = JSON.parse(line) as { id: number; seen: PythonSeen };
    waiting.get(id)?.resolve(seen);
    waiting.delete(id);
  }).finally(() => {
    for (const { reject } of waiting.values()) reject(new Error('the Python lane ended'));
  });
  await loaded.promise;
  return {
    ask: (question) => {
      asked += 1;
      const answer = Promise.withResolvers<PythonSeen>();
      waiting.set(asked, answer);
      void child.stdin.write(`${JSON.stringify({ id: asked, ...question })}\n`);
      void child.stdin.flush();
      return answer.promise;
    },
    stop: async () => {
      void child.stdin.end();
      await reading;
      await child.exited;
    },
  };
}

async function readLines(bytes: ReadableStream<Uint8Array>, take: (line: string) => void): Promise<void> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of bytes) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) take(line);
  }
}
