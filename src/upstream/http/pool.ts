// Connections that wait for their next call, by origin. The one that was used last is used next, so that what is not needed
// grows old and is closed.

import type { Call } from './call.ts';
import { Connection, STALE_AFTER_MS } from './connection.ts';

/** Most servers close a connection that waits for a minute or more; before that it is closed here. */
const IDLE_MS_MAX = 55_000;
const SWEEP_MS = 5_000;
/** Of one origin. */
const IDLE_MAX = 512;

const waiting = new Map<string, Connection[]>();
let sweeper: Timer | undefined;

const EVENTS = { idle: keep, gone: forget, stale: again };

/** Sends the call over a connection that waits, or over a new one. */
export function dispatch(call: Call): void {
  const idle = waiting.get(call.address.origin);
  for (let connection = idle?.pop(); connection !== undefined; connection = idle?.pop()) {
    if (connection.usable) return connection.carry(call);
  }
  connect(call);
}

function connect(call: Call): void {
  void new Connection(call, EVENTS);
}

/** Once, and over a new connection. Others that have waited for as long will be no better. */
function again(call: Call): void {
  const before = performance.now() - STALE_AFTER_MS;
  closeIdle(waiting.get(call.address.origin) ?? [], before);
  if (!call.ended) connect(call);
}

/** Those that have waited since before then. */
function closeIdle(idle: readonly Connection[], before: number): void {
  for (const connection of idle.filter(({ idleSince }) => idleSince < before)) connection.close();
}

function keep(connection: Connection): void {
  const { origin } = connection.address;
  const idle = waiting.get(origin) ?? [];
  if (idle.length === 0) waiting.set(origin, idle);
  if (idle.length >= IDLE_MAX) return connection.close();
  connection.idleSince = performance.now();
  idle.push(connection);
  if (sweeper === undefined) {
    sweeper = setInterval(sweep, SWEEP_MS);
    sweeper.unref();
  }
}

function forget(connection: Connection): void {
  const idle = waiting.get(connection.address.origin);
  const at = idle?.indexOf(connection) ?? -1;
  if (at >= 0) idle?.splice(at, 1);
}

function sweep(): void {
  const longAgo = performance.now() - IDLE_MS_MAX;
  for (const [origin, idle] of waiting) {
    closeIdle(idle, longAgo);
    if (idle.length === 0) waiting.delete(origin);
  }
  if (waiting.size > 0) return;
  clearInterval(sweeper);
  sweeper = undefined;
}
