// Connections that wait for their next call, by origin. The one that was used last is used next, so that what is not needed
// grows old and is closed.

import { TurnsEnd } from '#base/turns-end.ts';
import { Call } from './call.ts';
import { Connection } from './connection.ts';

/** Most servers close a connection that waits for a minute or more; before that it is closed here. */
const IDLE_MS_MAX = 55_000;
const SWEEP_MS = 5_000;
/** Of one origin. */
const IDLE_MAX = 512;

const waiting = new Map<string, Connection[]>();
let sweeper: Timer | undefined;

/**
 * Connections whose answer came in this turn of the loop. A peer that closes behind its answer without a word is heard in the
 * next turn; a call sent before that would be lost.
 */
const resting = new TurnsEnd<Connection>((connection) => {
  if (connection.usable) keep(connection);
});

/** Those that carry a call of this turn. */
const asking = new TurnsEnd<Connection>((connection) => connection.ask());

const EVENTS = { idle: (connection: Connection) => resting.add(connection), gone: forget, unsent: dispatch };

/** Sends the call over a connection that waits, or over a new one. */
export function dispatch(call: Call): void {
  const idle = waiting.get(call.address.origin);
  for (let connection = idle?.pop(); connection !== undefined; connection = idle?.pop()) {
    if (!connection.usable) continue;
    connection.carry(call);
    // Alone it has nobody to wait for.
    return Call.underWay === 1 ? connection.ask() : asking.add(connection);
  }
  void new Connection(call, EVENTS);
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
    for (const connection of idle.filter(({ idleSince }) => idleSince < longAgo)) connection.close();
    if (idle.length === 0) waiting.delete(origin);
  }
  if (waiting.size > 0) return;
  clearInterval(sweeper);
  sweeper = undefined;
}
