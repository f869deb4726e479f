// The faults of Clew's own wall: those of the simulator before the first content and within an answer. What a client sees of
// each is in the table that the tests of faults have (test/faults/rows.ts); here is only what other languages see otherwise.

import type { FailureCode } from '#canonical/failure.ts';
import { BEFORE_CONTENT, DEAD_ENDS, IN_ONE_PIECE, IN_STREAM } from '../../faults/rows.ts';
import type { Way } from '../../faults/rows.ts';
import type { ClientName } from '../clients/index.ts';

/** They bite while a connection is made: an address for each. */
export type DeadEndName = (typeof DEAD_ENDS)[number];

const OVER_HTTP = `
  reset-before-headers close-before-headers reset-in-headers garbage silence silence-in-headers slow-first-token-60000
  stall-0 429 429-retry-after-seconds-1 429-retry-after-date-30 429-retry-after-junk rate-error-first 500 502 503 529
  408 409 html-502 error-first context-length-500 400 404 auth-401 auth-403 quota-402 quota-429 context-length
  content-filter-400 content-filter-finish html-200 empty-200 half-json null-json bad-gzip redirect wrong-type
  two-lengths stall-40 stall-with-pings-40 error-in-stream-40 bad-chunk-40 stream-cut-0 stream-cut-40 stream-cut-95
  stream-cut-clean-40 stream-cut-reset-40 stream-cut-in-chunk-40 bad-chunk-size-40 cut-in-arguments no-done
  no-done-open no-usage two-usages duplicate-start content-after-finish one-byte-writes split-utf8 crlf cr
  mixed-newlines multi-line-data no-space comments event-fields bom long-line-700 huge-headers poison
`;

export const FAULTS: readonly string[] = [...DEAD_ENDS, ...OVER_HTTP.trim().split(/\s+/)];

/** What comes of a fault where nobody else can be asked. */
export interface Expected {
  /** Absent: a whole answer. */
  readonly failure?: FailureCode;
  /** Before the client has seen anything, so that somebody else can answer. */
  readonly early?: true;
  /** Nobody else is asked, though it is early. */
  readonly final?: true;
  /** The words that come, where they are not those that were said. */
  readonly text?: (said: string) => string;
}

const UNREACHABLE: Readonly<Record<DeadEndName, FailureCode>> = {
  'connect-refused': 'upstream_unreachable',
  unresolvable: 'upstream_unreachable',
  'tls-expired': 'upstream_tls',
  'tls-wrong-host': 'upstream_tls',
  'tls-untrusted': 'upstream_tls',
  'tls-stalled': 'first_content_timeout',
  'black-hole': 'connect_timeout',
};

export function isDeadEnd(fault: string): fault is DeadEndName {
  return (DEAD_ENDS as readonly string[]).includes(fault);
}

/** Undefined: there is nothing to see of this fault in this way. */
export function expectedOf(fault: string, way: Way, client: ClientName): Expected | undefined {
  if (isDeadEnd(fault)) return { failure: UNREACHABLE[fault], early: true };
  const other = OTHERWISE.find((row) => {
    return row.fault === fault && row.clients.includes(client) && (row.way === undefined || row.way === way);
  });
  if (other !== undefined) return other.expected;
  const before = BEFORE_CONTENT.find((row) => row.fault === fault && (row.only ?? way) === way);
  if (before !== undefined)
    return { failure: before.failure, early: true, ...(before.final === true && { final: true }) };
  return (way === 'stream' ? IN_STREAM : IN_ONE_PIECE).find((row) => row.fault === fault);
}

interface Otherwise {
  readonly fault: string;
  readonly way?: Way;
  readonly clients: readonly ClientName[];
  /** Undefined: left out. */
  readonly expected: Expected | undefined;
}

const OTHERWISE: readonly Otherwise[] = [
  // The event that ends a stream is the answer itself.
  { fault: 'no-done', way: 'stream', clients: ['responses'], expected: { failure: 'stream_cut' } },
  { fault: 'no-done-open', way: 'stream', clients: ['responses'], expected: { failure: 'stream_stalled' } },
  // Its own filter answers with 200; another 400 is the request's fault, whatever the words.
  {
    fault: 'content-filter-400',
    clients: ['gemini'],
    expected: { failure: 'upstream_rejected', early: true, final: true },
  },
  // It has said that it is over with every event, so words after that are part of the answer.
  {
    fault: 'content-after-finish',
    way: 'stream',
    clients: ['gemini'],
    expected: { text: (said) => `${said} letter.` },
  },
  // Goes through as it was written; the last event, which is what clients take, has the right words.
  { fault: 'content-after-finish', way: 'stream', clients: ['responses'], expected: undefined },
];
