// A session stays with its target as long as that is well and no dearer, its cache reckoned in, than whoever would be chosen.

import type { Choice } from './choose.ts';
import type { Score } from './score.ts';

/** Whether `index` stays first although another was chosen. Where a cost is unknown nothing speaks against staying. */
export function stays(index: number, { order }: Choice, scores: readonly Score[]): boolean {
  const own = scores[index]?.costNano;
  const chosen = scores[order[0] ?? -1]?.costNano;
  return own === undefined || chosen === undefined || own <= chosen;
}

/** Certain, and hence with probability 1; the others follow as they were. */
export function stayFirst(choice: Choice, index: number): Choice {
  return {
    ...choice,
    order: [index, ...choice.order.filter((other) => other !== index)],
    shares: choice.shares.map((_, at) => (at === index ? 1 : 0)),
  };
}
