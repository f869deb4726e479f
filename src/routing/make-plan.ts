// A request to a plan: match the model, gather the candidates, filter, score, draw. Pure: the same request, routes, view and
// draw give the same plan. Most requests have one candidate, and for these there is nothing to reckon.

import type { Draw } from '#base/random.ts';
import { err, ok } from '#base/result.ts';
import type { Result } from '#base/result.ts';
import { isChat } from '#canonical/asked.ts';
import type { Asked } from '#canonical/asked.ts';
import { failure } from '#canonical/failure.ts';
import type { Failure } from '#canonical/failure.ts';
import type { DialectId } from '#canonical/foreign.ts';
import type { Target } from '#providers/target.ts';
import { arrange } from './arrange.ts';
import type { Arranged, Candidate } from './arrange.ts';
import { CANDIDATES_MAX, modelsInOrder, spokenIn, TARGETS_MAX, want } from './candidates.ts';
import type { Wanted } from './candidates.ts';
import { Capability, nobodyCan } from './capability.ts';
import { explain, limitsNote, originOf } from './explain.ts';
import { detailOf } from './explanation.ts';
import type { RemovedNote } from './explanation.ts';
import { removedBecause } from './filters/index.ts';
import { isLeftToRouters } from './filters/providers.ts';
import type { Plan, PlannedTarget } from './plan.ts';
import type { Topic } from './policies/topic.ts';
import { nearestModels } from './resolve-model.ts';
import type { ModelRoute, Routes } from './routes.ts';
import { boundsOf, routeUnder } from './rules.ts';
import type { Rules } from './rules.ts';
import { Subject } from './score.ts';
import { Statistics } from './statistics/statistics.ts';
import { SIZE_BUCKET_COUNT } from './view.ts';
import type { SizeBucket, View } from './view.ts';

export interface PlanOptions {
  readonly routes: Routes;
  /** Models that the caller's key may not use are left out of the fallbacks. */
  readonly allows: (model: string) => boolean;
  readonly draw: Draw;
  /** The languages in which a target can be asked this, the client's own in front. Absent: its first. */
  readonly languages?: readonly DialectId[];
  /** Why a target cannot serve this request; undefined when it can. Absent: every target can. */
  readonly unfit?: (target: Target) => string | undefined;
  /** Asked for only where there is a choice. Absent: nothing was seen yet, and everybody is well. */
  readonly view?: () => View;
  /** How many plans of a model came before this one, for those who take turns. */
  readonly turn?: (model: string) => number;
  /** The target that the client's session is with, by model. */
  readonly stay?: (model: string) => string | undefined;
  /** What the request is about; absent: it is guessed. */
  readonly topic?: Topic;
  /** What the operator says beside the model's own settings. */
  readonly rules?: Rules;
  /** Where there is nothing to choose nothing is reckoned, unless somebody wants to see it. */
  readonly thorough?: boolean;
}

export function makePlan(request: Asked, options: PlanOptions): Result<Plan, Failure> {
  const { routes, rules } = options;
  if (rules?.refuse !== undefined) return err(failure('permission_denied', rules.refuse));
  const named = want(request.model, request.routing, routes);
  if (named === undefined) return err(unknownModel(request.model, routes));
  const route = routeUnder(named.route, rules);
  const wanted = route === named.route ? named : { ...named, route };
  const removed: RemovedNote[] = [];
  const models = modelsInOrder(wanted, request.routing, options, removed);
  const capability = isChat(request) ? new Capability(request) : undefined;
  const single = models.length === 1 && route.targets.length === 1 && options.thorough !== true;
  if (single && isFree(wanted, rules)) {
    return planOfOne(request, route, capability, options);
  }
  const view = options.view?.() ?? UNSEEN.view(0);
  const subject = new Subject(request, (model) => view.outputTokens(model), options.topic);
  const gathering = { subject, capability, removed, incapable: [], barred: [], plan: options };
  const groups = gather(models, gathering);
  const refused = groups.length === 0 ? refusal(request, gathering) : undefined;
  if (refused !== undefined) return err(refused);
  removed.push(...gathering.incapable, ...gathering.barred);
  const together = request.routing?.partition === 'none' ? inOneGroup(groups) : groups;
  const arranged = together.map((group) => arrangeGroup(group, { subject, view, plan: options }));
  const targets = inOrder(arranged);
  if (targets.length === 0 && groups.length > 0) {
    const why = 'is not in `order`, and no fallback is allowed';
    const others = groups.flatMap(({ candidates }) =>
      candidates.map(({ target: { id } }) => ({ target: id, why })),
    );
    return err(nobodyPasses(request.model, others));
  }
  const explanation = explain({ arranged, removed, targets, limits: route.limits }, subject, options);
  const { inputTokens } = explanation.request ?? {};
  return ok({
    model: request.model,
    targets,
    limits: route.limits,
    removed,
    strategy: rules?.strategy ?? route.strategy,
    explanation,
    ...(rules?.detail !== undefined && { detail: rules.detail }),
    ...(inputTokens !== undefined && { inputTokens }),
    ...(subject.knownPrefixes !== undefined && { prefixes: subject.knownPrefixes }),
  });
}

/** Nothing narrows the choice of targets. */
function isFree({ route, wishes }: Wanted, rules: Rules | undefined): boolean {
  if (route.data !== undefined || wishes?.providers !== undefined) return false;
  return rules?.data === undefined && rules?.providers === undefined && rules?.narrowing === undefined;
}

/** Whether it is well or not: the last target of a model is never taken away. */
function planOfOne(
  request: Asked,
  route: ModelRoute,
  capability: Capability | undefined,
  options: PlanOptions,
): Result<Plan, Failure> {
  const { languages, unfit, rules, view } = options;
  const removed: RemovedNote[] = [];
  const spoken = spokenIn(route.targets, languages, removed);
  const able = capability?.choose(spoken);
  if (isChat(request) && able?.targets.length === 0 && able.removed.length > 0) {
    return err(nobodyCan(request, able.removed));
  }
  const targets: PlannedTarget[] = [];
  for (const target of able?.targets ?? spoken) {
    const why = unfit?.(target);
    // An answer in one piece has other limits, and nobody asks how it usually does.
    const p95Ms = request.stream ? slowestOf(target, view) : 0;
    if (why !== undefined) removed.push({ target: target.id, why });
    else targets.push({ target, model: route.name, ...(p95Ms > 0 && { firstContentP95Ms: p95Ms }) });
  }
  const strategy = rules?.strategy ?? route.strategy;
  const candidates = targets.map(({ target, model }) => ({ target: target.id, model, share: 1 }));
  const explanation = {
    ...originOf(options),
    choices: [{ strategy, candidates }],
    removed,
    ...limitsNote(route.limits, targets),
  };
  const plan = { model: request.model, targets, limits: route.limits, removed, strategy, explanation };
  const [first] = targets;
  // The length is looked at only where there is a choice among credentials.
  const several = first !== undefined && first.target.credentials.length > 1;
  return ok(
    several ? { ...plan, inputTokens: new Subject(request, () => 0).inputTokens(first.target) } : plan,
  );
}

/** The 95th percentile of first contents, of the size that is slowest: nobody has looked how long this prompt is. */
function slowestOf(target: Target, view: PlanOptions['view']): number {
  const seen = view?.().target(target);
  let slowest = 0;
  for (let bucket = 0; bucket < SIZE_BUCKET_COUNT; bucket += 1) {
    slowest = Math.max(slowest, seen?.firstTokenQuantileMs(bucket as SizeBucket, 0.95) ?? 0);
  }
  return slowest;
}

interface Group {
  readonly wanted: Wanted;
  readonly candidates: Candidate[];
}

interface Gathering {
  readonly subject: Subject;
  readonly capability: Capability | undefined;
  /** Those who cannot be asked this, those who lack something that it needs, and those whom a filter bars. */
  readonly removed: RemovedNote[];
  readonly incapable: RemovedNote[];
  readonly barred: RemovedNote[];
  readonly plan: PlanOptions;
}

/** For each model those of its targets that pass the filters; a target counts for the first model that has it. */
function gather(models: readonly Wanted[], gathering: Gathering): readonly Group[] {
  const { subject, capability, removed, incapable, barred, plan } = gathering;
  const seen = new Set<string>();
  const groups: Group[] = [];
  for (const wanted of models) {
    const { route } = wanted;
    const bounds = boundsOf(plan.rules, wanted.wishes);
    const spoken = spokenIn(route.targets, plan.languages, removed);
    const leftToRouters = isLeftToRouters('only', wanted.wishes, spoken)
      ? wanted.wishes?.providers
      : undefined;
    const context = { bounds, data: route.data, leftToRouters, inputTokens: subject.inputTokens };
    const able = capability?.choose(spoken);
    for (const one of able?.removed ?? [])
      if (!incapable.some(({ target }) => target === one.target)) incapable.push(one);
    const candidates: Candidate[] = [];
    for (const target of able?.targets ?? spoken) {
      if (seen.has(target.id) || seen.size === CANDIDATES_MAX) continue;
      seen.add(target.id);
      const bar = removedBecause(target, context);
      const why = bar ?? plan.unfit?.(target);
      if (why === undefined) candidates.push({ target, model: route.name, bounds });
      else (bar === undefined ? removed : barred).push({ target: target.id, why });
    }
    if (candidates.length > 0) groups.push({ wanted, candidates });
  }
  return groups;
}

/** What to say when nobody was left, where that is for the planner to say. */
function refusal(request: Asked, { removed, incapable, barred }: Gathering): Failure | undefined {
  if (barred.length > 0) return nobodyPasses(request.model, [...barred, ...incapable, ...removed]);
  return incapable.length > 0 && isChat(request) ? nobodyCan(request, incapable) : undefined;
}

/** One order over the targets of all models. */
function inOneGroup(groups: readonly Group[]): readonly Group[] {
  const [first] = groups;
  if (first === undefined) return groups;
  return [{ wanted: first.wanted, candidates: groups.flatMap(({ candidates }) => candidates) }];
}

function arrangeGroup(
  { wanted, candidates }: Group,
  { subject, view, plan }: { readonly subject: Subject; readonly view: View; readonly plan: PlanOptions },
): Arranged {
  const { rules, draw, turn = NO_TURN, stay } = plan;
  const targets = candidates.map(({ target }) => target);
  return arrange(candidates, {
    strategy: rules?.strategy ?? wanted.route.strategy,
    options: rules?.strategyOptions ?? wanted.route.strategyOptions ?? NO_OPTIONS,
    wishes: wanted.wishes?.providers ?? rules?.providers,
    orderForRouters: isLeftToRouters('order', wanted.wishes, targets),
    subject,
    view,
    draw,
    turn,
    stay: stay?.(wanted.route.name),
  });
}

const NO_TURN = (): number => 0;
const NO_OPTIONS = {};
const UNSEEN = new Statistics();

/** Each model's targets, model by model; then those for the last resort, in the same order. */
function inOrder(arranged: readonly Arranged[]): readonly PlannedTarget[] {
  if (arranged.length === 1 && arranged[0]?.last.length === 0) return arranged[0].first.slice(0, TARGETS_MAX);
  const targets = arranged.flatMap(({ first }) => first);
  for (const { last } of arranged) targets.push(...last);
  return targets.slice(0, TARGETS_MAX);
}

/** The reasons named in a refusal; a plan may have looked at more targets. */
const REASONS_MAX = 5;

function nobodyPasses(model: string, removed: readonly RemovedNote[]): Failure {
  const named = removed.slice(0, REASONS_MAX).map(({ target, why }) => `${target} ${why}`);
  const more = removed.length > REASONS_MAX ? `; and ${removed.length - REASONS_MAX} more` : '';
  const message = `No target of \`${model.slice(0, 200)}\` may serve this request: ${named.join('; ')}${more}.`;
  return failure('unsupported_feature', message, { field: 'model', detail: detailOf(model, removed) });
}

function unknownModel(name: string, routes: Routes): Failure {
  const names = nearestModels(name, routes);
  const hint =
    names.length > 0
      ? `Did you mean ${names.map((near) => `\`${near}\``).join(', ')}?`
      : 'Write `provider/model` to name a model of a provider that is on.';
  return failure('model_not_found', `No model \`${name.slice(0, 200)}\`. ${hint} GET /v1/models lists all.`, {
    field: 'model',
  });
}
