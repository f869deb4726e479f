// All targets' statistics, and the view of them at one moment. In memory only: a process that starts knows nothing and uses
// priors. Bounded; who was not asked for longest is forgotten first.

import type { Target } from '#providers/target.ts';
import { HEALTHY, NO_HEADROOM } from '../view.ts';
import type { Health, HealthSource, Headroom, SizeBucket, TargetView, View } from '../view.ts';
import { PeakEwma } from './peak-ewma.ts';
import { Sessions } from './sessions.ts';
import { TargetStatistics } from './target-statistics.ts';

/** Targets, and models whose length of answer is kept. Callers can name models that nobody listed. */
const TARGETS_MAX = 2_000;
const MODELS_MAX = 2_000;
/** Tokens of an answer before any was seen. */
const OUTPUT_TOKENS_PRIOR = 400;

export class Statistics {
  readonly sessions = new Sessions();
  readonly #targets = new Map<string, TargetStatistics>();
  readonly #outputs = new Map<string, PeakEwma>();
  readonly #turns = new Map<string, number>();

  of(target: Target): TargetStatistics {
    return kept(this.#targets, target.id, TARGETS_MAX, () => new TargetStatistics());
  }

  /** Undefined for a target that nobody has asked. Looking makes nothing. */
  peek(target: Target): TargetStatistics | undefined {
    return this.#targets.get(target.id);
  }

  noteOutput(model: string, tokens: number, now: number): void {
    kept(this.#outputs, model, MODELS_MAX, () => new PeakEwma()).observe(tokens, now);
  }

  outputTokens(model: string, now: number): number {
    return this.#outputs.get(model)?.value(now, OUTPUT_TOKENS_PRIOR) ?? OUTPUT_TOKENS_PRIOR;
  }

  /** Counts the plans of a model, for taking turns. */
  nextTurn(model: string): number {
    const turn = this.#turns.get(model) ?? 0;
    if (turn === 0 && this.#turns.size >= MODELS_MAX) return turn;
    this.#turns.set(model, (turn + 1) % Number.MAX_SAFE_INTEGER);
    return turn;
  }

  /** Whose turn it would be. Looking takes none. */
  turn(model: string): number {
    return this.#turns.get(model) ?? 0;
  }

  view(now: number, health: HealthSource = ALL_HEALTHY): View {
    return new LiveView(this, now, health);
  }
}

const ALL_HEALTHY: HealthSource = { health: () => HEALTHY };
/** For all who were never asked. Nothing is ever noted here. */
const UNSEEN = new TargetStatistics();

class LiveView implements View {
  readonly now: number;
  readonly #statistics: Statistics;
  readonly #health: HealthSource;

  constructor(statistics: Statistics, now: number, health: HealthSource) {
    this.#statistics = statistics;
    this.now = now;
    this.#health = health;
  }

  target(target: Target): TargetView {
    const seen = this.#statistics.peek(target) ?? UNSEEN;
    return new LiveTargetView(seen, this.now, this.#health, target);
  }

  outputTokens(model: string): number {
    return this.#statistics.outputTokens(model, this.now);
  }
}

class LiveTargetView implements TargetView {
  readonly health: Health;
  readonly #seen: TargetStatistics;
  readonly #now: number;
  readonly #source: HealthSource;
  readonly #target: Target;

  constructor(seen: TargetStatistics, now: number, source: HealthSource, target: Target) {
    this.#seen = seen;
    this.#now = now;
    this.#source = source;
    this.#target = target;
    this.health = source.health(target, now);
  }

  timeToFirstTokenMs(bucket: SizeBucket): number {
    return this.#seen.timeToFirstTokenMs(bucket, this.#now);
  }

  firstTokenQuantileMs(bucket: SizeBucket, quantile: number): number | undefined {
    return this.#seen.firstTokenQuantileMs(bucket, quantile, this.#now);
  }

  timePerTokenMs(bucket: SizeBucket): number {
    return this.#seen.timePerTokenMs(bucket, this.#now);
  }

  throughputQuantile(quantile: number): number | undefined {
    return this.#seen.throughputQuantile(quantile, this.#now);
  }

  get success(): number {
    return this.#seen.success(this.#now);
  }

  get failedAt(): number {
    return this.#seen.failedAt;
  }

  get inFlight(): number {
    return this.#seen.inFlight;
  }

  get samples(): number {
    return this.#seen.samples(this.#now);
  }

  get headroom(): readonly Headroom[] {
    return this.#source.headroom?.(this.#target, this.#now) ?? NO_HEADROOM;
  }

  get slowStart(): number {
    return this.#seen.slowStart(this.#now);
  }

  warmth(prefix: number): number {
    return this.#seen.warmth.probability(prefix, this.#now);
  }
}

/**
 * The value of a key, made when it is not there; the one that was used longest ago goes when there are too many. In what order
 * they were used matters only when there are many: else each look-up would be two changes of the map.
 */
function kept<Value>(map: Map<string, Value>, key: string, most: number, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined && map.size < most / 2) return known;
  if (known !== undefined) map.delete(key);
  const value = known ?? make();
  map.set(key, value);
  if (map.size > most) map.delete(map.keys().next().value as string);
  return value;
}
