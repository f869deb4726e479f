// The sixteen scenarios of the public benchmark (FailoverBench, catalogue 0.1), written anew from their description: what the
// wall does, and what is checked. Times are of the full profile; `Timing` shortens them.

import type { Check, Observed, Scenario } from './scenario.ts';

const SEC = 1_000;
/** The benchmark's: above it a call has not ended in time. */
const elapsed = ({ seen }: Observed): number => Math.max(...seen.map(({ totalMs }) => totalMs)) / SEC;

const within = (name: string, limitSec: number, advisory?: true): Check => ({
  name,
  ...(advisory && { advisory }),
  problem: (observed) => (elapsed(observed) <= limitSec ? undefined : `${elapsed(observed).toFixed(1)} s`),
});

const primaryCalls = (name: string, [least, most]: readonly [number, number], advisory?: true): Check => ({
  name,
  ...(advisory && { advisory }),
  problem: ({ primary: { length } }) =>
    length >= least && length <= most ? undefined : `${length} calls of the primary`,
});

const noHammer = (windowSec: number, most: number): Check => ({
  name: 'no hammering',
  problem: ({ primary }) => {
    const first = primary[0]?.arrivedMs ?? 0;
    const early = primary.filter(({ arrivedMs }) => arrivedMs - first < windowSec * SEC).length;
    return early <= most ? undefined : `${early} calls in ${windowSec} s`;
  },
});

const bounded = primaryCalls('bounded attempts', [0, 6]);
const once = primaryCalls('the same model is asked once', [1, 1]);

const aliveAfter: Check = {
  name: 'alive afterwards',
  problem: ({ after }) => (after.taken === 'complete' ? undefined : `a healthy call: ${after.taken}`),
};

const usage: Check = {
  name: 'usage is reported',
  advisory: true,
  problem: ({ seen }) => (seen.every(({ hasUsage }) => hasUsage) ? undefined : 'no usage'),
};

const restKept: Check = {
  name: 'Retry-After is kept to',
  advisory: true,
  problem: ({ primary: [first, second] }) => {
    if (first === undefined || second === undefined) return 'no second call';
    const gap = (second.arrivedMs - first.arrivedMs) / SEC;
    return gap >= 1.8 ? undefined : `${gap.toFixed(2)} s`;
  },
};

const saysSpare: Check = {
  name: 'the answer names the fallback',
  problem: ({ seen, spare, spareModel }) => {
    const names = seen.map(({ model }) => model);
    return spare.length === 0 || names.every((name) => name?.includes(spareModel) === true)
      ? undefined
      : `named ${names[0]}`;
  },
};

const servedInOutage: Check = {
  name: 'served during the outage',
  problem: ({ seen, sentMs, timing }) => {
    const during = seen.filter((_, index) => (sentMs[index] ?? 0) < timing.outageMs);
    const served = during.filter(({ taken }) => taken === 'complete').length;
    return during.length > 0 && served === during.length ? undefined : `${served} of ${during.length}`;
  },
};

/** Seconds from the end of the outage to the first answer of the primary; undefined: never. */
export function backAfterSec({ primary, beganMs, timing }: Observed): number | undefined {
  const back = primary.find(({ status }) => status === 200);
  return back === undefined ? undefined : (back.arrivedMs - beganMs - timing.outageMs) / SEC;
}

const backSoon: Check = {
  name: 'back on the primary within 30 s',
  problem: (observed) => {
    const after = backAfterSec(observed);
    return after !== undefined && after <= 30 ? undefined : `after ${after?.toFixed(1) ?? 'never'} s`;
  },
};

/** Calls of the primary while it was out. */
export function callsInOutage({ primary, beganMs, timing }: Observed): number {
  return primary.filter(({ arrivedMs }) => arrivedMs - beganMs < timing.outageMs).length;
}

const probesFew: Check = {
  name: 'at most a call for each request of the outage',
  advisory: true,
  problem: (observed) => {
    const during = observed.sentMs.filter((sent) => sent < observed.timing.outageMs).length;
    const calls = callsInOutage(observed);
    return calls <= during ? undefined : `${calls} for ${during}`;
  },
};

const prefillNotShown: Check = {
  name: 'a refused beginning never masks the first failure',
  problem: ({ seen, spare }) =>
    seen.some(({ taken }) => taken === 'error') && spare.some(({ status }) => status === 400)
      ? 'the client gets an error, and the spare had refused a beginning'
      : undefined,
};

export const SCENARIOS: readonly Scenario[] = [
  {
    id: 'S01',
    title: '429 with Retry-After, then well',
    fault: ({ restSec }) => `429-retry-after-seconds-${restSec}`,
    once: true,
    checks: [primaryCalls('asked again', [2, 16], true), restKept, noHammer(1.5, 2)],
  },
  {
    id: 'S02',
    title: '429 without Retry-After, for ever',
    fault: () => '429',
    checks: [noHammer(3, 4), bounded, within('ends', 40)],
  },
  {
    id: 'S03',
    title: '500 once, then well',
    fault: () => '500',
    once: true,
    checks: [within('ends', 20), primaryCalls('the same is asked again', [2, 16], true)],
  },
  { id: 'S04', title: '503 for ever', fault: () => '503', checks: [bounded, within('ends', 40)] },
  {
    id: 'S05',
    title: 'reset before the headers, once',
    fault: () => 'reset-before-headers',
    once: true,
    checks: [within('ends', 20)],
  },
  {
    id: 'S06',
    title: 'no answer at all',
    fault: () => 'silence',
    checks: [within('within the budget', 100), primaryCalls('silence is not asked again', [0, 1], true)],
  },
  {
    id: 'S07',
    title: 'slow first token',
    fault: ({ slowMs }) => `slow-first-token-${slowMs}`,
    checks: [
      within('ends', 60),
      {
        name: 'a limit on the first token',
        advisory: true,
        problem: (observed) =>
          elapsed(observed) <= (observed.timing.slowMs * 0.75) / SEC ? undefined : 'waited it out',
      },
    ],
  },
  {
    id: 'S08',
    title: 'stream cut after 40 of 60 tokens',
    fault: () => 'stream-cut-67',
    checks: [within('ends', 40)],
  },
  {
    id: 'S09',
    title: 'stream falls silent after 20 tokens',
    fault: () => 'stall-34',
    checks: [within('bounded', 45), aliveAfter],
  },
  {
    id: 'S10',
    title: 'the tenth event is no JSON',
    fault: () => 'bad-chunk-15',
    checks: [within('ends', 30), aliveAfter],
  },
  { id: 'S11', title: 'no terminal event', fault: () => 'no-done', checks: [within('prompt', 8), usage] },
  {
    id: 'S12',
    title: 'context length exceeded',
    fault: () => 'context-length',
    checks: [once, within('ends', 20)],
  },
  {
    id: 'S13',
    title: 'refused by a content filter',
    fault: () => 'content-filter-400',
    ideal: 'error',
    checks: [once, within('ends', 20)],
  },
  {
    id: 'S14',
    title: 'stream cut, and the fallback refuses a beginning',
    fault: () => 'stream-cut-67',
    sparePrefill: 'refused',
    checks: [prefillNotShown, within('ends', 40)],
  },
  {
    id: 'S15',
    title: 'out for 60 s while 20 requests come',
    fault: () => '503',
    outage: true,
    checks: [within('ends', 30), servedInOutage, backSoon, probesFew],
  },
  {
    id: 'S16',
    title: '503 for ever, and the account of it',
    fault: () => '503',
    checks: [saysSpare, { ...usage }, bounded],
  },
];
