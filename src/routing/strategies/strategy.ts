// A strategy judges the candidates of one model by their scores. One interface, a file each, the same contract for all
// (contract.test.ts). It never sees a target: the same scores give the same judgement, today and when it is replayed.

import type { Score } from '../score.ts';
import type { StrategyName, StrategyOptions } from '../routes.ts';

export interface Strategy {
  readonly name: StrategyName;
  /** Judges by what was seen, and hence sends everybody a little, so that something is seen. */
  readonly explores: boolean;
  judge(scores: readonly Score[], context: StrategyContext): Judgement;
  /** Of what the ranks are products, for those who want to know; never asked while a plan is made. */
  parts?(scores: readonly Score[], context: StrategyContext): readonly Parts[];
}

/** Factors by name; null is infinite. */
export type Parts = Readonly<Record<string, number | null>>;

export interface StrategyContext {
  readonly options: StrategyOptions;
  /** How many plans of the model came before this one. */
  readonly turn: number;
  /** The answer is wanted in one piece: what counts is when it ends. */
  readonly whole: boolean;
}

/** Lists as long as the candidates. */
export interface Judgement {
  /** The lower the sooner, for those who are not drawn; equal ranks keep the order of the candidates. */
  readonly ranks: readonly number[];
  /** How often each is to be first, on any scale. Absent: the first by rank, always. */
  readonly shares?: readonly number[];
  /** Whether those after the first are drawn by share too; else they follow by rank. */
  readonly drawAll?: boolean;
  /** Of a strategy that explores: false for whom nothing could bring to the front that is learned by asking. Absent: all are. */
  readonly worthSeeing?: readonly boolean[];
  /** Instead of chance, 0..1. */
  readonly draw?: number;
}
