// How an answer came about, for clients that want to read it in the answer: from the plan, and from the attempts so far.

import { asObject, isObject, parseJson } from '#base/json.ts';
import type { JsonObject } from '#base/json.ts';
import { statusOf } from '#canonical/failure.ts';
import type { Failure } from '#canonical/failure.ts';
import type { Head } from '#dialects/dialect.ts';
import { metadataOf, wantsMetadata, withMetadata } from '#dialects/route-metadata.ts';
import type { RouterFacts } from '#dialects/route-metadata.ts';
import type { AttemptFacts } from '#execution/attempt.ts';
import type { RemovedNote } from '#routing/explanation.ts';
import { viewRefused, viewRoute } from '#routing/route-view.ts';
import type { Gateway, Outgoing } from './gateway.ts';
import type { Prepared } from './prepared.ts';

const OK = 200;

/** Undefined where nobody asked for it. Reckoned when it is written: attempts may follow until then. */
export function toldRoute(
  prepared: Prepared,
  attempts: readonly AttemptFacts[],
  { clock }: Pick<Gateway, 'clock'>,
): (() => JsonObject) | undefined {
  if (!prepared.tellsRoute) return undefined;
  return () => metadataOf(factsOf(prepared, attempts, clock.now() - prepared.arrival.startedAt));
}

/** The same beside a failure, but for a bug of our own, of which nothing is told. */
export function withToldRoute(
  outgoing: Outgoing,
  problem: Failure,
  told: (() => JsonObject) | undefined,
): Outgoing {
  if (told === undefined || problem.code === 'internal' || typeof outgoing.body !== 'string') return outgoing;
  const body = parseJson(outgoing.body);
  if (!isObject(body)) return outgoing;
  return { ...outgoing, body: JSON.stringify(withMetadata(body, told())) };
}

/** A request that no target may serve was routed too: nobody was tried, and who was left out stands there. */
export function withRefusedRoute(outgoing: Outgoing, problem: Failure, head: Head): Outgoing {
  const refused = refusalIn(problem);
  if (refused === undefined || !wantsMetadata(head)) return outgoing;
  const { model, removed } = refused;
  const { code, message } = problem;
  const route = viewRefused(model, { code, message, status: outgoing.status }, { removed });
  const facts: RouterFacts = {
    requested: model,
    strategy: 'direct',
    summary: `0 of ${removed.length} targets; 0 attempts`,
    attempts: [],
    available: [],
    total: removed.length,
    elapsedMs: 0,
    route: route as unknown as JsonObject,
  };
  return withToldRoute(outgoing, problem, () => metadataOf(facts));
}

/** What a planner that refuses leaves in its failure. */
export function refusalIn({ detail }: Failure): Refusal | undefined {
  const { model, removed } = asObject(detail) ?? {};
  if (typeof model !== 'string' || !Array.isArray(removed)) return undefined;
  return { model, removed: removed as unknown as readonly RemovedNote[] };
}

interface Refusal {
  readonly model: string;
  readonly removed: readonly RemovedNote[];
}

function factsOf(
  { request, plan, snapshot }: Prepared,
  attempts: readonly AttemptFacts[],
  elapsedMs: number,
): RouterFacts {
  const { explanation } = plan;
  const served = attempts.at(-1)?.planned;
  const candidates = explanation.choices.flatMap((choice) => choice.candidates);
  const asked = candidates[0]?.model;
  const names = new Map(plan.targets.map(({ target }) => [target.id, target.providerName]));
  const removed = explanation.removed.length + (explanation.removedMore ?? 0);
  const total = candidates.length + removed;
  const alias = asked !== undefined && snapshot.models.has(asked);
  return {
    requested: request.model,
    strategy: served !== undefined && served.model !== asked ? 'fallback' : alias ? 'alias' : 'direct',
    summary: summaryOf(plan, attempts, total),
    attempts: attempts.map(({ planned, status, failure }) => ({
      provider: planned.target.providerName,
      model: planned.target.id,
      status: status ?? (failure === undefined ? OK : statusOf(failure.code)),
    })),
    available: candidates.flatMap(({ target }) => {
      const provider = names.get(target);
      return provider === undefined
        ? []
        : { provider, model: target, selected: target === served?.target.id };
    }),
    total,
    elapsedMs,
    route: viewRoute(request.model, explanation) as unknown as JsonObject,
  };
}

/** Such as `2 of 3 targets; balanced gave sim/hello 0.75; 1 attempt`. */
function summaryOf(
  { explanation, targets, strategy }: Prepared['plan'],
  attempts: readonly AttemptFacts[],
  total: number,
): string {
  const first = targets[0]?.target.id;
  const share = explanation.choices[0]?.candidates.find(({ target }) => target === first)?.share;
  const chosen = first === undefined || share === undefined ? '' : `; ${strategy} gave ${first} ${share}`;
  const tried = `${attempts.length} attempt${attempts.length === 1 ? '' : 's'}`;
  return `${targets.length} of ${total} targets${chosen}; ${tried}`;
}
