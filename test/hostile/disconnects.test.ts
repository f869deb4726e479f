// Clients that leave at random points of streams and of whole answers: the provider sees it at once, nothing stays
// behind, and the gateway goes on.

import { afterAll, beforeAll, expect, test } from 'bun:test';

import { leaveAtRandom } from '../support/departures.ts';
import { startTestGateway, until, untilIdle } from '../support/gateway.ts';
import type { TestGateway } from '../support/gateway.ts';
import { openSockets } from '../support/sockets.ts';

const DISCONNECTS = Number(process.env['CLEW_DISCONNECTS'] ?? 1_000);
/** Milliseconds from the client's close to the provider's sight of it, for 99 of 100. */
const P99_MS_MAX = 100;
/** On a machine that others keep busy a round may be slow; the bound stays, the round may be repeated. */
const ROUNDS = 3;
let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway.stop());

async function works(): Promise<void> {
  const response = await fetch(`${gateway.url}/chat/completions`, {
    method: 'POST',
    body: JSON.stringify({ model: 'sim/hello', messages: [{ role: 'user', content: 'Hi.' }] }),
    headers: { connection: 'close' },
  });
  expect([response.status, (await response.text()).includes('Hi.')]).toEqual([200, true]);
}

test(`${DISCONNECTS} clients that leave at random points: the provider sees it within ${P99_MS_MAX} ms`, async () => {
  await works();
  await untilIdle(gateway);
  const sockets = openSockets();
  const records = gateway.generations.length;
  let best = Number.POSITIVE_INFINITY;
  let seen = 0;
  for (let number = 0; number < ROUNDS && best > P99_MS_MAX; number += 1) {
    const { delays, early, endings } = await leaveAtRandom(gateway, DISCONNECTS, 5 + number);
    // Nobody stayed to the end, and nobody was mistaken for someone who did.
    expect(endings).toEqual(new Set(['client-gone']));
    expect(delays.filter(Number.isNaN)).toEqual([]);
    const at = (share: number): number => delays[Math.ceil(delays.length * share) - 1] ?? Number.NaN;
    console.log(
      `${delays.length} disconnects (${early} before the provider was asked): ` +
        `p50 ${at(0.5).toFixed(1)} ms, p99 ${at(0.99).toFixed(1)} ms, longest ${at(1).toFixed(1)} ms`,
    );
    expect(early).toBeLessThan(DISCONNECTS / 10);
    best = Math.min(best, at(0.99));
    seen += delays.length;
  }
  expect(best).toBeLessThanOrEqual(P99_MS_MAX);
  await untilIdle(gateway);
  const gone = gateway.generations.slice(records).filter(({ failure }) => failure?.code === 'client_gone');
  expect(gone.length).toBeGreaterThanOrEqual(seen);
  await works();
  await untilIdle(gateway);
  // One connection to the provider may be kept for the next request.
  await until(() => openSockets() <= sockets + 2);
  expect(gateway.alarms).toEqual([]);
}, 120_000);
