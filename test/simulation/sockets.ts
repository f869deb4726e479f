// The same question over real sockets: a whole gateway in front of the simulator, four targets of one model, one of which
// falls ill and recovers. Time is the machine's own, so whoever judges must leave it room.

import { startTestGateway, until } from '../support/gateway.ts';
import type { TestGateway } from '../support/gateway.ts';

const TARGETS = ['a', 'b', 'c', 'd'] as const;
const ILL = 'sim/d';

export interface SocketsOptions {
  /** Milliseconds to the first content of those who are well. */
  readonly firstMs: number;
}

export type Wrong = 'ten times slower' | 'failing fast';

/** Four targets, and requests to them. Stop it. */
export class Sockets {
  readonly #gateway: TestGateway;
  readonly #firstMs: number;
  #sent = 0;
  readonly failed: number[] = [];

  constructor(gateway: TestGateway, { firstMs }: SocketsOptions) {
    this.#gateway = gateway;
    this.#firstMs = firstMs;
  }

  static async start(options: SocketsOptions): Promise<Sockets> {
    const models = `  m: { strategy: latency, targets: [ ${TARGETS.map((name) => `sim/${name}`).join(', ')} ] }`;
    const sockets = new Sockets(await startTestGateway({ models }), options);
    for (const name of TARGETS) await sockets.#terms(name, options.firstMs);
    return sockets;
  }

  async fallIll(wrong: Wrong): Promise<void> {
    if (wrong === 'failing fast') this.#gateway.simulator.setFault('d', 'status-500');
    else await this.#terms('d', 10 * this.#firstMs);
  }

  async recover(): Promise<void> {
    this.#gateway.simulator.setFault('d', null);
    await this.#terms('d', this.#firstMs);
  }

  /** Sends so many, so many at once. */
  async send(count: number, atOnce: number): Promise<void> {
    let left = count;
    const one = async (): Promise<void> => {
      while (left > 0) {
        left -= 1;
        await this.#ask();
      }
    };
    await Promise.all(Array.from({ length: atOnce }, one));
    await this.#settled();
  }

  /** Sends so many a second for a while, whether they are answered or not. */
  async sendFor(durationMs: number, perSecond: number): Promise<void> {
    const asked: Promise<void>[] = [];
    const startedAt = performance.now();
    for (let count = 0; ; count += 1) {
      const dueMs = (count * 1_000) / perSecond;
      if (dueMs >= durationMs) break;
      const waitMs = dueMs - (performance.now() - startedAt);
      if (waitMs > 0) await Bun.sleep(waitMs);
      asked.push(this.#ask());
    }
    await Promise.all(asked);
    await this.#settled();
  }

  /** The part of the last so many requests of which the ill target was asked first. */
  share(last: number): number {
    const records = this.#gateway.generations.slice(-last);
    const first = records.filter(({ attempts }) => attempts[0]?.target === ILL);
    return first.length / Math.max(1, records.length);
  }

  stop(): Promise<void> {
    return this.#gateway.stop();
  }

  async #ask(): Promise<void> {
    this.#sent += 1;
    const body = JSON.stringify({
      model: 'm',
      stream: true,
      messages: [{ role: 'user', content: 'Say it.' }],
    });
    const response = await fetch(`${this.#gateway.url}/chat/completions`, { method: 'POST', body });
    await response.text();
    if (response.status !== 200) this.failed.push(response.status);
  }

  #settled(): Promise<void> {
    return until(() => this.#gateway.generations.length === this.#sent);
  }

  async #terms(model: string, firstMs: number): Promise<void> {
    const url = this.#gateway.simulator.url.replace('/v1', '/_sim/terms');
    const body = JSON.stringify({ model, terms: `words-20+ttft-${firstMs}` });
    const response = await fetch(url, { method: 'POST', body });
    if (response.status !== 200) throw new Error(await response.text());
  }
}
