// Clients that leave at random points of streams and of whole answers. Both ends and the gateway are in this process, so there is
// one clock; that they share one thread can only make the measured time longer.

import { seededDraw } from '#base/random.ts';
import type { Draw } from '#base/random.ts';
import { until } from './gateway.ts';
import type { TestGateway } from './gateway.ts';

const AT_ONCE = 25;
/**
 * Shorter than any answer, so that every client leaves one that is not over; and much longer than a request takes to reach the
 * provider over a new connection, which is all that they have here.
 */
const STAY_MS_MAX = 300;
const MODELS = { stream: 'sim/words-2000+ttft-20+rate-1000', whole: 'sim/words-400+ttft-20+rate-400' };

export interface Departures {
  /** Milliseconds from the client's close to the provider's sight of it, in ascending order. */
  readonly delays: readonly number[];
  /** Clients that left before their request had reached the provider. */
  readonly early: number;
  /** How the calls ended at the provider. */
  readonly endings: ReadonlySet<string | null>;
}

/** Forgets what the simulator had seen before. */
export async function leaveAtRandom(gateway: TestGateway, count: number, seed: number): Promise<Departures> {
  gateway.simulator.clear();
  const draw = seededDraw(seed);
  const left = new Map<string, number>();
  for (let begun = 0; begun < count; begun += AT_ONCE) {
    const names = Array.from({ length: Math.min(AT_ONCE, count - begun) }, (_, index) => `c${begun + index}`);
    await Promise.all(names.map(async (name) => left.set(name, await comeAndGo(gateway.port, name, draw))));
  }
  await until(() => gateway.simulator.entries().every(({ ended }) => ended !== null));
  const entries = gateway.simulator.entries();
  const delays = entries.map(({ model, clientGoneMs }) => {
    const leftMs = left.get(model?.split('+').at(-1) ?? '');
    return (clientGoneMs ?? Number.NaN) - (leftMs ?? Number.NaN);
  });
  return {
    delays: delays.toSorted((a, b) => a - b),
    early: count - entries.length,
    endings: new Set(entries.map(({ ended }) => ended)),
  };
}

/** Milliseconds since 1970, as the simulator's log has them. */
const nowMs = (): number => performance.timeOrigin + performance.now();

/** Asks, stays for a while, and leaves without a word. Gives when it left. */
async function comeAndGo(port: number, name: string, draw: Draw): Promise<number> {
  const stream = draw() < 0.7;
  const body = JSON.stringify({
    model: `${stream ? MODELS.stream : MODELS.whole}+${name}`,
    stream,
    messages: [{ role: 'user', content: 'Go.' }],
  });
  const stayMs = draw() * STAY_MS_MAX;
  const abruptly = draw() < 0.5;
  const socket = await Bun.connect({
    hostname: '127.0.0.1',
    port,
    socket: {
      open: (opened) =>
        void opened.write(
          `POST /v1/chat/completions HTTP/1.1\r\nhost: clew\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
        ),
      data() {},
    },
  });
  await Bun.sleep(stayMs);
  const leftMs = nowMs();
  if (abruptly) socket.terminate();
  else socket.end();
  return leftMs;
}
