// Times sorted into the buckets of a Prometheus histogram. The library's own observe checks and hashes its labels anew for each
// value, a microsecond each; here a value is a number in an array, and the library gets them when somebody scrapes.

import type { Registry } from 'prom-client';

import type { Labels } from './series.ts';

/** Upper bounds in seconds, ascending. What is longer counts for none of them, but in the sum. */
export const SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 80, 160, 320, 640] as const;
const MS_PER_SECOND = 1_000;

export class Tally {
  readonly #counts: number[] = SECONDS.map(() => 0);
  #count = 0;
  #sum = 0;

  /** What is no number is not worth an exchange. */
  observeMs(ms: number | undefined): void {
    if (ms === undefined || !Number.isFinite(ms)) return;
    const seconds = ms / MS_PER_SECOND;
    this.#count += 1;
    this.#sum += seconds;
    for (let index = 0; index < SECONDS.length; index += 1) {
      if (seconds > (SECONDS[index] ?? 0)) continue;
      this.#counts[index] = (this.#counts[index] ?? 0) + 1;
      return;
    }
  }

  /** As the library has them: each bucket with all below it. Nothing before the first value. */
  values(name: string, labels: Labels): readonly Value[] {
    if (this.#count === 0) return [];
    let below = 0;
    const buckets = SECONDS.map((le, index) => {
      below += this.#counts[index] ?? 0;
      return { metricName: `${name}_bucket`, labels: { le, ...labels }, value: below };
    });
    return [
      ...buckets,
      { metricName: `${name}_bucket`, labels: { le: '+Inf', ...labels }, value: this.#count },
      { metricName: `${name}_sum`, labels, value: this.#sum },
      { metricName: `${name}_count`, labels, value: this.#count },
    ];
  }
}

interface Value {
  readonly metricName: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
}

export interface TallyOptions {
  readonly name: string;
  readonly help: string;
  readonly all: () => Iterable<readonly [Labels, Tally]>;
}

/** The registry asks any object of this shape; its types know those of the library alone. */
export function registerTallies(registry: Registry, { name, help, all }: TallyOptions): void {
  const metric = {
    name,
    help,
    get: async () => ({
      name,
      help,
      type: 'histogram',
      aggregator: 'sum',
      values: [...all()].flatMap(([labels, tally]) => tally.values(name, labels)),
    }),
  };
  registry.registerMetric(metric as unknown as Parameters<Registry['registerMetric']>[0]);
}
