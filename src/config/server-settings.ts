// Where Clew listens and where it keeps its records: from the command line, CLEW_ variables, the file, HOST and PORT, or
// the defaults, in this order.

import { join } from 'node:path';
import { asArray, asObject, asString } from '#base/json.ts';
import type { JsonObject } from '#base/json.ts';
import type { Environment } from '#secrets/env.ts';
import { isLoopback, parseAddress, printAddress } from './address.ts';
import { readVariable } from './environment.ts';
import type { Complaint, Path } from './problem.ts';
import type { Config } from './schema.ts';
import type { Address, ServerSettings } from './snapshot.ts';

/** What the command line says; as written. */
export interface Overrides {
  readonly listen?: string | undefined;
  readonly admin?: string | undefined;
  /** A directory. */
  readonly data?: string | undefined;
}

const DEFAULT_HOST = '127.0.0.1';
const DEFAULT_PORT = '4100';
const DEFAULT_ADMIN = '127.0.0.1:4101';
const DEFAULT_STORAGE = 'sqlite:./data/clew.db';
const DEFAULT_BODY_LIMIT = 32 * 1_048_576;
const DEFAULT_BODY_DEADLINE_MS = 30_000;
/** Shorter than what proxies allow a silent connection: most give a minute, some half of it. */
const DEFAULT_KEEP_ALIVE_MS = 15_000;
const DEFAULT_DRAIN_MS = 30_000;
/** Twice the streams that a process is meant to hold, and a heap that a small machine has. */
const DEFAULT_SHED = { loopDelayMs: 100, heapBytes: 1.5 * 1_073_741_824, inFlight: 10_000 };

type Plane = 'listen' | 'admin';

/** An address as somebody wrote it, and who. */
interface Written {
  readonly text: string;
  readonly path: Path;
  /** Absent when it stands in the file. */
  readonly origin?: string;
}

export interface ServerSource {
  readonly raw: JsonObject;
  readonly env: Environment;
  readonly overrides: Overrides;
}

export function checkServer(source: ServerSource): readonly Complaint[] {
  const listen = checkAddress('listen', source);
  const admin = checkAddress('admin', source);
  return [...listen, ...admin, ...checkSamePort(source)];
}

function checkAddress(plane: Plane, source: ServerSource): readonly Complaint[] {
  const written = writtenAddress(plane, source);
  const { path, origin } = written;
  const address = parseAddress(written.text);
  if (address === undefined) {
    // In the file the schema has said so already.
    return origin === undefined ? [] : [{ path, origin, message: 'not an address', expected: 'HOST:PORT' }];
  }
  if (isLoopback(address) || (asArray(source.raw.keys) ?? []).length > 0) return [];
  const message = `${printAddress(address)} can be reached from other machines, but no key is defined`;
  return [{ path, origin, message, expected: 'keys, or a loopback address such as 127.0.0.1' }];
}

function checkSamePort(source: ServerSource): readonly Complaint[] {
  const listen = parseAddress(writtenAddress('listen', source).text);
  const { text, path, origin } = writtenAddress('admin', source);
  const admin = parseAddress(text);
  if (listen === undefined || admin === undefined || admin.port === 0) return [];
  if (printAddress(listen) !== printAddress(admin)) return [];
  return [{ path, origin, message: 'the data plane listens there', expected: 'another port' }];
}

function writtenAddress(plane: Plane, { raw, env, overrides }: ServerSource): Written {
  const path = ['server', plane];
  const option = overrides[plane];
  if (option !== undefined) return { text: option, path, origin: `--${plane}` };
  const variable = `CLEW_${plane.toUpperCase()}`;
  const value = readVariable(env, variable);
  if (value !== undefined) return { text: value, path, origin: variable };
  const inFile = asObject(raw.server)?.[plane];
  // A value of a wrong kind is in the file all the same: the schema complains about it, and nothing else may take its place.
  if (inFile !== undefined) return { text: asString(inFile) ?? '', path };
  return plane === 'admin' ? { text: DEFAULT_ADMIN, path, origin: 'default' } : platformAddress(env, path);
}

/** HOST and PORT, as platforms set them. An IPv6 host gets its brackets. */
function platformAddress(env: Environment, path: Path): Written {
  const host = readVariable(env, 'HOST');
  const port = readVariable(env, 'PORT');
  const names = [host === undefined ? '' : 'HOST', port === undefined ? '' : 'PORT'].filter(
    (name) => name !== '',
  );
  const bracketed = host?.includes(':') === true && !host.startsWith('[') ? `[${host}]` : host;
  const text = `${bracketed ?? DEFAULT_HOST}:${port ?? DEFAULT_PORT}`;
  return { text, path, origin: names.length === 0 ? 'default' : names.join(' and ') };
}

/** Only after `checkServer` and the schema found nothing. */
export function serverSettings(config: Config, source: ServerSource): ServerSettings {
  return {
    listen: checkedAddress('listen', source),
    admin: checkedAddress('admin', source),
    bodyLimit: config.server?.body_limit ?? DEFAULT_BODY_LIMIT,
    bodyDeadlineMs: config.server?.body_deadline ?? DEFAULT_BODY_DEADLINE_MS,
    drainMs: config.server?.drain ?? DEFAULT_DRAIN_MS,
    keepAliveMs: config.server?.keep_alive ?? DEFAULT_KEEP_ALIVE_MS,
    passthrough: config.server?.passthrough ?? true,
    ...shedLimits(config.server?.shed),
  };
}

function shedLimits(written: NonNullable<Config['server']>['shed'] = {}): Pick<ServerSettings, 'shed'> {
  if (written === 'off') return {};
  const { loop_delay: loopDelayMs, heap: heapBytes, in_flight: inFlight } = written;
  return {
    shed: {
      loopDelayMs: loopDelayMs ?? DEFAULT_SHED.loopDelayMs,
      heapBytes: heapBytes ?? DEFAULT_SHED.heapBytes,
      inFlight: inFlight ?? DEFAULT_SHED.inFlight,
    },
  };
}

function checkedAddress(plane: Plane, source: ServerSource): Address {
  const address = parseAddress(writtenAddress(plane, source).text);
  if (address === undefined) throw new Error(`the address of ${plane} was not checked`);
  return address;
}

export function storageUrl(config: Config, { env, overrides }: ServerSource): string {
  const directory = overrides.data ?? readVariable(env, 'CLEW_DATA');
  if (directory !== undefined) return `sqlite:${join(directory, 'clew.db')}`;
  return config.storage?.url ?? DEFAULT_STORAGE;
}
