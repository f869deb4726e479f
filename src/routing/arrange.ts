// The candidates of one choice, put in order: by the strategy, as the request wishes, with those at the end who are for the
// last resort only.

import type { Draw } from '#base/random.ts';
import type { ProviderWishes } from '#canonical/request.ts';
import { isNamed, isRouter } from '#providers/router-fields.ts';
import type { Target } from '#providers/target.ts';
import { choose } from './choose.ts';
import type { CandidateNote, ChoiceNote } from './explanation.ts';
import { lastBecause } from './filters/last-resort.ts';
import type { PlannedTarget } from './plan.ts';
import type { StrategyName, StrategyOptions } from './routes.ts';
import type { Bounds } from './rules.ts';
import { scoreOf } from './score.ts';
import type { Score, Subject } from './score.ts';
import { stayFirst, stays } from './stay.ts';
import type { View } from './view.ts';

/** A target that has passed the filters. */
export interface Candidate {
  readonly target: Target;
  readonly model: string;
  readonly bounds: Bounds;
}

export interface ArrangeOptions {
  readonly strategy: StrategyName;
  readonly options: StrategyOptions;
  /** What the request prefers among those that passed. */
  readonly wishes: ProviderWishes | undefined;
  /** The order names none of the candidates: those who are routers are told of it. */
  readonly orderForRouters: boolean;
  readonly subject: Subject;
  readonly view: View;
  readonly draw: Draw;
  readonly turn: (model: string) => number;
  /** The target that the client's session is with. */
  readonly stay: string | undefined;
}

export interface Arranged {
  readonly first: readonly PlannedTarget[];
  /** For the last resort. */
  readonly last: readonly PlannedTarget[];
  readonly note: ChoiceNote;
}

export function arrange(candidates: readonly Candidate[], options: ArrangeOptions): Arranged {
  const judged = candidates.map((candidate) => judge(candidate, options));
  const last = judged.filter((one) => one.last !== undefined);
  const front = inFront(judged, options);
  const rest = judged.filter((one) => one.last === undefined && !front.includes(one));
  const asked = strategyFor(options);
  const turn = asked.strategy === 'round-robin' ? options.turn(candidates[0]?.model ?? '') : 0;
  const whole = !options.subject.request.stream;
  const drawn = rest.length > 1 ? options.draw() : 0;
  const scores = rest.map(({ score }) => score);
  const { strategy, strict } = asked;
  const made = choose(scores, drawn, { strategy, strict, options: options.options, turn, whole });
  const stay = strict || options.wishes?.order !== undefined ? undefined : options.stay;
  const at = stay === undefined ? -1 : rest.findIndex(({ candidate }) => candidate.target.id === stay);
  const kept = at >= 0 && stays(at, made, scores);
  const choice = kept ? stayFirst(made, at) : made;
  // Where the request says who comes first, nobody else can.
  rest.forEach((one, index) => {
    one.share = front.length > 0 ? 0 : millionths(choice.shares[index] ?? 0);
  });
  front.forEach((one, index) => {
    one.share = index === 0 ? 1 : 0;
  });
  const first = front.map(planned);
  for (const index of choice.order) {
    const one = rest[index];
    if (one !== undefined) first.push(planned(one));
  }
  const only = onlyFirst(options.wishes, front.length);
  const note = noteOfChoice(
    { strategy, drawn, candidates: judged.map(noteOf) },
    {
      options: options.options.balance === undefined ? undefined : options.options,
      turn: turn > 0 ? turn : undefined,
      strict: strict ? true : undefined,
      whole: whole ? true : undefined,
      unheard: choice.unheard,
      only,
      stay: kept ? stay : undefined,
    },
  );
  if (only === undefined) return { first, last: last.map(planned), note };
  return { ...withoutFallbacks(first, last, only), note };
}

type Odd = Omit<ChoiceNote, 'strategy' | 'drawn' | 'candidates'>;

/** Most choices have nothing odd, and an object is not made anew for nothing. */
function noteOfChoice(
  usual: ChoiceNote,
  odd: { readonly [Name in keyof Odd]: Odd[Name] | undefined },
): ChoiceNote {
  let note = usual;
  for (const name in odd) {
    const value = odd[name as keyof Odd];
    if (value !== undefined) note = { ...note, [name]: value };
  }
  return note;
}

/** How many may be tried where no fallback is allowed: the first, or those that the request named. */
function onlyFirst(wishes: ProviderWishes | undefined, named: number): number | undefined {
  if (wishes?.allowFallbacks !== false) return undefined;
  return wishes.order === undefined ? 1 : named;
}

function withoutFallbacks(
  first: readonly PlannedTarget[],
  last: readonly Judged[],
  most: number,
): Pick<Arranged, 'first' | 'last'> {
  return { first: first.slice(0, most), last: first.length === 0 ? last.slice(0, 1).map(planned) : [] };
}

interface Judged {
  readonly candidate: Candidate;
  readonly score: Score;
  readonly last: string | undefined;
  /** What a hedge and the limit on first content go by. */
  readonly p95Ms: number | undefined;
  share: number;
  /** Place among those wished for; 0: it is none of them. */
  wished: number;
}

function judge(candidate: Candidate, { view, subject }: ArrangeOptions): Judged {
  const { target, model, bounds } = candidate;
  const seen = view.target(target);
  const { now } = view;
  const outputTokens = subject.outputTokens(model);
  const scored = scoreOf(target, seen, { subject, now, outputTokens });
  const { score, bucket } = scored;
  const last = lastBecause(seen, scored, bounds, now);
  const p95Ms = subject.request.stream ? seen.firstTokenQuantileMs(bucket, SLOW) : undefined;
  return { candidate, score, last, p95Ms, share: 0, wished: 0 };
}

/** Of first contents: what the executor hedges after. */
const SLOW = 0.95;

function planned({ candidate, p95Ms }: Judged): PlannedTarget {
  const { target, model } = candidate;
  return p95Ms === undefined ? { target, model } : { target, model, firstContentP95Ms: p95Ms };
}

function noteOf({ candidate, score, last, share, wished }: Judged): CandidateNote {
  const target = candidate.target.id;
  const { model } = candidate;
  if (last !== undefined) return { target, model, last, score };
  return wished > 0 ? { target, model, share, wished, score } : { target, model, share, score };
}

/** Those whom the request wants to be tried first, in its order. */
function inFront(
  judged: readonly Judged[],
  { wishes, orderForRouters }: Pick<ArrangeOptions, 'wishes' | 'orderForRouters'>,
): Judged[] {
  const front: Judged[] = [];
  const take = (isWished: (target: Target) => boolean): void => {
    for (const one of judged) {
      if (one.wished > 0 || one.last !== undefined || !isWished(one.candidate.target)) continue;
      one.wished = front.push(one);
    }
  };
  for (const name of wishes?.order ?? []) take((target) => isNamed(target, name));
  if (orderForRouters) take(isRouter);
  return front;
}

/** A request that sorts wants the first by that measure, and no mixture. */
function strategyFor({ wishes, strategy }: ArrangeOptions): {
  readonly strategy: StrategyName;
  readonly strict: boolean;
} {
  const sort = wishes?.sort;
  // Nobody has measured yet how well targets call tools.
  if (sort === undefined || sort === 'exacto') return { strategy, strict: false };
  return { strategy: sort, strict: true };
}

/** Enough to learn from what was drawn, and short in a record. */
function millionths(share: number): number {
  return Math.round(share * 1e6) / 1e6;
}
