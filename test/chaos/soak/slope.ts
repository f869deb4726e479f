// The slope of a series with its confidence interval. Memory is a saw: what is collected sooner or later stands on what is kept. So
// of each block of samples the least is taken, which also makes the points nearly independent; neighbouring samples resemble each
// other, and would make the interval too narrow.

export interface Sample {
  /** Seconds since the start. */
  readonly at: number;
  readonly value: number;
}

export interface Slope {
  /** Per second. */
  readonly slope: number;
  /** Half of the 95 % interval. */
  readonly margin: number;
}

/** Students' t for 95 %, both sides, by degrees of freedom; beyond the last the normal value. */
const T95 = [
  12.71, 4.3, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26, 2.23, 2.2, 2.18, 2.16, 2.14, 2.13, 2.12, 2.11, 2.1,
  2.09, 2.09,
];
const NORMAL = 2;

/** NaN with fewer than three blocks. */
export function slopeOf(samples: readonly Sample[], blocks: number): Slope {
  const points = blockFloors(samples, blocks);
  const count = points.length;
  if (count < 3) return { slope: Number.NaN, margin: Number.NaN };
  const meanAt = mean(points.map(({ at }) => at));
  const meanValue = mean(points.map(({ value }) => value));
  const spread = sum(points.map(({ at }) => (at - meanAt) ** 2));
  const slope = sum(points.map(({ at, value }) => (at - meanAt) * (value - meanValue))) / spread;
  const off = sum(points.map(({ at, value }) => (value - meanValue - slope * (at - meanAt)) ** 2));
  const error = Math.sqrt(off / (count - 2) / spread);
  return { slope, margin: (T95[count - 3] ?? NORMAL) * error };
}

function blockFloors(samples: readonly Sample[], blocks: number): readonly Sample[] {
  const size = Math.max(1, Math.ceil(samples.length / blocks));
  const floors: Sample[] = [];
  for (let from = 0; from + size <= samples.length; from += size) {
    const block = samples.slice(from, from + size);
    floors.push(block.reduce((least, one) => (one.value < least.value ? one : least)));
  }
  return floors;
}

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);
const mean = (values: readonly number[]): number => sum(values) / values.length;
