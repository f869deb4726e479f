// What others need for the same exchange, measured together in another run on a machine of the same kind (two cores):
// CPU as multiples of the bare proxy of that run, the rest as measured. Here for orientation, not measured by this bench.

import type { RowId } from './rows.ts';

export const PUBLISHED_NAMES = [
  'nginx',
  'bare Bun',
  'Traceloop Hub (Rust, no accounting)',
  'Bifrost 1.4.19 (Go)',
  'Portkey 1.15.2 (on Bun)',
  'LiteLLM 1.106.2',
] as const;

/** What stood before each number; the others are written out. */
export const PUBLISHED_BARE = 'unary 31 µs, a chunk back to back 5.3 µs, a paced chunk 15.5 µs';

export interface PublishedRow {
  readonly row: RowId;
  readonly unit: '×' | 'KB' | 'µs' | 'MB';
  /** One per name; the resident rows have two rows here, idle and after load. */
  readonly values: readonly (number | undefined)[];
}

export const PUBLISHED: readonly PublishedRow[] = [
  { row: 'unary', unit: '×', values: [0.42, 1, 1.3, 3.9, 4.9, 220] },
  { row: 'flood', unit: '×', values: [0.85, 1, 1.4, 2.7, 1.9, 105] },
  { row: 'paced', unit: '×', values: [0.56, 1, 0.9, 2.1, 1.9, 45] },
  // Portkey with 300 open streams.
  { row: 'held', unit: 'KB', values: [18, 63, 72, 229, 141, undefined] },
  { row: 'latency', unit: 'µs', values: [120, 180, 205, 208, 311, 8_500] },
  { row: 'idle', unit: 'MB', values: [8, 27, 15, 77, 46, 321] },
  { row: 'loaded', unit: 'MB', values: [8, 41, 18, 88, 85, 462] },
];

const BARE = 1;
const RUST = 2;

/** The Rust gateway as a multiple of the bare proxy of its run; undefined for rows that were not measured then. */
export function rustRatio(row: RowId): number | undefined {
  const values = PUBLISHED.find((published) => published.row === row)?.values;
  const [bare, rust] = [values?.[BARE], values?.[RUST]];
  return bare === undefined || rust === undefined ? undefined : rust / bare;
}
