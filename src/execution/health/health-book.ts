// How every target is doing: what routing reads, and where the executor asks for permission and tells what came of it.
// One for the whole process; it outlives reloads, since a provider's outage does.

import type { Draw } from '#base/random.ts';
import type { Failure } from '#canonical/failure.ts';
import { roomOf } from '#routing/room.ts';
import { HEALTHY, NO_HEADROOM } from '#routing/view.ts';
import type { Headroom, Health, HealthSource } from '#routing/view.ts';
import type { Place } from './allowances.ts';
import { Breaker } from './breaker.ts';
import { isUsable, Lane } from './lane.ts';
import type { Credential, CredentialState, Standing, Target } from './lane.ts';

/** Lanes come from the configuration and from names that clients write out; the oldest are forgotten beyond this. */
const LANES_MAX = 10_000;
const NO_IDS: ReadonlySet<string> = new Set();
const NEVER: Standing = { until: Infinity, probing: true, parked: false };

/** Leave to call a target once. Whoever has it must tell the outcome, whatever it is. */
export interface Admission {
  readonly lane: Lane;
  /** Undefined when the target needs none. */
  readonly credential: Credential | undefined;
  /** It holds the slot of the probe, until its outcome is told. */
  probe: boolean;
  /** Among the calls of the lane: what its answer tells of rate limits is true as of here. */
  readonly place: Place;
  /** A probe, or the rest of an answer: it may be one more than the lane takes. */
  readonly beyond: boolean;
  /** It has a slot of the lane, until its attempt ends. */
  held: boolean;
}

export interface AskFor {
  readonly now: number;
  /** Ids of credentials that have failed in this exchange already. */
  readonly without?: ReadonlySet<string>;
  /** Tokens of the prompt, about; absent where nobody has counted. */
  readonly tokens?: number | undefined;
  /** A slot of it was kept for this exchange; `every`: the call may be one more than the lanes take. */
  readonly slotOf?: Lane | 'every' | undefined;
}

export interface Limited {
  readonly target: string;
  readonly credential: string;
  readonly limit: number;
  readonly inFlight: number;
}

/** The lanes of one target, beside its credentials; a target without any has one lane. */
interface Pool {
  readonly lanes: readonly Lane[];
  readonly credentials: readonly (Credential | undefined)[];
}

export class HealthBook implements HealthSource {
  readonly #lanes = new Map<string, Lane>();
  readonly #credentials = new Map<string, CredentialState>();
  /** The same object is asked about as long as a snapshot lives: no name needs to be put together for it. */
  readonly #pools = new WeakMap<Target, Pool>();

  /** The best of its lanes, for plans. */
  health(target: Target, now: number): Health {
    const { lanes } = this.#pool(target);
    if (lanes.length === 1) return healthOf(lanes[0] as Lane, now);
    let best: Health | undefined;
    for (const lane of lanes) {
      const health = healthOf(lane, now);
      if (best === undefined || rank(health, now) < rank(best, now)) best = health;
    }
    return best ?? { breaker: 'closed', ramp: 1 };
  }

  /** Whether an attempt may begin. Without effect. */
  standing(target: Target, { now, without = NO_IDS, slotOf }: AskFor): Standing {
    const { lanes, credentials } = this.#pool(target);
    let best: Standing = NEVER;
    for (let index = 0; index < lanes.length; index += 1) {
      if (without.size > 0 && without.has(credentials[index]?.id ?? '')) continue;
      const lane = lanes[index] as Lane;
      const standing = standingOf(lane, now, slotOf);
      if (standing === 'ready') return standing;
      if (isSooner(standing, best)) best = standing;
    }
    return best;
  }

  /** What is left of the rate limits of those lanes that were told something. */
  headroom(target: Target, now: number): readonly Headroom[] {
    const { lanes, credentials } = this.#pool(target);
    let known: Headroom[] | undefined;
    for (let index = 0; index < lanes.length; index += 1) {
      const left = (lanes[index] as Lane).allowances.left(now);
      if (left !== undefined) (known ??= []).push({ credential: credentials[index]?.id ?? '', ...left });
    }
    return known ?? NO_HEADROOM;
  }

  /** Draws a credential among those that may be used, by weight and by what its rate limits leave. Undefined: none may. */
  begin(target: Target, ask: AskFor, draw: Draw): Admission | undefined {
    const { lanes, credentials } = this.#pool(target);
    const only = lanes[0];
    if (lanes.length === 1 && only !== undefined) return begun(only, credentials[0], ask);
    const kept = typeof ask.slotOf === 'object' ? lanes.indexOf(ask.slotOf) : -1;
    const index = kept === -1 ? this.#draw(lanes, credentials, ask, draw) : kept;
    const lane = lanes[index];
    return lane === undefined ? undefined : begun(lane, credentials[index], ask);
  }

  /**
   * When nobody may be called: one probe of a lane that did not ask for a rest, ahead of its time. A client is never refused
   * without anybody having been asked.
   */
  beginAnyway(target: Target, now: number): Admission | undefined {
    const { lanes, credentials } = this.#pool(target);
    for (let index = 0; index < lanes.length; index += 1) {
      const lane = lanes[index] as Lane;
      if (lane.parked(now)) continue;
      const how = lane.begin(now);
      if (how !== undefined) return admitted(lane, credentials[index], how === 'probe', { now });
    }
    return undefined;
  }

  /** The lanes of a target that have as many calls as they take. */
  fullLanes(target: Target, { now, without = NO_IDS }: AskFor): readonly Lane[] {
    const { lanes, credentials } = this.#pool(target);
    return lanes.filter((lane, index) => {
      const spent = without.has(credentials[index]?.id ?? '');
      return !spent && standingOf(lane, now, undefined) === 'full';
    });
  }

  /** Whether a target has said lately that it has too much to do, or too much from us. */
  overloaded(target: Target, now: number): boolean {
    return this.#pool(target).lanes.some((lane) => lane.overloadedUntil > now);
  }

  /** The lanes of which it is known how many calls at once they take. */
  *limited(): Generator<Limited> {
    for (const [name, { concurrency }] of this.#lanes) {
      const { limit, inFlight } = concurrency;
      if (limit === Infinity) continue;
      const [credential = '', target = ''] = name.split(' ');
      yield { credential, target, limit, inFlight };
    }
  }

  /** Whether nothing went wrong on any lane since something last went well. */
  spotless(target: Target): boolean {
    return this.#pool(target).lanes.every(({ breaker }) => breaker.spotless);
  }

  #draw(
    lanes: readonly Lane[],
    credentials: Pool['credentials'],
    { now, without = NO_IDS, tokens = 0, slotOf }: AskFor,
    draw: Draw,
  ): number {
    const weights = lanes.map((lane, index) => {
      const credential = credentials[index];
      if (credential === undefined || without.has(credential.id)) return 0;
      return isUsable(standingOf(lane, now, slotOf)) ? credential.weight * lane.ramp(now) : 0;
    });
    const roomy = lanes.map((lane, index) => {
      const weight = weights[index] ?? 0;
      const left = weight === 0 ? undefined : lane.allowances.left(now);
      return left === undefined ? weight : weight * roomOf(left, tokens, now);
    });
    // Headers have been wrong: when all seem used up, one is asked all the same.
    return drawn(roomy.some((weight) => weight > 0) ? roomy : weights, draw);
  }

  #pool(target: Target): Pool {
    const known = this.#pools.get(target);
    if (known !== undefined) return known;
    const credentials = target.credentials.length === 0 ? [undefined] : target.credentials;
    const pool = { lanes: credentials.map((credential) => this.#lane(target, credential)), credentials };
    this.#pools.set(target, pool);
    return pool;
  }

  #lane(target: Target, credential: Credential | undefined): Lane {
    const name = `${credential?.id ?? ''} ${target.id} ${target.url}`;
    const state = credential === undefined ? undefined : this.#credential(credential);
    const known = this.#lanes.get(name);
    // A key that was changed begins anew, on all its lanes.
    if (known !== undefined && known.credential === state) return known;
    const lane = new Lane(state);
    this.#lanes.set(name, lane);
    if (this.#lanes.size > LANES_MAX) forgetOldest(this.#lanes);
    return lane;
  }

  #credential({ id, secret }: Credential): CredentialState {
    const known = this.#credentials.get(id);
    if (known?.secret.sameAs(secret) === true) return known;
    const state = { breaker: new Breaker(), secret };
    this.#credentials.set(id, state);
    if (this.#credentials.size > LANES_MAX) forgetOldest(this.#credentials);
    return state;
  }
}

/** Tells what came of a call. Undefined: it went well. A probe tells twice: that it lives, and how it ended. */
export function settleAdmission(
  admission: Admission,
  failed: Failure | undefined,
  now: number,
  draw: Draw,
): void {
  const { lane, probe } = admission;
  admission.probe = false;
  if (failed === undefined) lane.succeed(now, probe);
  else lane.fail(failed, now, draw, probe);
}

/** The index of a weight above zero; -1 where there is none. */
function drawn(weights: readonly number[], draw: Draw): number {
  let left = draw() * weights.reduce((sum, weight) => sum + weight, 0);
  let last = -1;
  for (const [index, weight] of weights.entries()) {
    if (weight === 0) continue;
    left -= weight;
    last = index;
    if (left < 0) break;
  }
  return last;
}

function begun(lane: Lane, credential: Credential | undefined, ask: AskFor): Admission | undefined {
  const { now, slotOf } = ask;
  const standing = standingOf(lane, now, slotOf);
  if (!isUsable(standing)) return undefined;
  const how = standing === 'ready' ? 'call' : lane.begin(now);
  return how === undefined ? undefined : admitted(lane, credential, how === 'probe', ask);
}

function admitted(
  lane: Lane,
  credential: Credential | undefined,
  probe: boolean,
  { now, tokens = 0, slotOf }: AskFor,
): Admission {
  const place = lane.allowances.begin(tokens, now);
  lane.concurrency.begin(place.calls);
  return { lane, credential, probe, place, beyond: probe || slotOf === 'every', held: true };
}

function standingOf(lane: Lane, now: number, slotOf: AskFor['slotOf']): Standing {
  const standing = lane.standing(now);
  if (standing !== 'ready' || slotOf === lane || slotOf === 'every') return standing;
  return lane.hasSlot(now) ? 'ready' : 'full';
}

function healthOf(lane: Lane, now: number): Health {
  const { breaker, credential, parkedUntil } = lane;
  const standing = lane.standing(now);
  const ramp = lane.ramp(now);
  if (standing === 'ready') return ramp === 1 ? HEALTHY : { breaker: 'closed', ramp };
  if (standing === 'probe') return { breaker: 'half-open', ramp };
  const parked = parkedUntil > now ? { parkedUntil } : {};
  const verdicts = [breaker.verdict(now), credential?.breaker.verdict(now)];
  if (verdicts.includes('open')) return { breaker: 'open', openUntil: standing.until, ...parked, ramp };
  const probing = standing.probing ? { probing: true as const } : {};
  return { breaker: verdicts.includes('half-open') ? 'half-open' : 'closed', ...probing, ...parked, ramp };
}

/** Lower is better: usable, then a probe, then by the moment at which it may be tried. */
function rank({ breaker, openUntil = 0, parkedUntil = 0, probing }: Health, now: number): number {
  const until = Math.max(openUntil, parkedUntil);
  if (until > now) return until;
  if (probing === true) return 0;
  return breaker === 'closed' ? -2 : -1;
}

/** A probe before a lane that is full, that before any wait; of two lanes that may not be tried the one that nobody is trying, then the one that is sooner. */
function isSooner(standing: Exclude<Standing, 'ready'>, than: Standing): boolean {
  if (standing === 'probe') return true;
  if (typeof than === 'string') return false;
  if (standing === 'full') return true;
  if (standing.probing !== than.probing) return than.probing;
  return standing.until < than.until;
}

function forgetOldest(map: Map<string, unknown>): void {
  const oldest = map.keys().next();
  if (oldest.done !== true) map.delete(oldest.value);
}
