// What a client sees of every fault of the simulator: three tables, by the moment at which the fault bites. A fault that is
// in none of them, for a stream and for a whole answer, fails the coverage test.

import type { FailureCode } from '#canonical/failure.ts';

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
const tooLong = row(400, 'context_length_exceeded', 1, { final: true });

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

export interface StreamRow {
  readonly fault: string;
  /** What ends it; absent: it is whole, with every word. */
  readonly failure?: FailureCode;
  /** The fault itself changes the words. */
  readonly otherText?: true;
  /** The provider does not say what was used. */
  readonly estimated?: true;
  /** Null: the provider gives none. */
  readonly finish?: string | null;
  /** Bytes that pass through keep what the provider said after its finish reason. */
  readonly saysMoreWhenPassed?: true;
}

const ends = (failure: FailureCode) => (fault: string) => ({ fault, failure }) satisfies StreamRow;
const whole = (fault: string, more: Omit<StreamRow, 'fault'> = {}): StreamRow => ({ fault, ...more });

export const IN_STREAM: readonly StreamRow[] = [
  ...['stream-cut-40', 'stream-cut-95', 'stream-cut-clean-40', 'stream-cut-clean-95'].map(ends('stream_cut')),
  ...['stream-cut-reset-40', 'stream-cut-in-chunk-40', 'bad-chunk-size-40'].map(ends('stream_cut')),
  ...['stall-40', 'stall-with-pings-40'].map(ends('stream_stalled')),
  ...['error-in-stream-40', 'error-in-stream-95'].map(ends('upstream_error')),
  whole('no-done'),
  whole('no-done-open'),
  whole('no-finish', { finish: null }),
  whole('no-usage', { estimated: true }),
  whole('bad-chunk-40'),
  whole('content-after-finish', { saysMoreWhenPassed: true }),
  whole('two-usages'),
  whole('duplicate-start'),
  whole('content-filter-finish', { finish: 'content_filter', otherText: true }),
  whole('refusal', { otherText: true }),
  whole('long-line', { otherText: true }),
  whole('split-utf8', { otherText: true }),
  ...['one-byte-writes', 'crlf', 'cr', 'mixed-newlines', 'multi-line-data', 'no-space'].map((name) =>
    whole(name),
  ),
  ...['comments', 'event-fields', 'bom', 'huge-headers', 'two-lengths', 'poison'].map((name) => whole(name)),
];

/** A whole answer has no events that could be laid out strangely: it comes as if there were no fault. */
export const HARMLESS_WHOLE: readonly string[] = [
  ...['no-done', 'no-finish', 'no-last-chunk', 'no-usage', 'content-after-finish', 'two-usages'],
  ...['duplicate-start', 'one-byte-writes', 'crlf', 'cr', 'mixed-newlines', 'multi-line-data', 'no-space'],
  ...['comments', 'event-fields', 'bom', 'huge-headers', 'wrong-type', 'poison'],
];

/** Have tests of their own, each with its reason there. */
export const ELSEWHERE: readonly (readonly [fault: string, way: Way])[] = [
  ['cut-at-byte', 'stream'],
  ['cut-in-arguments', 'stream'],
  ['no-last-chunk', 'stream'],
  ['length-too-long', 'stream'],
  ['runaway', 'stream'],
  ['poison-late', 'stream'],
  ['poison-late', 'whole'],
  ['content-filter-finish', 'whole'],
  ['refusal', 'whole'],
  ['split-utf8', 'whole'],
  ['long-line', 'whole'],
];
