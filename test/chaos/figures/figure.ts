// A figure: what is to hold, what was measured, and whether it holds.

export interface Figure {
  /** As in the goals: `R3`. */
  readonly id: string;
  readonly what: string;
  readonly goal: string;
  readonly measured: string;
  readonly holds: boolean;
  /** What lies behind it, for the log. */
  readonly log?: readonly string[];
}

/** Measures one or more figures. Each has its own gateway, so that they do not disturb each other. */
export type Measurement = () => Promise<readonly Figure[]>;

/** The value below which so large a share lies; NaN of nothing. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

export const ms = (value: number): string => `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
export const percent = (share: number): string =>
  `${(share * 100).toFixed(share > 0.99 && share < 1 ? 3 : 1)} %`;
