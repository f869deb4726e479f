// A gateway and a simulator in processes of their own, started through the launcher as a user starts them: what they do
// to memory, and what a signal does to them, is seen from outside.

import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

import { asArray, asNumber, asObject, parseJson } from '#base/json.ts';
import { freshFolder } from './folder.ts';

const ROOT = join(import.meta.dir, '../..');

export interface Child {
  readonly port: number;
  readonly kill: (signal: NodeJS.Signals) => void;
  /** Kills it outright, with all that it started. */
  readonly stop: () => Promise<void>;
  /** The exit code of the process. */
  readonly exited: Promise<number>;
  /** What it wrote, to either stream; the last megabyte. */
  readonly output: () => string;
}

export interface GatewayProcess extends Child {
  readonly adminPort: number;
  /** The configuration it reads; `freshFolder` has it. */
  readonly file: string;
  /** Bytes of physical memory, as the process itself says on its admin port. */
  residentBytes(): Promise<number>;
  /** A figure of the metrics by its name; the first series of it. */
  metric(name: string): Promise<number>;
  /** The lines of its log with this event, oldest first. */
  events(event: string): readonly Readonly<Record<string, unknown>>[];
}

export interface GatewayProcessOptions {
  /** How it is started: the arguments before the command; by default the launcher under Node. */
  readonly command?: readonly string[];
  readonly cwd?: string;
  readonly folder?: string;
  /** More words for the command line. */
  readonly args?: readonly string[];
}

/** `config` is YAML besides what every test needs. */
export async function startGatewayProcess(
  config: string,
  options: GatewayProcessOptions = {},
): Promise<GatewayProcess> {
  const folder = options.folder ?? freshFolder();
  const file = join(folder, 'clew.yaml');
  await Bun.write(file, `environment: off\n${config}`);
  const addresses = ['--listen', '127.0.0.1:0', '--admin', '127.0.0.1:0'];
  const command = options.command ?? LAUNCHER;
  const more = options.args ?? [];
  const args = ['serve', '--config', file, '--data', folder, '--log', 'json', ...addresses, ...more];
  const child = launch([...command, ...args], { cwd: options.cwd ?? ROOT });
  const { port, adminPort } = await addressesOf(child);
  const metric = (name: string): Promise<number> => readMetric(adminPort, name);
  return {
    port,
    adminPort,
    file,
    kill: child.kill,
    stop: child.stop,
    exited: child.exited,
    output: child.output,
    metric,
    residentBytes: () => metric('process_resident_memory_bytes'),
    events: (event) => eventsIn(child.output(), event),
  };
}

/** Workers cannot share a port that each of them is given by chance. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export const LAUNCHER: readonly string[] = ['node', 'bin/clew.mjs'];

/** The ports in the text at the start. */
export async function addressesOf(child: Launched): Promise<{ port: number; adminPort: number }> {
  const welcome = /clients\s+http:\/\/127\.0\.0\.1:(\d+)[^]*admin\s+http:\/\/127\.0\.0\.1:(\d+)/;
  const [, port, adminPort] = await child.said(welcome);
  return { port: Number(port), adminPort: Number(adminPort) };
}

async function readMetric(adminPort: number, name: string): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${adminPort}/metrics`)).text();
  const value = new RegExp(`^${name}(?:\\{.*\\})? (\\S+)$`, 'm').exec(text)?.[1];
  if (value === undefined) throw new Error(`no metric ${name}`);
  return Number(value);
}

export function eventsIn(output: string, event: string): readonly Readonly<Record<string, unknown>>[] {
  return output.split('\n').flatMap((line) => {
    const entry = asObject(parseJson(line));
    return entry?.['event'] === event ? [entry] : [];
  });
}

export interface SimulatorProcess extends Child {
  readonly url: string;
  /** Bytes handed to the kernel so far, for each attempt, oldest first. */
  bytesOut(): Promise<readonly number[]>;
}

export async function startSimulatorProcess(): Promise<SimulatorProcess> {
  const child = launch([...LAUNCHER, 'simulate', '--port', '0', '--json'], { cwd: ROOT });
  const [, url = '', port] = await child.said(/"url":"(http:\/\/127\.0\.0\.1:(\d+)\/v1)"/);
  return {
    url,
    port: Number(port),
    kill: child.kill,
    stop: child.stop,
    exited: child.exited,
    output: child.output,
    bytesOut: async () => {
      const attempts = parseJson(await (await fetch(`http://127.0.0.1:${port}/_sim/attempts`)).text());
      return (asArray(attempts) ?? []).map((entry) => asNumber(asObject(entry)?.['bytesOut']) ?? 0);
    },
  };
}

export interface Launched {
  readonly kill: (signal: NodeJS.Signals) => void;
  /** Kills it outright, with all that it started. */
  readonly stop: () => Promise<void>;
  readonly exited: Promise<number>;
  readonly output: () => string;
  /** Waits until the output matches; rejects when it ends without. */
  readonly said: (pattern: RegExp) => Promise<RegExpExecArray>;
}

/** Output is read to its end: a full pipe would hold the process up. */
const OUTPUT_LENGTH_MAX = 1_000_000;

const running = new Set<number>();

process.once('exit', () => {
  for (const pid of running) killGroup(pid);
});

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // All of it is gone already.
  }
}

export interface LaunchOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

export function launch(command: readonly string[], { cwd, env = process.env }: LaunchOptions): Launched {
  const child = Bun.spawn([...command], {
    cwd,
    env,
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
    // A group of its own: a launcher that is killed outright cannot take its child along.
    detached: true,
  });
  const stop = async (): Promise<void> => {
    killGroup(child.pid);
    await child.exited;
  };
  running.add(child.pid);
  void child.exited.then(() => running.delete(child.pid));
  let text = '';
  let heard = (): void => {};
  const listen = async (stream: ReadableStream<Uint8Array>): Promise<void> => {
    const decoder = new TextDecoder();
    for await (const bytes of stream) {
      text = (text + decoder.decode(bytes, { stream: true })).slice(-OUTPUT_LENGTH_MAX);
      heard();
    }
  };
  const ended = Promise.all([listen(child.stdout), listen(child.stderr)]);
  return {
    kill: (signal) => child.kill(signal),
    stop,
    exited: child.exited,
    output: () => text,
    said: (pattern) =>
      new Promise((found, reject) => {
        heard = () => {
          const match = pattern.exec(text);
          if (match !== null) found(match);
        };
        heard();
        const fail = (): void => reject(new Error(`it ended before it said ${pattern}: ${text}`));
        ended.then(fail, fail);
      }),
  };
}
