// A bad tree for each rule: what is planted, and what must be found in it. A rule that misses its own weed is no rule.

import type { Tree } from './tree.ts';

export interface Planted {
  readonly rule: (tree: Tree) => readonly string[];
  readonly files: Readonly<Record<string, string>>;
  /** The beginning of each problem, in the order of the alphabet. Nothing else may be found. */
  readonly finds: readonly string[];
}

export type Garden = Readonly<Record<string, Planted>>;
