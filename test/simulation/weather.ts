// What a simulated target is like at a moment: it has phases, drawn beforehand, in which it is well, slow, silent, limited and
// so on. Between them it is well.

import type { Draw } from '#base/random.ts';
import { failure } from '#canonical/failure.ts';
import type { Failure } from '#canonical/failure.ts';

export type Mood = 'well' | 'slow' | (typeof ILLS)[number];

const ILLS = [
  'down',
  'refused',
  'limited',
  'limited-without-a-word',
  'overloaded',
  'silent',
  'cuts',
  'stalls',
  'auth',
  'quota',
  'nonsense',
  'flaky',
  'crowded',
] as const;

interface Phase {
  readonly from: number;
  readonly until: number;
  readonly mood: Mood;
}

export class Weather {
  readonly #phases: readonly Phase[];

  constructor(draw: Draw, hoursMs: number) {
    const phases: Phase[] = [];
    for (let at = draw() * 600_000; at < hoursMs;) {
      const mood = draw() < 0.2 ? 'slow' : (ILLS[Math.floor(draw() * ILLS.length)] ?? 'down');
      const until = at + 5_000 + draw() * draw() * 600_000;
      phases.push({ from: at, until, mood });
      at = until + draw() * 900_000;
    }
    this.#phases = phases;
  }

  at(now: number): Mood {
    return this.#phases.find(({ from, until }) => from <= now && now < until)?.mood ?? 'well';
  }
}

/** Calls at once that a crowded one takes. */
const TAKES = 5;

/** What a call meets before any answer, beside so many others; undefined when it gets one. */
export function refusal(mood: Mood, draw: Draw, others: number): Failure | 'silence' | undefined {
  switch (mood) {
    case 'crowded':
      if (others < TAKES) return undefined;
      return failure(draw() < 0.5 ? 'upstream_rate_limited' : 'upstream_overloaded', 'too many at once');
    case 'down':
      return failure('upstream_error', 'down', { upstreamStatus: 500 });
    case 'refused':
      return failure('upstream_unreachable', 'refused');
    case 'limited':
      return failure('upstream_rate_limited', 'limited', { retryAfterMs: Math.floor(draw() * 40_000) });
    case 'limited-without-a-word':
      return failure('upstream_rate_limited', 'limited');
    case 'overloaded':
      return failure(
        'upstream_overloaded',
        'overloaded',
        draw() < 0.5 ? { retryAfterMs: draw() * 20_000 } : {},
      );
    case 'silent':
      return 'silence';
    case 'auth':
      return failure('upstream_auth', 'auth', { upstreamStatus: draw() < 0.5 ? 401 : 403 });
    case 'quota':
      return failure('upstream_quota', 'quota');
    case 'nonsense':
      return failure('upstream_protocol', 'nonsense');
    case 'flaky':
      return draw() < 0.4 ? failure('upstream_reset', 'flaky') : undefined;
    default:
      return undefined;
  }
}
