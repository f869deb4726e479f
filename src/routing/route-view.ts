// An explanation as people and programs are shown it: in the answer of a dry run, with a stored generation, beside an answer.
// The same function for all of them. Null is what nobody knows.

import { nanoToDollars } from '#base/money.ts';
import type { NanoDollars } from '#base/money.ts';
import type { CandidateNote, ChoiceNote, Explanation, RemovedNote } from './explanation.ts';
import type { HedgeRule, OnCut } from './plan.ts';
import { judgedIn, replayPlan } from './replay.ts';
import type { Score } from './score.ts';
import { STRATEGIES } from './strategies/index.ts';
import type { Parts } from './strategies/strategy.ts';

export interface RouteView {
  readonly object: 'route';
  /** What the client asked for. */
  readonly model: string;
  readonly snapshot: string | null;
  /** Names of the policies that held, separated by commas. */
  readonly policy: string | null;
  readonly request: RequestView | null;
  /** Targets in the order in which they are tried. */
  readonly plan: readonly string[];
  readonly hedge: HedgeView;
  readonly on_cut: OnCut;
  /** All that is left rests, so all of it may be tried. */
  readonly panic: boolean;
  readonly choices: readonly ChoiceView[];
  readonly removed: readonly RemovedNote[];
  /** How many more were left out than are told. */
  readonly removed_more: number;
  /** False: the numbers behind the choice were not kept, only its probabilities. */
  readonly detailed: boolean;
  /** Why there is no plan. */
  readonly refused?: RefusedView;
}

export interface RequestView {
  /** Estimates. */
  readonly input_tokens: number;
  readonly output_tokens: number;
  /** What it was taken to be about, and in which language; null where that does not count. */
  readonly task: string | null;
  readonly language: string | null;
}

export interface RefusedView {
  readonly code: string;
  /** HTTP status of the answer. */
  readonly status: number;
  readonly message: string;
}

export interface HedgeView {
  readonly rule: HedgeRule;
  /** Milliseconds without a first content. */
  readonly after_ms: number | null;
  /** Who would be asked beside the first. */
  readonly target: string | null;
}

/** One draw, over the targets of one model. */
export interface ChoiceView {
  readonly strategy: string;
  /** How far each part counts, for a strategy that weighs several. */
  readonly balance: Readonly<Record<string, number | undefined>> | null;
  /** 0..1; null where nobody had to draw. */
  readonly drawn: number | null;
  readonly turn: number | null;
  /** The client sorts: the first by that measure, no mixture. */
  readonly strict: boolean;
  /** The target that the client's session is with: it stays first. */
  readonly stay: string | null;
  /** Why the strategy was not heard. */
  readonly unheard: string | null;
  readonly candidates: readonly CandidateView[];
}

export interface CandidateView {
  readonly target: string;
  readonly model: string;
  /** From 1 on; null: not in the plan. */
  readonly place: number | null;
  /** Of coming first in this choice; null for the last resort. */
  readonly probability: number | null;
  /** Place among those that the client wants first. */
  readonly wished: number | null;
  /** Why it stands at the end. */
  readonly last_resort: string | null;
  readonly expected: ExpectedView | null;
  readonly inputs: InputsView | null;
  /** What the strategy made of them: the lower the sooner. */
  readonly rank: number | null;
  /** The factors of the rank. */
  readonly parts: Parts | null;
}

export interface ExpectedView {
  readonly cost_usd: number | null;
  /** The part of it that the cache is expected to save, reckoned in already; null: nothing is expected to be there. */
  readonly cache_saving_usd: number | null;
  readonly first_content_ms: number;
  readonly total_ms: number;
  /** Probability, 0..1. */
  readonly success: number;
}

export interface InputsView {
  readonly weight: number;
  readonly token_ms: number;
  readonly in_flight: number;
  /** Attempts that the numbers rest on. */
  readonly samples: number;
  readonly failed_ago_ms: number | null;
  readonly ramp: number;
  readonly slow_start: number;
  readonly warm_tokens: number;
  /** What the operator says of the model, 0..1. */
  readonly quality: number | null;
}

export function viewRoute(model: string, explanation: Explanation): RouteView {
  const { policy, snapshot, request, choices, removed, order } = explanation;
  const plan = replayPlan(explanation);
  return {
    object: 'route',
    model,
    snapshot: snapshot ?? null,
    policy: policy ?? null,
    request:
      request === undefined
        ? null
        : {
            input_tokens: request.inputTokens,
            output_tokens: request.outputTokens,
            task: request.task ?? null,
            language: request.language ?? null,
          },
    plan,
    hedge: hedgeView(explanation, plan),
    on_cut: explanation.onCut ?? 'error',
    panic: explanation.panic === true,
    choices: choices.map((choice) => choiceView(choice, plan)),
    removed,
    removed_more: explanation.removedMore ?? 0,
    detailed: order === undefined,
  };
}

/** A request that gets no plan. */
export function viewRefused(
  model: string,
  refused: RefusedView,
  why: Pick<Explanation, 'removed' | 'snapshot'>,
): RouteView {
  return { ...viewRoute(model, { choices: [], ...why }), refused };
}

/** A hedge stays with the model of the first. */
function hedgeView(
  { hedge = 'off', hedgeAfterMs, choices }: Explanation,
  plan: readonly string[],
): HedgeView {
  const candidates = choices.flatMap((choice) => choice.candidates);
  const modelOf = (target: string | undefined): string | undefined =>
    candidates.find((one) => one.target === target)?.model;
  const model = modelOf(plan[0]);
  const other = hedge === 'off' ? undefined : plan.slice(1).find((target) => modelOf(target) === model);
  return { rule: hedge, after_ms: hedgeAfterMs ?? null, target: other ?? null };
}

function choiceView(choice: ChoiceNote, plan: readonly string[]): ChoiceView {
  const { strategy, options, drawn, turn, strict, unheard } = choice;
  const ranked = ranksOf(choice);
  const balance = strategy === 'balanced' ? options?.balance : undefined;
  return {
    strategy,
    balance: balance === undefined ? null : { ...balance },
    drawn: choice.candidates.some(({ share = 0 }) => share > 0 && share < 1) ? (drawn ?? null) : null,
    turn: turn ?? null,
    strict: strict === true,
    stay: choice.stay ?? null,
    unheard: unheard ?? null,
    candidates: choice.candidates.map((note) => candidateView(note, plan, ranked.get(note))),
  };
}

interface Ranked {
  readonly rank: number | undefined;
  readonly parts: Parts | undefined;
}

/** Reckoned again: a record keeps what goes in. Of those among whom was chosen, where all of it was kept. */
function ranksOf(note: ChoiceNote): ReadonlyMap<CandidateNote, Ranked> {
  const judged = judgedIn(note);
  const scores = judged.flatMap(({ score }) => score ?? []);
  if (scores.length !== judged.length) return new Map();
  const strategy = STRATEGIES[note.strategy];
  const context = { options: note.options ?? {}, turn: note.turn ?? 0, whole: note.whole === true };
  try {
    const { ranks } = strategy.judge(scores, context);
    const parts = strategy.parts?.(scores, context);
    return new Map(judged.map((one, at) => [one, { rank: ranks[at], parts: parts?.[at] }]));
  } catch {
    return new Map();
  }
}

function candidateView(
  note: CandidateNote,
  plan: readonly string[],
  ranked: Ranked | undefined,
): CandidateView {
  const { target, model, share, wished, last, score } = note;
  const at = plan.indexOf(target);
  return {
    target,
    model,
    place: at === -1 ? null : at + 1,
    probability: last === undefined ? (share ?? null) : null,
    wished: wished ?? null,
    last_resort: last ?? null,
    expected: score === undefined ? null : expectedView(score),
    inputs: score === undefined ? null : inputsView(score),
    rank: finite(ranked?.rank),
    parts: ranked?.parts ?? null,
  };
}

function expectedView({ costNano, savedNano, firstMs, totalMs, success }: Score): ExpectedView {
  return {
    cost_usd: dollars(costNano),
    cache_saving_usd: dollars(savedNano),
    first_content_ms: firstMs,
    total_ms: totalMs,
    success,
  };
}

function inputsView(score: Score): InputsView {
  return {
    weight: score.weight ?? 1,
    token_ms: score.eachMs,
    in_flight: score.inFlight ?? 0,
    samples: score.samples,
    failed_ago_ms: score.failedAgoMs ?? null,
    ramp: score.ramp ?? 1,
    slow_start: score.slowStart ?? 1,
    warm_tokens: score.warmTokens ?? 0,
    quality: score.quality ?? null,
  };
}

function dollars(nano: number | undefined): number | null {
  return nano === undefined ? null : nanoToDollars(nano as NanoDollars);
}

function finite(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}
