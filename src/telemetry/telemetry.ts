// What exchanges tell the operator: each one is counted and gets one line.

import type { ExchangeFacts } from './exchange-facts.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';

export class Telemetry {
  readonly #log: Log;
  readonly #metrics: Metrics;

  constructor(log: Log, metrics: Metrics) {
    this.#log = log;
    this.#metrics = metrics;
  }

  /** `text` is the generation as JSON. */
  generation(facts: ExchangeFacts, text: string): void {
    this.#metrics.observe(facts);
    this.#log.exchange(text);
  }

  /** An exchange that ended before it had a plan; no record is kept of it. */
  refused(path: string, { code, message }: { readonly code: string; readonly message: string }): void {
    this.#log.warn('refused', { path, code, message });
  }

  /** A bug, or a loss that must be seen. */
  alarm(message: string, detail: unknown): void {
    const error = detail instanceof Error ? (detail.stack ?? detail.message) : detail;
    this.#log.error(message, { error });
  }
}
