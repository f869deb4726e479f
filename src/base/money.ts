// Money is an integer count of nano-dollars (1e-9 USD). Micro-dollars would be too coarse: a short answer of a cheap
// model costs less than one (docs/decisions/0002-nano-dollars.md). 2^53 nano-dollars are 9 million dollars.

declare const nano: unique symbol;
export type NanoDollars = number & { readonly [nano]: true };

export const NO_MONEY = 0 as NanoDollars;
export const NANO_PER_DOLLAR = 1_000_000_000;

/** Rounds half away from zero. The argument must be finite. */
export function nanoDollars(amount: number): NanoDollars {
  if (!Number.isFinite(amount)) throw new Error('money must be finite');
  return (amount < 0 ? -Math.round(-amount) : Math.round(amount)) as NanoDollars;
}

export function dollarsToNano(dollars: number): NanoDollars {
  return nanoDollars(dollars * NANO_PER_DOLLAR);
}

export function addMoney(a: NanoDollars, b: NanoDollars): NanoDollars {
  return (a + b) as NanoDollars;
}

/** For APIs that give money as a JSON number of dollars. */
export function nanoToDollars(amount: NanoDollars): number {
  return amount / NANO_PER_DOLLAR;
}
