// Who answered, for encoders whose clients are told: its names, and what the answer costs.

import { splitCost } from '#accounting/cost.ts';
import { addMoney, nanoToDollars } from '#base/money.ts';
import type { Served } from '#dialects/dialect.ts';
import type { Target } from '#providers/target.ts';

const made = new WeakMap<Target, Served>();

/** The same for every answer of a target. */
export function servedBy(target: Target): Served {
  const before = made.get(target);
  if (before !== undefined) return before;
  const served: Served = {
    target: target.id,
    provider: target.providerName,
    dialect: target.dialect,
    costOf: (usage) => {
      const halves = splitCost(usage, target.price);
      if (halves === 'unknown') return undefined;
      const prompt = nanoToDollars(halves.prompt);
      const completion = nanoToDollars(halves.completion);
      return { prompt, completion, total: nanoToDollars(addMoney(halves.prompt, halves.completion)) };
    },
  };
  made.set(target, served);
  return served;
}
