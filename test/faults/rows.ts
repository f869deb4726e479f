// What a client sees of every fault of the simulator: tables by the moment at which the fault bites. A fault that is in none
// of them, for a stream and for a whole answer, fails coverage.test.ts.

import type { FailureCode } from '#canonical/failure.ts';
import { pieces } from '#simulator/words.ts';

export type Way = 'stream' | 'whole';
export const WAYS: readonly Way[] = ['stream', 'whole'];

export interface BeforeRow {
  readonly fault: string;
  /** Absent: both. */
  readonly only?: Way;
  readonly status: number;
  readonly failure: FailureCode;
  /** The code that the client reads, where OpenAI has a word of its own. */
  readonly shown?: string;
  /** Calls of the faulty target; 2 for what may pass there. */
  readonly tries: 1 | 2;
  /** Of the last answer: between these, in seconds. */
  readonly retryAfter?: readonly [least: number, most: number];
  /** The request itself is at fault, so nobody else is asked. */
  readonly final?: true;
}

type More = Partial<Omit<BeforeRow, 'fault'>>;

const row = (status: number, failure: FailureCode, tries: 1 | 2, common: More = {}) => {
  return (fault: string, more: More = {}): BeforeRow => ({
    fault,
    status,
    failure,
    tries,
    ...common,
    ...more,
  });
};

const reset = row(502, 'upstream_reset', 2);
const cut = row(502, 'stream_cut', 2, { only: 'whole' });
const broken = row(502, 'upstream_error', 2);
const overloaded = row(503, 'upstream_overloaded', 2);
const silent = row(504, 'first_content_timeout', 1);
const limited = row(429, 'upstream_rate_limited', 2, { shown: 'rate_limit_exceeded' });
const refused = row(400, 'upstream_rejected', 1, { final: true });
const credential = row(502, 'upstream_auth', 1);
const broke = row(503, 'upstream_quota', 1);
const nonsense = row(502, 'upstream_protocol', 1);
const runaway = row(502, 'upstream_runaway', 1);
/** Nobody knows how large the window of the fallback is, so it is worth a call. */
const tooLong = row(400, 'context_length_exceeded', 1);

export const BEFORE_CONTENT: readonly BeforeRow[] = [
  reset('reset-before-headers'),
  reset('close-before-headers'),
  reset('reset-in-headers'),
  reset('garbage'),
  reset('two-lengths', { only: 'whole' }),
  silent('silence'),
  silent('silence-in-headers'),
  silent('slow-first-token-60000'),
  silent('stall-0'),
  silent('stall-40', { only: 'whole' }),
  silent('stall-with-pings-0'),
  silent('stall-with-pings-40', { only: 'whole' }),
  silent('no-done-open', { only: 'whole' }),

  limited('429'),
  limited('429-retry-after-seconds-30', { retryAfter: [30, 30], tries: 1 }),
  // Waited for: it is shorter than the 2 s that an exchange is patient for.
  limited('429-retry-after-seconds-1', { retryAfter: [1, 1] }),
  limited('429-retry-after-fraction', { retryAfter: [2, 2] }),
  limited('429-retry-after-date-30', { retryAfter: [25, 30], tries: 1 }),
  limited('429-retry-after-ms-30000', { retryAfter: [30, 30], tries: 1 }),
  limited('429-retry-after-zero', { retryAfter: [0, 0] }),
  // A day is the longest that anybody is told.
  limited('429-retry-after-huge', { retryAfter: [86_400, 86_400], tries: 1 }),
  limited('429-retry-after-past'),
  limited('429-retry-after-negative'),
  limited('429-retry-after-junk'),
  limited('rate-error-first'),

  broken('500'),
  broken('502'),
  broken('504'),
  broken('408'),
  broken('409'),
  broken('425'),
  broken('status-520'),
  broken('html-502'),
  // It speaks of the context length, and is an outage all the same.
  broken('context-length-500'),
  broken('error-in-stream-0'),
  broken('error-in-stream-40', { only: 'whole' }),
  overloaded('503'),
  overloaded('529'),
  overloaded('503-retry-after-30', { retryAfter: [30, 30], tries: 1 }),
  overloaded('error-first'),

  refused('400'),
  refused('422', { status: 422 }),
  refused('status-418', { status: 418 }),
  row(404, 'upstream_model_not_found', 1, { shown: 'model_not_found' })('404'),
  tooLong('context-length'),
  row(400, 'content_filtered', 1, { final: true, shown: 'content_filter' })('content-filter-400'),
  credential('auth-401'),
  credential('auth-403'),
  broke('quota-402'),
  broke('quota-429'),
  broke('quota-400'),

  nonsense('html-200'),
  nonsense('empty-200'),
  nonsense('half-json'),
  nonsense('null-json'),
  nonsense('bad-gzip'),
  nonsense('nested-encodings'),
  // As large as an answer may be, and not JSON; then larger.
  nonsense('gzip-bomb-64'),
  runaway('gzip-bomb-65'),
  nonsense('redirect'),
  nonsense('redirect-301'),
  nonsense('redirect-302'),
  nonsense('redirect-308'),
  nonsense('length-too-short'),
  nonsense('wrong-type', { only: 'stream' }),
  nonsense('bad-chunk-40', { only: 'whole' }),
  nonsense('stream-cut-clean-40', { only: 'whole' }),
  runaway('endless-line'),
  runaway('runaway', { only: 'whole' }),

  cut('stream-cut-40'),
  cut('stream-cut-0', { only: 'stream' }),
  cut('stream-cut-reset-40'),
  cut('stream-cut-in-chunk-40'),
  cut('bad-chunk-size-40'),
  cut('cut-at-byte-100'),
  cut('length-too-long'),
  cut('cut-in-arguments'),
];

export interface GivenRow {
  readonly fault: string;
  /** What ends it; absent: it is whole. */
  readonly failure?: FailureCode;
  /** The words that come, where they are not those that were said. */
  readonly text?: (said: string) => string;
  /** The provider does not say what was used. */
  readonly estimated?: true;
  /** Default: `stop`. */
  readonly finish?: string;
  /** The provider does not say why it finished, so bytes that pass through do not either. */
  readonly untold?: true;
}

const whole = (fault: string, more: Omit<GivenRow, 'fault'> = {}): GivenRow => ({ fault, ...more });

/** The first so many of a hundred tokens. */
const upTo = (percent: number) => (said: string) => {
  const tokens = pieces(said);
  return tokens.slice(0, Math.floor((tokens.length * percent) / 100)).join('');
};

const half = (said: string): string => {
  const tokens = pieces(said);
  return tokens.slice(0, Math.ceil(tokens.length / 2)).join('');
};

/** The number in the fault's name is where it ends. */
const ends =
  (failure: FailureCode) =>
  (fault: string): GivenRow => {
    return { fault, failure, text: upTo(Number(/\d+$/.exec(fault)?.[0])) };
  };

const FOREIGN_LETTERS: Readonly<Record<string, string>> = { a: 'ä', e: 'é', o: '道', u: '🧵', n: 'ñ' };
const foreign = (said: string): string =>
  said.replaceAll(/[aeoun]/g, (letter) => FOREIGN_LETTERS[letter] ?? letter);

/** What the fault does to the words is the same in a stream and in one piece. */
const OTHER_WORDS: readonly GivenRow[] = [
  whole('content-filter-finish', { finish: 'content_filter', text: half }),
  whole('refusal'),
  whole('long-line-700', { text: (said) => said + 'x'.repeat(700 * 1_024) }),
  whole('split-utf8', { text: foreign }),
  whole('no-usage', { estimated: true }),
];

export const IN_STREAM: readonly GivenRow[] = [
  ...['stream-cut-40', 'stream-cut-95', 'stream-cut-clean-40', 'stream-cut-clean-95'].map(ends('stream_cut')),
  ...['stream-cut-reset-40', 'stream-cut-in-chunk-40', 'bad-chunk-size-40'].map(ends('stream_cut')),
  ...['stall-40', 'stall-with-pings-40'].map(ends('stream_stalled')),
  ...['error-in-stream-40', 'error-in-stream-95'].map(ends('upstream_error')),
  ...['no-done', 'no-done-open'].map((name) => whole(name)),
  whole('no-finish', { untold: true }),
  ...['bad-chunk-40', 'content-after-finish', 'two-usages', 'duplicate-start'].map((name) => whole(name)),
  ...['one-byte-writes', 'crlf', 'cr', 'mixed-newlines', 'multi-line-data', 'no-space'].map((name) =>
    whole(name),
  ),
  ...['comments', 'event-fields', 'bom', 'huge-headers', 'two-lengths', 'poison'].map((name) => whole(name)),
  ...OTHER_WORDS,
];

/** A whole answer has no events that could be laid out strangely: it comes as if there were no fault. */
export const IN_ONE_PIECE: readonly GivenRow[] = [
  ...['no-done', 'no-finish', 'no-last-chunk', 'content-after-finish', 'two-usages'].map((name) =>
    whole(name),
  ),
  ...['duplicate-start', 'one-byte-writes', 'crlf', 'cr', 'mixed-newlines'].map((name) => whole(name)),
  ...['multi-line-data', 'no-space', 'comments', 'event-fields', 'bom'].map((name) => whole(name)),
  ...['huge-headers', 'wrong-type', 'poison'].map((name) => whole(name)),
  ...OTHER_WORDS,
];

/** Have tests of their own, in elsewhere.test.ts. */
export const ELSEWHERE: readonly (readonly [fault: string, way: Way])[] = [
  ['cut-at-byte', 'stream'],
  ['cut-in-arguments', 'stream'],
  ['runaway', 'stream'],
  ['no-last-chunk', 'stream'],
  ['length-too-long', 'stream'],
  ['poison-late', 'stream'],
  ['poison-late', 'whole'],
];

/** In dead-ends.test.ts: faults of addresses, which have no way. */
export const DEAD_ENDS = [
  'connect-refused',
  'unresolvable',
  'tls-expired',
  'tls-wrong-host',
  'tls-untrusted',
  'tls-stalled',
  'black-hole',
] as const;
