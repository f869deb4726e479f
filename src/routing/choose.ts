// From the scores of one model's candidates to their order, and to the probability with which each could have come first.
// Whatever a strategy makes of its scores, an order comes out: when that makes no sense it is the static one.

import type { Score } from './score.ts';
import { STRATEGIES } from './strategies/index.ts';
import type { Judgement, StrategyContext } from './strategies/strategy.ts';
import type { StrategyName } from './routes.ts';

export interface Choice {
  /** Indices of the candidates, the first to be tried first. */
  readonly order: readonly number[];
  /** By index: the probability of coming first. They add up to 1. */
  readonly shares: readonly number[];
  /** Why the strategy was not heard; absent as a rule. */
  readonly unheard?: string;
}

export interface ChooseOptions extends StrategyContext {
  readonly strategy: StrategyName;
  /** The client wishes for an order and not for a mixture: the first by rank, always. */
  readonly strict?: boolean;
}

/** The share of who is judged by what was seen, so that it is seen; more for those of whom little is known. */
const EXPLORED = 0.012;
const EXPLORED_UNKNOWN = 0.05;
const SAMPLES_KNOWN = 3;
/** What exploring may take in all. */
const EXPLORED_MAX = 0.2;
const ALL: readonly boolean[] = [];

/** `drawn` is 0..1, and decides everything: the same scores and the same draw give the same order. */
export function choose(scores: readonly Score[], drawn: number, options: ChooseOptions): Choice {
  if (scores.length <= 1) return { order: scores.map((_, index) => index), shares: scores.map(() => 1) };
  const strategy = STRATEGIES[options.strategy];
  const judged = judge(scores, options);
  if (typeof judged === 'string') return staticChoice(scores.length, judged);
  const { ranks, drawAll = false, draw = drawn } = judged;
  const byRank = ranks.map((_, index) => index).sort((a, b) => compare(ranks, a, b));
  const soft = options.strict === true ? undefined : judged.shares;
  const shares =
    soft === undefined
      ? cascade(scores, byRank)
      : mixed(soft, scores, strategy.explores ? (judged.worthSeeing ?? ALL) : undefined);
  if (shares === undefined) return staticChoice(scores.length, 'no share is a number above zero');
  const order = drawOrder(shares, byRank, { draw, drawAll });
  return { order, shares };
}

/** The judgement, or what is wrong with it. */
function judge(scores: readonly Score[], options: ChooseOptions): Judgement | string {
  try {
    const judged = STRATEGIES[options.strategy].judge(scores, options);
    if (judged.ranks.length !== scores.length || judged.ranks.some((rank) => Number.isNaN(rank))) {
      return 'a rank is not a number';
    }
    return judged;
  } catch (bug) {
    return `the strategy threw: ${String(bug).slice(0, 100)}`;
  }
}

function staticChoice(length: number, unheard: string): Choice {
  const order = Array.from({ length }, (_, index) => index);
  return { order, shares: order.map((index) => (index === 0 ? 1 : 0)), unheard };
}

function compare(ranks: readonly number[], a: number, b: number): number {
  const first = ranks[a] ?? 0;
  const second = ranks[b] ?? 0;
  if (first === second) return a - b;
  return first < second ? -1 : 1;
}

/** The first by rank, as far as it may have its traffic already; what it may not have goes to the next. */
function cascade(scores: readonly Score[], byRank: readonly number[]): readonly number[] {
  const shares = scores.map(() => 0);
  let left = 1;
  for (const index of byRank) {
    const part = left * sane(scores[index]?.ramp ?? 1);
    shares[index] = part;
    left -= part;
  }
  const first = byRank[0] ?? 0;
  shares[first] = (shares[first] ?? 0) + left;
  return shares;
}

/** Shares that add up to 1, less what is ramping up, with the floor of exploration; undefined when there is nothing to share. */
function mixed(
  soft: readonly number[],
  scores: readonly Score[],
  explored: Judgement['worthSeeing'],
): readonly number[] | undefined {
  let total = 0;
  let floor = 0;
  const shares: number[] = [];
  const floors: number[] = [];
  for (let index = 0; index < scores.length; index += 1) {
    const score = scores[index] as Score;
    const { ramp = 1, slowStart = 1 } = score;
    const share = soft[index] ?? Number.NaN;
    // Both are slow starts after the same recovery: the slower counts.
    const start = explored === undefined ? sane(ramp) : Math.min(sane(ramp), sane(slowStart));
    const part = share >= 0 ? share * start : Number.NaN;
    const least = explored === undefined || explored[index] === false ? 0 : floorOf(score);
    shares.push(part);
    floors.push(least);
    total += part;
    floor += least;
  }
  if (!(total > 0) || !Number.isFinite(total)) return undefined;
  const scale = floor > EXPLORED_MAX ? EXPLORED_MAX / floor : 1;
  const rest = 1 - floor * scale;
  for (let index = 0; index < shares.length; index += 1) {
    shares[index] = ((shares[index] as number) / total) * rest + (floors[index] as number) * scale;
  }
  return shares;
}

function floorOf({ samples, ramp = 1 }: Score): number {
  // What rests or has no allowance left is not tried out.
  if (!(ramp > 0)) return 0;
  return samples < SAMPLES_KNOWN ? EXPLORED_UNKNOWN : EXPLORED;
}

function sane(ramp: number): number {
  return ramp >= 0 && ramp <= 1 ? ramp : 1;
}

/** Draws the first by share, or all of them one after the other; those who are not drawn follow by rank. */
function drawOrder(
  shares: readonly number[],
  byRank: readonly number[],
  { draw, drawAll }: { readonly draw: number; readonly drawAll: boolean },
): readonly number[] {
  const left = [...shares];
  const order: number[] = [];
  let unit = draw >= 0 && draw < 1 ? draw : 0;
  for (let made = 0; made < (drawAll ? shares.length - 1 : 1); made += 1) {
    let total = 0;
    for (const share of left) total += share;
    if (!(total > 0)) break;
    const found = find(left, unit * total);
    order.push(found.index);
    left[found.index] = 0;
    // What is left of the draw inside the part that it fell into is itself a draw.
    unit = found.rest;
  }
  for (const index of byRank) if (!order.includes(index)) order.push(index);
  return order;
}

/** Where among the shares a point falls, and at which part of that share. */
function find(shares: readonly number[], point: number): { readonly index: number; readonly rest: number } {
  let passed = 0;
  let last = 0;
  for (let index = 0; index < shares.length; index += 1) {
    const share = shares[index] ?? 0;
    if (share <= 0) continue;
    if (point < passed + share) return { index, rest: Math.min(0.999_999, (point - passed) / share) };
    last = index;
    passed += share;
  }
  return { index: last, rest: 0 };
}
