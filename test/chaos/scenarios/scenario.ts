// What a scenario is, what is seen of one, and how it is judged. The rules of judgement are those of the public benchmark
// (FailoverBench, methodology 0.1), written anew from its description.

import type { AttemptEntry } from '#simulator/index.ts';
import type { Seen } from '../clients/ask.ts';

export interface Timing {
  readonly name: 'full' | 'short';
  /** Milliseconds to the first token of a slow answer. */
  readonly slowMs: number;
  /** Seconds that a provider asks to be left alone. */
  readonly restSec: number;
  /** For so long the primary is out, while so many requests come, one each so often. */
  readonly outageMs: number;
  readonly requests: number;
  readonly everyMs: number;
  /** Milliseconds of first content and of silence that the settings allow. */
  readonly limitMs: Readonly<Record<SettingsName, number>>;
}

export const FULL: Timing = {
  name: 'full',
  slowMs: 20_000,
  restSec: 2,
  outageMs: 60_000,
  requests: 20,
  everyMs: 4_000,
  limitMs: { baseline: 30_000, recovery: 10_000 },
};

/** An outage that ends while the breaker is still open the first time, so that the next request finds the primary well. */
export const SHORT: Timing = {
  name: 'short',
  slowMs: 6_000,
  restSec: 2,
  outageMs: 5_400,
  requests: 10,
  everyMs: 1_200,
  limitMs: { baseline: 5_000, recovery: 1_500 },
};

/**
 * `baseline`: two retries, 30 s for the first content and between two, one fallback: what the benchmark gives everybody.
 * `recovery`: a first-content limit of 10 s, and what breaks off is gone on with.
 */
export type SettingsName = 'baseline' | 'recovery';

export interface Scenario {
  readonly id: string;
  readonly title: string;
  /** What the wall does, as a fault of the simulator. */
  readonly fault: (timing: Timing) => string;
  /** Only the first attempt meets it. */
  readonly once?: true;
  /** It passes after `outageMs`, while requests come. */
  readonly outage?: true;
  /** The spare refuses a request that ends with the beginning of an answer. */
  readonly sparePrefill?: 'refused';
  /** What the client should get; an answer if absent. */
  readonly ideal?: 'error';
  readonly checks: readonly Check[];
}

/** One request of a scenario, or all of them. */
export interface Observed {
  readonly seen: readonly Seen[];
  /** Milliseconds since the scenario began, for each of `seen`. */
  readonly sentMs: readonly number[];
  readonly said: string;
  readonly primary: readonly AttemptEntry[];
  readonly spare: readonly AttemptEntry[];
  readonly spareModel: string;
  /** Milliseconds since 1970, as the entries have them. */
  readonly beganMs: number;
  /** A healthy request of the same client on the same gateway, afterwards. */
  readonly after: Seen;
  readonly timing: Timing;
}

export interface Check {
  readonly name: string;
  /** A failing advisory check makes a pass partial; any other makes it a failure. */
  readonly advisory?: true;
  /** Undefined: it holds. */
  readonly problem: (observed: Observed) => string | undefined;
}

export type Verdict = 'pass' | 'partial' | 'safe' | 'fail';

export interface Judged {
  readonly verdict: Verdict;
  readonly why: string;
}

export function judge({ ideal, checks }: Scenario, observed: Observed): Judged {
  const { seen, said } = observed;
  const wrong = seen.find(({ taken }) => taken !== 'complete' && taken !== 'error');
  if (wrong !== undefined) return { verdict: 'fail', why: `${wrong.taken}: ${wrong.problem ?? ''}` };
  if (ideal !== 'error' && seen.some(({ taken, text }) => taken === 'complete' && text !== said))
    return { verdict: 'fail', why: 'an answer that is not whole looks whole' };
  const failed = checks.flatMap(({ name, advisory, problem }) => {
    const text = problem(observed);
    return text === undefined ? [] : [{ advisory: advisory === true, text: `${name}: ${text}` }];
  });
  const required = failed.filter(({ advisory }) => !advisory);
  if (required.length > 0) return { verdict: 'fail', why: required.map(({ text }) => text).join('; ') };
  const errors = seen.filter(({ taken }) => taken === 'error');
  if (ideal === 'error')
    return errors.length > 0
      ? { verdict: 'pass', why: `error ${errors[0]?.error}` }
      : { verdict: 'partial', why: 'routed around' };
  if (errors.length > 0) return { verdict: 'safe', why: `a clean error: ${errors[0]?.error}` };
  if (failed.length > 0) return { verdict: 'partial', why: failed.map(({ text }) => text).join('; ') };
  return { verdict: 'pass', why: 'whole' };
}
