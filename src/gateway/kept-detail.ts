// How much of an explanation goes into the record. Who could have been chosen and with which probability always does; the
// numbers behind it do as long as there is little to do, and beyond that for a part of the exchanges.

import type { Draw } from '#base/random.ts';
import type { ExplanationSettings } from '#config/snapshot.ts';
import { briefly } from '#routing/explanation.ts';
import type { Explanation } from '#routing/explanation.ts';
import type { Plan } from '#routing/plan.ts';

const SECOND_MS = 1_000;

export interface Moment {
  /** Monotonic milliseconds. */
  readonly now: number;
  readonly draw: Draw;
}

export class KeptDetail {
  #second = -1;
  #count = 0;

  /** What the record keeps of the plan. Counts it. */
  of(plan: Plan, settings: ExplanationSettings, moment: Moment): Explanation {
    const { explanation, targets, detail } = plan;
    const wanted = this.#isWanted(settings, moment);
    const full = detail === undefined ? wanted : detail === 'full';
    if (full) return explanation;
    return briefly(
      explanation,
      targets.map(({ target }) => target.id),
    );
  }

  #isWanted({ above, detail }: ExplanationSettings, { now, draw }: Moment): boolean {
    const second = Math.floor(now / SECOND_MS);
    this.#count = second === this.#second ? this.#count + 1 : 1;
    this.#second = second;
    return this.#count <= above || draw() < detail;
  }
}
