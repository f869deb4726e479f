// Finds the Bun that npm installed beside this package, and runs it. Plain Node, no dependencies: this runs before Bun does.

import { spawn } from 'node:child_process';
import { accessSync, constants, readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants as osConstants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

/** Bun's HTTP client lets so many requests go at once, and reads the variable only when the process starts. */
const HTTP_REQUESTS_MAX = '65336';

/** Bytes. Where install scripts were not run, the `bun` package holds a placeholder of a few lines. */
const EXECUTABLE_MIN_BYTES = 1_000_000;

/** Signals that end or reload the gateway. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];
/** A terminal gives Ctrl-C to the child as well; passed on, it would come twice, and twice means at once. */
const SIGNALS_AT_TERMINAL = ['SIGTERM', 'SIGHUP'];

const ARCHITECTURES = { x64: 'x64', arm64: 'aarch64' };
const SYSTEMS = { linux: 'linux', android: 'linux', darwin: 'darwin', freebsd: 'freebsd', win32: 'windows' };

/**
 * The path of an executable, or an error message that says what to do.
 * @param {string | URL} from A file of the package: the search begins there, as `import` would, so that hoisting works.
 * @returns {{ path: string } | { error: string }}
 */
export function findBun(from) {
  const require = createRequire(from);
  const candidates = [...platformExecutables(require), ...packageExecutables(require), ...pathExecutables()];
  const path = candidates.find(isExecutable);
  return path === undefined ? { error: notFound() } : { path };
}

/** The package of this platform: it holds the executable until an install script moves it into the `bun` package. */
function* platformExecutables(require) {
  const requireFromBun = requireOf(require, 'bun') ?? require;
  for (const name of platformPackages(process.platform, process.arch, isMusl())) {
    // Strict installers put it beside `bun`, out of sight of this package.
    for (const resolver of [require, requireFromBun]) {
      const directory = packageDirectory(resolver, name);
      if (directory !== undefined) yield join(directory, 'bin', executable('bun'));
    }
  }
}

/** Names of packages that may hold an executable for this platform, the likeliest first. */
export function platformPackages(platform, architecture, musl) {
  const system = SYSTEMS[platform];
  const machine = ARCHITECTURES[architecture];
  if (system === undefined || machine === undefined) return [];
  const name = `@oven/bun-${system}-${machine}`;
  if (platform === 'android') return [`${name}-android`];
  if (system !== 'linux') return [name];
  return musl ? [`${name}-musl`, name] : [name, `${name}-musl`];
}

function* packageExecutables(require) {
  const directory = packageDirectory(require, 'bun');
  if (directory === undefined) return;
  // It is called bun.exe on every platform.
  yield join(directory, 'bin', 'bun.exe');
  yield join(directory, 'bin', 'bun');
}

function* pathExecutables() {
  for (const directory of (process.env.PATH ?? '').split(delimiter)) {
    if (directory !== '') yield join(directory, executable('bun'));
  }
}

function executable(name) {
  return process.platform === 'win32' ? `${name}.exe` : name;
}

function packageDirectory(require, name) {
  try {
    return dirname(require.resolve(`${name}/package.json`));
  } catch {
    return undefined;
  }
}

function requireOf(require, name) {
  const directory = packageDirectory(require, name);
  return directory === undefined ? undefined : createRequire(join(directory, 'package.json'));
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    const facts = statSync(path);
    return facts.isFile() && facts.size >= EXECUTABLE_MIN_BYTES;
  } catch {
    return false;
  }
}

/** Distributions without glibc have a loader of musl's name. */
function isMusl() {
  if (process.platform !== 'linux') return false;
  try {
    return readdirSync('/lib').some((name) => name.startsWith('ld-musl-'));
  } catch {
    return false;
  }
}

function notFound() {
  const name = platformPackages(process.platform, process.arch, isMusl())[0];
  return [
    `No Bun executable for ${process.platform} ${process.arch}.`,
    name === undefined
      ? 'Bun does not exist for this platform.'
      : `Run \`npm install\` again without --omit=optional, so that ${name} is installed, or put \`bun\` on the PATH.`,
  ].join('\n');
}

/**
 * Runs Bun in place of this process: the same terminal, the same signals, the same exit code.
 * @param {string | URL} from A file of the package.
 * @param {readonly string[]} args
 */
export function runBun(from, args) {
  const found = findBun(from);
  if ('error' in found) {
    process.stderr.write(`${found.error}\n`);
    process.exitCode = 1;
    return;
  }
  const child = spawn(found.path, args, {
    stdio: 'inherit',
    env: {
      ...process.env,
      BUN_CONFIG_MAX_HTTP_REQUESTS: process.env.BUN_CONFIG_MAX_HTTP_REQUESTS ?? HTTP_REQUESTS_MAX,
    },
  });
  const passedOn = process.stdin.isTTY === true ? SIGNALS_AT_TERMINAL : SIGNALS;
  for (const signal of SIGNALS) {
    // Listening also keeps this process from ending before its child.
    process.on(signal, () => passedOn.includes(signal) && child.kill(signal));
  }
  child.on('error', (error) => {
    process.stderr.write(`${found.path}: ${error.message}\n`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    process.exit(code ?? 128 + (osConstants.signals[signal] ?? 0));
  });
}
