// Two keys that are near their limits, and a dearer target that has room: what clients see of the limits, with and without
// a look at what the provider says is left.

import type { StrategyName } from '#routing/routes.ts';
import { mean, sum, costOfThousand } from '../traffic/figures.ts';
import { runTraffic } from '../traffic/traffic.ts';
import type { KeyLimit } from '../traffic/key-limit.ts';
import { questions } from '../traffic/asking.ts';

export interface HeadroomOptions {
  readonly kind: KeyLimit['kind'];
  readonly strategy: StrategyName;
  /** Calls that an exchange may make: with one, every limit that is met is the client's to see. */
  readonly attempts: number;
  /** Whether a refusal says when to come back. */
  readonly saysWhen: boolean;
  readonly seeds: readonly number[];
  readonly durationMs: number;
  readonly requestsPerSecond: number;
}

export interface HeadroomSide {
  /** Rate limits that clients saw, and that calls met. */
  readonly seen: number;
  readonly met: number;
  readonly requests: number;
  /** The part that the limited target served, of all. */
  readonly limitedShare: number;
  /** US dollars for a thousand requests. */
  readonly cost: number;
}

export interface HeadroomResult {
  readonly blind: HeadroomSide;
  readonly aware: HeadroomSide;
}

export async function headroom(options: HeadroomOptions): Promise<HeadroomResult> {
  return { blind: await side(options, true), aware: await side(options, false) };
}

async function side(options: HeadroomOptions, blind: boolean): Promise<HeadroomSide> {
  const { kind, strategy, attempts, seeds, durationMs, requestsPerSecond } = options;
  const key = { requests: 600, tokens: 300_000, kind, leftAtFirst: 0.2, saysWhen: options.saysWhen };
  const limited = {
    behaves: () => ({ firstMs: 400 }),
    price: { input: 1, output: 4 },
    // Others use the keys too, one more than the other.
    keys: [
      { ...key, others: 0.6 },
      { ...key, others: 0.75 },
    ],
  };
  const roomy = { behaves: () => ({ firstMs: 500 }), price: { input: 3, output: 12 } };
  const runs = [];
  for (const seed of seeds) {
    runs.push(
      await runTraffic({
        seed,
        requestsPerSecond,
        durationMs,
        strategy,
        targets: [limited, roomy],
        asks: questions(200),
        limits: { attempts },
        ...(blind && { blind: 'headroom' as const }),
      }),
    );
  }
  const served = runs.flat();
  return {
    seen: served.filter(({ failure }) => failure === 'upstream_rate_limited').length,
    met: sum(served.map((one) => one.limited)),
    requests: served.length,
    limitedShare: mean(served.map(({ answeredBy }) => (answeredBy === 0 ? 1 : 0))),
    cost: mean(runs.map(costOfThousand)),
  };
}
