// What one target is expected to do with this request: numbers only, rounded as they are kept, so that the choice can be
// made again from them. Everything is finite; what nobody knows, and what is ordinary, is undefined and takes no room in a record.

import type { Target } from '#providers/target.ts';
import { profileOf } from '#providers/tokens/profiles.ts';
import type { TokenProfile } from '#providers/tokens/profiles.ts';
import { measureRequest, tokensOf } from '#providers/tokens/measure.ts';
import type { Measure } from '#providers/tokens/measure.ts';
import { isChat } from '#canonical/asked.ts';
import type { Asked } from '#canonical/asked.ts';
import { CACHED_TOKENS_MIN, expectedCost, expectedSaving } from './expected-cost.ts';
import { Topic } from './policies/topic.ts';
import { prefixesOf } from './prefixes.ts';
import type { Prefixes } from './prefixes.ts';
import { roomIn } from './room.ts';
import { sizeBucket } from './view.ts';
import type { SizeBucket, TargetView } from './view.ts';

export interface Score {
  /** The operator's; undefined is 1. */
  readonly weight: number | undefined;
  /** Nano-dollars; undefined is unknown. */
  readonly costNano: number | undefined;
  /** Milliseconds to the first content, for each token after it, and to the end. */
  readonly firstMs: number;
  readonly eachMs: number;
  readonly totalMs: number;
  /** Probability that an attempt succeeds, 0..1. */
  readonly success: number;
  /** Undefined is none. */
  readonly inFlight: number | undefined;
  /** Attempts that these numbers rest on. */
  readonly samples: number;
  /** Milliseconds since the last failure; undefined when there was none. */
  readonly failedAgoMs: number | undefined;
  /** Share of its usual traffic that the target may get, 0..1: its breaker's slow start and what rate limits leave; undefined is all. */
  readonly ramp: number | undefined;
  /** The same after the statistics saw it recover; for those who judge by them. */
  readonly slowStart: number | undefined;
  /** Tokens of the prompt that are in the provider's cache, times the probability that they are; undefined is none. */
  readonly warmTokens: number | undefined;
  /** What the cache is expected to save of the cost, in nano-dollars; undefined is nothing. */
  readonly savedNano?: number | undefined;
  /** What the operator says of the model, above 0 and up to 1; undefined where nobody says. */
  readonly quality?: number | undefined;
}

const profiles = new WeakMap<Target, TokenProfile>();

function profileFor(target: Target): TokenProfile {
  const known = profiles.get(target);
  if (known !== undefined) return known;
  const profile = profileOf(target.model);
  profiles.set(target, profile);
  return profile;
}

/** The request as far as plans need it; each part is looked at once, and only when somebody asks. */
export class Subject {
  readonly request: Asked;
  readonly #expectedOutput: (model: string) => number;
  readonly #topic: Topic;
  /** Somebody's quality depends on what the request is about. */
  #topical = false;
  #measure: Measure | undefined;
  /** The model that was asked for last: candidates come model by model. */
  #model: string | undefined;
  #outputTokens = 0;
  #prefixes: Prefixes | undefined;

  constructor(request: Asked, expectedOutput: (model: string) => number, topic: Topic = new Topic(request)) {
    this.request = request;
    this.#expectedOutput = expectedOutput;
    this.#topic = topic;
  }

  get measure(): Measure {
    this.#measure ??= isChat(this.request) ? measureRequest(this.request) : UNMEASURED;
    return this.#measure;
  }

  get prefixes(): Prefixes {
    this.#prefixes ??= isChat(this.request) ? prefixesOf(this.request) : NO_PREFIXES;
    return this.#prefixes;
  }

  /** Only when it was needed. */
  get knownTopic(): Topic | undefined {
    return this.#topical ? this.#topic : undefined;
  }

  /** What the operator says of a target for such requests: of the task, else of the language, else of all others. */
  quality({ quality }: Target): number | undefined {
    if (quality === undefined || typeof quality === 'number') return quality;
    this.#topical = true;
    const { task, language } = this.#topic;
    const tag = [task, language, 'other'].find((name) => Object.hasOwn(quality, name));
    return tag === undefined ? undefined : quality[tag];
  }

  /** Only when they were needed. */
  get knownPrefixes(): Prefixes | undefined {
    return this.#prefixes;
  }

  readonly inputTokens = (target: Target): number => tokensOf(this.measure, profileFor(target));

  outputTokens(model: string): number {
    if (model === this.#model) return this.#outputTokens;
    this.#model = model;
    this.#outputTokens = this.#reckonOutput(model);
    return this.#outputTokens;
  }

  #reckonOutput(model: string): number {
    const expected = this.#expectedOutput(model);
    const most = isChat(this.request) ? this.request.maxOutputTokens : undefined;
    return Math.round(Math.min(expected, most ?? expected));
  }
}

/** What is no chat is taken to be a page of text: candidates are compared by their prices, whatever its length. */
const UNMEASURED: Measure = {
  characters: 4_000,
  textTokens: 1_000,
  schemaTokens: 0,
  messages: 0,
  tools: 0,
  calls: 0,
  media: 0,
};
const NO_PREFIXES: Prefixes = { prefixes: [], marked: false, longTtl: false };

export interface Scored {
  readonly score: Score;
  readonly room: number;
  readonly bucket: SizeBucket;
}

export interface ScoreOptions {
  readonly subject: Subject;
  readonly now: number;
  readonly outputTokens: number;
}

export function scoreOf(target: Target, view: TargetView, options: ScoreOptions): Scored {
  const { subject, now, outputTokens } = options;
  const inputTokens = subject.inputTokens(target);
  const bucket = sizeBucket(inputTokens);
  const firstMs = view.timeToFirstTokenMs(bucket);
  const eachMs = view.timePerTokenMs(bucket);
  const room = roomIn(target, view, inputTokens, now);
  const caches = target.price?.cacheRead !== undefined && inputTokens >= CACHED_TOKENS_MIN;
  const { warm, warmTokens } = caches ? warmthOf(view, subject, inputTokens) : COLD;
  const marked = caches && subject.prefixes.marked;
  const expected = { inputTokens, outputTokens, warm, warmTokens, marked };
  const score: Score = {
    weight: unless(1, target.weight),
    costNano: expectedCost(target.price, expected),
    firstMs: rounded(firstMs),
    eachMs: rounded(eachMs),
    totalMs: rounded(firstMs + eachMs * Math.max(0, outputTokens - 1)),
    success: rounded(view.success),
    inFlight: unless(0, view.inFlight),
    samples: hasJustBeenIll(view) ? 0 : Math.round(view.samples),
    failedAgoMs: view.failedAt === -Infinity ? undefined : Math.round(now - view.failedAt),
    ramp: unless(1, rounded(view.health.ramp * room)),
    slowStart: unless(1, rounded(view.slowStart)),
    warmTokens: unless(0, Math.round(warm * warmTokens)),
    savedNano: warm > 0 ? expectedSaving(target.price, expected) : undefined,
    quality: target.quality === undefined ? undefined : subject.quality(target),
  };
  return { score, room, bucket };
}

/** What was seen before says little about now: it is to be seen anew. */
function hasJustBeenIll({ health }: TargetView): boolean {
  return health.breaker === 'half-open' || health.ramp < 1;
}

function unless(ordinary: number, value: number): number | undefined {
  return value === ordinary ? undefined : value;
}

/** Three decimals, or none where nobody would look at them: whole numbers are written several times as fast. */
function rounded(value: number): number {
  return value >= 100 ? Math.round(value) : Math.round(value * 1_000) / 1_000;
}

const COLD = { warm: 0, warmTokens: 0 };

/** The longest beginning of the prompt that the provider may still have. */
function warmthOf(view: TargetView, subject: Subject, inputTokens: number): typeof COLD {
  const { prefixes } = subject.prefixes;
  const all = prefixes.at(-1)?.characters ?? 0;
  for (let at = prefixes.length - 1; at >= 0; at -= 1) {
    const prefix = prefixes[at];
    if (prefix === undefined) continue;
    const warm = view.warmth(prefix.hash);
    if (warm > 0) return { warm, warmTokens: all === 0 ? 0 : (inputTokens * prefix.characters) / all };
  }
  return COLD;
}
