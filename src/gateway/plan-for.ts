// From a request and who asks to a plan: the operator's policies, what the caller may use, what is known of the targets now,
// and the limits that the request sets itself.

import type { Caller } from '#access/keyring.ts';
import { err, ok } from '#base/result.ts';
import type { Result } from '#base/result.ts';
import type { Asked } from '#canonical/asked.ts';
import type { Failure } from '#canonical/failure.ts';
import type { Snapshot } from '#config/snapshot.ts';
import type { AnyClientDialect, Head } from '#dialects/dialect.ts';
import { limitsNote } from '#routing/explain.ts';
import { detailOf } from '#routing/explanation.ts';
import { makePlan } from '#routing/make-plan.ts';
import type { Limits, Plan } from '#routing/plan.ts';
import { KeyFacts, RequestFacts, TimeFacts } from '#routing/policies/facts.ts';
import { rulesFor } from '#routing/policies/policy.ts';
import { Topic } from '#routing/policies/topic.ts';
import { sessionName } from '#routing/statistics/sessions.ts';
import type { Gateway } from './gateway.ts';
import { forKey, limitsFor } from './request-limits.ts';
import { nobodyFits, unfitness } from './unfit.ts';

/** What the client says the request is about, in place of what would be guessed from its words. */
const TASK = 'x-clew-task';

export interface Asking {
  readonly incoming: Head;
  readonly dialect: Pick<AnyClientDialect, 'id'>;
  readonly caller: Caller;
  readonly snapshot: Snapshot;
  /** Somebody wants to know what would be done: nobody's turn is taken, and all is reckoned. */
  readonly dry?: boolean;
}

/** What planning needs of a gateway. */
export type PlanPorts = Pick<Gateway, 'draw' | 'statistics' | 'engine' | 'clock' | 'languages' | 'dialects'>;

/** Nothing is sent to anybody, and nothing changes but whose turn it is. */
export function planFor(request: Asked, asking: Asking, gateway: PlanPorts): Result<Plan, Failure> {
  const { incoming, dialect, caller, snapshot, dry = false } = asking;
  const { draw, statistics, engine, clock } = gateway;
  const topic = new Topic(request, () => incoming.header(TASK));
  const rules = rulesFor(snapshot.policies, () => ({
    request: new RequestFacts(request, { dialect: dialect.id, topic }),
    key: new KeyFacts(caller.key, caller.tenant),
    time: new TimeFacts(clock.wallMs()),
  }));
  const unfit = unfitness(request, gateway);
  const session = request.routing?.session;
  const plan = makePlan(request, {
    routes: snapshot,
    allows: caller.allows,
    topic,
    draw,
    languages: gateway.languages.get(dialect.id) ?? [],
    view: () => statistics.view(clock.now(), engine.health),
    turn: (model: string) => (dry ? statistics.turn(model) : statistics.nextTurn(model)),
    ...(dry && { thorough: true }),
    ...(session !== undefined && {
      stay: (model: string) => statistics.sessions.of(sessionName(caller.key, model, session), clock.now()),
    }),
    ...(unfit !== undefined && { unfit }),
    ...(rules !== undefined && { rules }),
  });
  if (!plan.ok) return plan;
  const refused = plan.value.targets.length === 0 ? nobodyFits(request, plan.value) : undefined;
  if (refused !== undefined) return err({ ...refused, detail: detailOf(request.model, plan.value.removed) });
  const own = forKey(plan.value.limits, caller.priority, rules?.limits?.priority);
  const limits = limitsFor(own, (name) => incoming.header(name));
  if (!limits.ok) return limits;
  return limits.value === plan.value.limits ? plan : ok(limited(plan.value, limits.value));
}

function limited(plan: Plan, limits: Limits): Plan {
  const { hedge: _hedge, hedgeAfterMs: _after, onCut: _cut, ...explanation } = plan.explanation;
  return { ...plan, limits, explanation: { ...explanation, ...limitsNote(limits, plan.targets) } };
}
