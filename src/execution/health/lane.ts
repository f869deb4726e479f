// One credential for one model at one address: the smallest thing that can be well or ill. What is wrong with the
// credential itself is kept apart, since it concerns every lane that it is used on.

import type { Draw } from '#base/random.ts';
import type { Secret } from '#base/secret.ts';
import type { Failure } from '#canonical/failure.ts';
import type { PlannedTarget } from '#routing/plan.ts';
import { Concurrency } from '../capacity/concurrency.ts';
import type { Line } from '../capacity/line.ts';
import type { Waiter } from '../capacity/waiter.ts';
import { Allowances } from './allowances.ts';
import { blameOf } from './blame.ts';
import { Breaker } from './breaker.ts';

export type Target = PlannedTarget['target'];
export type Credential = Target['credentials'][number];

/** A limit that names no wait is taken for a moment's the first time, then for longer and longer. */
const REST_MS = 1_000;
const REST_MS_MAX = 30_000;
/** After an overload nobody gets extra calls for so long. */
const OVERLOADED_MS = 30_000;

/** Shared by all lanes of a credential. */
export interface CredentialState {
  readonly breaker: Breaker;
  /** What it held when it was last looked at: another value is another key. */
  secret: Secret;
}

/** Whether an attempt may begin: at once, as the one probe, or not before a moment. */
export type Standing =
  | 'ready'
  | 'probe'
  /** It is well, and has as many calls as it takes. */
  | 'full'
  | {
      /** Monotonic milliseconds. */
      readonly until: number;
      /** Somebody is finding out about it. */
      readonly probing: boolean;
      /** The provider asked for the rest: not even the last hope may disturb it. */
      readonly parked: boolean;
    };

/** Whether a call may begin now. */
export function isUsable(standing: Standing): standing is 'ready' | 'probe' {
  return standing === 'ready' || standing === 'probe';
}

export class Lane {
  readonly breaker = new Breaker();
  readonly allowances = new Allowances();
  readonly concurrency = new Concurrency();
  /** Those who wait for a slot of it; undefined until somebody has. */
  line: Line<Waiter> | undefined;
  readonly credential: CredentialState | undefined;
  /** Monotonic milliseconds. */
  parkedUntil = 0;
  overloadedUntil = 0;
  #limitsInARow = 0;

  constructor(credential: CredentialState | undefined) {
    this.credential = credential;
  }

  standing(now: number): Exclude<Standing, 'full'> {
    const own = this.breaker.verdict(now);
    const key = this.credential?.breaker;
    const keys = key?.verdict(now) ?? 'closed';
    if (own === 'closed' && keys === 'closed' && this.parkedUntil <= now) return 'ready';
    const probing =
      (own !== 'closed' && this.breaker.probing) || (keys !== 'closed' && key?.probing === true);
    if (own !== 'open' && keys !== 'open' && this.parkedUntil <= now && !probing) return 'probe';
    const until = Math.max(
      this.parkedUntil,
      own === 'open' ? this.breaker.openUntil : now,
      keys === 'open' ? (key?.openUntil ?? now) : now,
    );
    return { until, probing, parked: this.parkedUntil > now };
  }

  get hasWaiting(): boolean {
    return this.line !== undefined && this.line.size > 0;
  }

  /** Whether one call more may begin, by somebody who has not waited for it. */
  hasSlot(now: number): boolean {
    return !this.hasWaiting && this.concurrency.hasRoom(this.allowances.callsLeft(now));
  }

  parked(now: number): boolean {
    return this.parkedUntil > now;
  }

  ramp(now: number): number {
    return Math.min(this.breaker.ramp(now), this.credential?.breaker.ramp(now) ?? 1);
  }

  /** False when somebody else is the probe already. */
  begin(now: number): 'call' | 'probe' | undefined {
    const own = this.breaker.verdict(now) !== 'closed';
    const key = this.credential?.breaker;
    const keys = key !== undefined && key.verdict(now) !== 'closed';
    if (!own && !keys) return 'call';
    if ((own && this.breaker.probing) || (keys && key.probing)) return undefined;
    if (own) this.breaker.probe();
    if (keys) key.probe();
    return 'probe';
  }

  succeed(now: number, probe: boolean): void {
    this.#limitsInARow = 0;
    this.breaker.succeed(now, probe);
    this.credential?.breaker.succeed(now, probe);
  }

  fail(failure: Failure, now: number, draw: Draw, probe: boolean): void {
    const blame = blameOf(failure);
    const key = this.credential?.breaker;
    if (failure.code === 'upstream_overloaded' || blame.on === 'rate')
      this.overloadedUntil = now + OVERLOADED_MS;
    if (blame.on !== 'credential' || key === undefined) key?.release(probe);
    switch (blame.on) {
      case 'nobody':
        this.breaker.release(probe);
        break;
      case 'rate':
        this.breaker.release(probe);
        this.#park(now, blame.restMs);
        break;
      case 'lane':
        this.breaker.fail(now, draw, probe, blame.floorMs);
        break;
      case 'lane-hard':
        this.breaker.trip(now, blame.restMs, probe);
        break;
      case 'credential':
        if (key === undefined) this.breaker.trip(now, blame.restMs, probe);
        else {
          this.breaker.release(probe);
          key.trip(now, blame.restMs, probe);
        }
        break;
    }
  }

  #park(now: number, restMs: number | undefined): void {
    this.#limitsInARow += 1;
    const again = this.#limitsInARow - 2;
    const rest = restMs ?? (again < 0 ? 0 : Math.min(REST_MS_MAX, REST_MS * 2 ** again));
    this.parkedUntil = Math.max(this.parkedUntil, now + rest);
  }
}
