// How a client that waits is shown that its stream is alive, and after how long.

import { toBytes } from '#base/bytes.ts';
import { isChat } from '#canonical/asked.ts';
import type { Clock } from '#base/clock.ts';
import type { AnyClientDialect } from '#dialects/dialect.ts';
import type { Gateway } from './gateway.ts';
import type { Prepared } from './prepared.ts';
import { Pulse } from './pulse.ts';

/** Readers of event streams skip it. */
const COMMENT = ': keep-alive\n\n';

/** Milliseconds of silence after which the client is shown something; undefined where it is not. */
export function patienceMs({ request, framing, snapshot }: Prepared): number | undefined {
  const { keepAliveMs } = snapshot.server;
  return request.stream && isChat(request) && framing === 'sse' && keepAliveMs > 0 ? keepAliveMs : undefined;
}

export function pulseFor(
  prepared: Prepared,
  { keepAlive = COMMENT }: AnyClientDialect,
  { clock }: Gateway,
): Pulse | undefined {
  const ms = patienceMs(prepared);
  return ms === undefined ? undefined : new Pulse(clock, ms, toBytes(keepAlive));
}

/** What a promise gives within a time; undefined when it takes longer. It goes on all the same, and somebody must wait for it. */
export function within<Value>(promise: Promise<Value>, ms: number, clock: Clock): Promise<Value | undefined> {
  return new Promise((resolve, reject) => {
    const alarm = clock.alarm(ms, () => resolve(undefined));
    void promise.then(resolve, reject).finally(() => alarm.clear());
  });
}
