// What is measured: nginx, the bare proxy, Clew on both of its ways. Each is started with a provider to forward to.

import { existsSync, openSync, closeSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Subprocess } from 'bun';
import { freePort, listening, printedPort, LOAD_CORE, SUBJECT_CORE, type Launcher } from './launch.ts';
import { family } from './process.ts';
import { MODELS, type BenchModel } from './wire.ts';

/** A subject that runs. */
export interface Running {
  readonly port: number;
  /** All its processes. */
  readonly pids: readonly number[];
  readonly key: string;
  readonly modelName: (model: BenchModel) => string;
  readonly stop: () => Promise<void>;
}

export interface Subject {
  readonly id: 'nginx' | 'bare' | 'clew' | 'canonical';
  readonly title: string;
  /** Why it cannot run here; undefined when it can. */
  readonly missing: () => string | undefined;
  readonly start: (launcher: Launcher, upstreamPort: number) => Promise<Running>;
}

const ROOT = join(import.meta.dir, '..');
const CLEW_MAIN = 'src/main.ts';
const CLEW_KEY = 'clew-bench-key-0123456789abcdef0123456789abcdef';

function running(launcher: Launcher, child: Subprocess, port: number): Running {
  return {
    port,
    pids: family(child.pid),
    key: CLEW_KEY,
    modelName: (model) => model,
    stop: () => launcher.stop(child),
  };
}

export async function startBare(launcher: Launcher, upstreamPort: number): Promise<Running> {
  const command = [process.execPath, 'bench/bare-proxy.ts', `http://127.0.0.1:${upstreamPort}/v1`];
  const child = launcher.start(command, { core: SUBJECT_CORE, stdout: 'pipe' });
  return running(launcher, child, await printedPort(child));
}

function nginxConfig(directory: string, port: number, upstreamPort: number): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return `daemon off;
worker_processes 1;
worker_rlimit_nofile 16384;
pid ${directory}/nginx.pid;
error_log ${directory}/error.log crit;
events { worker_connections 16384; }
http {
  access_log off;
  ${temporary.map((name) => `${name}_temp_path ${directory}/${name};`).join(' ')}
  keepalive_requests 1000000000;
  upstream provider { server 127.0.0.1:${upstreamPort}; keepalive 512; keepalive_requests 1000000000; }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://provider;
      proxy_http_version 1.1;
      proxy_set_header connection "";
      proxy_buffering off;
    }
  }
}
`;
}

async function startNginx(launcher: Launcher, upstreamPort: number): Promise<Running> {
  const port = freePort();
  const directory = join(launcher.directory, `nginx-${port}`);
  await mkdir(directory);
  const config = join(directory, 'nginx.conf');
  await writeFile(config, nginxConfig(directory, port, upstreamPort));
  const command = ['nginx', '-e', join(directory, 'error.log'), '-c', config];
  const child = launcher.start(command, { core: SUBJECT_CORE });
  await listening(port);
  return running(launcher, child, port);
}

/** With prices, so that money is really counted. */
function clewConfig(upstreamPort: number, passthrough: boolean): string {
  const models = MODELS.map((model) => `      ${model}: { price: { input: 0.15, output: 0.6 } }`);
  return `server: { passthrough: ${passthrough} }
keys: [ { name: bench, secret: env:CLEW_BENCH_KEY } ]
environment: off
providers:
  bench:
    dialect: openai-chat
    url: "http://127.0.0.1:${upstreamPort}/v1"
    auth: bearer
    credentials: [ { secret: env:CLEW_BENCH_CREDENTIAL } ]
    models:
${models.join('\n')}
`;
}

export interface ClewOptions {
  readonly passthrough: boolean;
  /** For Bun itself, such as those of its profiler. */
  readonly flags?: readonly string[];
  /** The program, where it is not that of this work tree. */
  readonly main?: string;
}

/** Clew as an operator runs it: keys, journal, SQLite, metrics on, and its log read by another process. */
export async function startClew(
  launcher: Launcher,
  upstreamPort: number,
  { passthrough, flags = [], main = CLEW_MAIN }: ClewOptions,
): Promise<Running> {
  const port = freePort();
  const directory = join(launcher.directory, `clew-${port}`);
  await mkdir(directory);
  const config = join(directory, 'clew.yaml');
  await writeFile(config, clewConfig(upstreamPort, passthrough));
  const log = openLogPipe(launcher, directory);
  const addresses = [
    '--listen',
    `127.0.0.1:${port}`,
    '--admin',
    `127.0.0.1:${freePort()}`,
    '--data',
    // Not beside the configuration, whose folder is watched for changes.
    join(directory, 'data'),
  ];
  const serve = ['serve', '--config', config, ...addresses, '--log', 'json'];
  const child = launcher.start([process.execPath, ...flags, main, ...serve], {
    core: SUBJECT_CORE,
    stdout: log.descriptor,
    env: { CLEW_BENCH_KEY: CLEW_KEY, CLEW_BENCH_CREDENTIAL: 'clew-bench-credential' },
  });
  closeSync(log.descriptor);
  await listening(port);
  return {
    ...running(launcher, child, port),
    modelName: (model) => `bench/${model}`,
    stop: async () => {
      await launcher.stop(child);
      await launcher.stop(log.reader);
    },
  };
}

/** A pipe that a reader empties on the other core, as a log collector does. */
function openLogPipe(launcher: Launcher, directory: string): { descriptor: number; reader: Subprocess } {
  const pipe = `${directory}.log`;
  Bun.spawnSync(['mkfifo', pipe]);
  const reader = launcher.start(['cat', pipe], { core: LOAD_CORE });
  return { descriptor: openSync(pipe, 'w'), reader };
}

function clewMissing(): string | undefined {
  return existsSync(join(ROOT, CLEW_MAIN)) ? undefined : `${CLEW_MAIN} is not there`;
}

export const SUBJECTS: readonly Subject[] = [
  {
    id: 'nginx',
    title: 'nginx',
    missing: () => (Bun.which('nginx') ? undefined : 'nginx is not installed'),
    start: startNginx,
  },
  { id: 'bare', title: 'bare proxy', missing: () => undefined, start: startBare },
  {
    id: 'clew',
    title: 'Clew',
    missing: clewMissing,
    start: (launcher, upstreamPort) => startClew(launcher, upstreamPort, { passthrough: true }),
  },
  {
    id: 'canonical',
    title: 'Clew, canonical way',
    missing: clewMissing,
    start: (launcher, upstreamPort) => startClew(launcher, upstreamPort, { passthrough: false }),
  },
];
