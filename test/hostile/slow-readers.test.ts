// Clients that stop reading, or read slowly, while the provider sends as fast as it can: what is held for them stays
// small, and the provider is held back. Three processes: this one reads, one is the gateway, one the provider.

import { afterAll, beforeAll, describe, expect, test } from 'bun:test';

import { startGatewayProcess, startSimulatorProcess } from '../support/processes.ts';
import type { GatewayProcess, SimulatorProcess } from '../support/processes.ts';
import { openReader } from '../support/reader.ts';
import type { Reader } from '../support/reader.ts';

const MB = 1_048_576;
const READERS = 50;
/** About 220 MB for each reader, 11 GB in all: a gateway that gathers cannot hide. */
const MODEL = 'sim/words-1000000';
/** Less than half of an answer; what has left the provider fills the buffers of the kernel, which may grow to some 70 MB. */
const SENT_MAX = 96 * MB;
/** Resident bytes for each reader, at the worst moment: the platform's own buffers on both sides of the gateway. */
const HELD_MAX = 8 * MB;
const KB = 1_024;

describe.each([true, false])('passthrough %p', (passthrough) => {
  let simulator: SimulatorProcess;
  let gateway: GatewayProcess;

  beforeAll(async () => {
    simulator = await startSimulatorProcess();
    gateway = await startGatewayProcess(`server: { passthrough: ${passthrough} }
providers: { sim: { dialect: openai-chat, url: "${simulator.url}", auth: none } }
`);
    expect(await ask('sim/words-2000')).toBe(200);
  });
  afterAll(() => Promise.all([gateway.stop(), simulator.stop()]));

  async function ask(model: string): Promise<number> {
    const body = { model, stream: true, messages: [{ role: 'user', content: 'Go.' }] };
    const url = `http://127.0.0.1:${gateway.port}/v1/chat/completions`;
    const response = await fetch(url, { method: 'POST', body: JSON.stringify(body) });
    expect(await response.text()).toContain('[DONE]');
    return response.status;
  }

  async function sent(): Promise<readonly number[]> {
    return (await simulator.bytesOut()).slice(-READERS);
  }

  test.each([
    ['stop reading', [0]],
    ['read slowly', [KB, 256 * KB]],
  ] as const)(
    'fifty clients that %s',
    async (_, rates) => {
      const before = await gateway.residentBytes();
      let peak = before;
      const look = async (): Promise<number> => {
        peak = Math.max(peak, await gateway.residentBytes());
        return (await sent()).reduce((sum, bytes) => sum + bytes, 0);
      };
      const readers = await Promise.all(
        Array.from({ length: READERS }, (__, index) =>
          openReader({
            port: gateway.port,
            model: MODEL,
            stopAfter: 4 * KB,
            bytesPerSecond: rates[index % rates.length] ?? 0,
          }),
        ),
      );
      await Promise.all(readers.map(({ full }) => full));
      await untilHeldBack(look, readers, rates.at(-1) ?? 0);
      expect(await gateway.metric('clew_exchanges_in_flight')).toBe(READERS);
      const most = Math.max(...(await sent()));
      const grown = peak - before;
      console.log(
        `passthrough ${passthrough}, ${rates.join(' and ')} bytes/s: ${Math.round(grown / MB)} MB more resident for ` +
          `${READERS} readers; at most ${Math.round(most / MB)} MB of an answer left the provider`,
      );
      expect(most).toBeLessThan(SENT_MAX);
      expect(grown).toBeLessThan(READERS * HELD_MAX);
      for (const { close } of readers) close();
      while ((await gateway.metric('clew_exchanges_in_flight')) > 0) await Bun.sleep(50);
      expect(await ask('sim/hello')).toBe(200);
    },
    90_000,
  );
});

/**
 * Readers that stopped: until nothing leaves the provider any more. Slow ones: until the fastest have come back for more
 * a few times, each while the others wait.
 */
async function untilHeldBack(
  look: () => Promise<number>,
  readers: readonly Reader[],
  fastest: number,
): Promise<void> {
  const first = readers.map(({ received }) => received());
  let last = -1;
  for (;;) {
    const total = await look();
    const moved = readers.filter(({ received }, index) => received() >= 3 * (first[index] ?? 0)).length;
    if (fastest === 0 ? total === last : moved >= READERS / 2) return;
    last = total;
    await Bun.sleep(1_000);
  }
}
