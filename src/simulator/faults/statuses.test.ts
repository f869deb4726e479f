// Faults that are a whole HTTP answer, as they are on the wire.

import { expect } from 'bun:test';

import { parseJson } from '#base/json.ts';
import {
  complete,
  errorStatus,
  readStream,
  TEXT,
  testRows,
  type Rows,
} from '../../../test/support/fault-rows.ts';
import { STATUSES } from './statuses.ts';

const WAITS: Rows = {
  '429-retry-after-seconds-7': errorStatus(429, 'rate_limit_exceeded', /^retry-after: 7$/m),
  '429-retry-after-fraction': errorStatus(429, 'rate_limit_exceeded', /^retry-after: 1\.5$/m),
  '429-retry-after-date-90': errorStatus(
    429,
    'rate_limit_exceeded',
    /^retry-after: \w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT$/m,
  ),
  '429-retry-after-past': errorStatus(429, 'rate_limit_exceeded', /^retry-after: \w{3}, .* GMT$/m),
  '429-retry-after-ms-250': errorStatus(429, 'rate_limit_exceeded', /^retry-after-ms: 250$/m),
  '429-retry-after-zero': errorStatus(429, 'rate_limit_exceeded', /^retry-after: 0$/m),
  '429-retry-after-negative': errorStatus(429, 'rate_limit_exceeded', /^retry-after: -5$/m),
  '429-retry-after-huge': errorStatus(429, 'rate_limit_exceeded', /^retry-after: 99999999999$/m),
  '429-retry-after-junk': errorStatus(429, 'rate_limit_exceeded', /^retry-after: soon$/m),
  '503-retry-after': errorStatus(503, 'overloaded', /^retry-after: 2$/m),
};

const REFUSALS: Rows = {
  '429': {
    ...errorStatus(429, 'rate_limit_exceeded'),
    check: ({ head }) => expect(head).not.toMatch(/retry-after/i),
  },
  'status-451': errorStatus(451, null),
  '500': errorStatus(500, 'server_error'),
  '502': errorStatus(502, 'server_error'),
  '503': errorStatus(503, 'overloaded'),
  '504': errorStatus(504, 'server_error'),
  '529': errorStatus(529, 'overloaded'),
  '408': errorStatus(408, 'request_timeout'),
  '409': errorStatus(409, null),
  '425': errorStatus(425, null),
  '400': errorStatus(400, null),
  '404': errorStatus(404, 'model_not_found'),
  '422': errorStatus(422, null),
  'auth-401': errorStatus(401, 'invalid_api_key'),
  'auth-403': errorStatus(403, 'unsupported_country_region_territory'),
  'context-length': errorStatus(400, 'context_length_exceeded'),
  'context-length-500': errorStatus(500, 'server_error'),
  'content-filter-400': errorStatus(400, 'content_filter'),
  'quota-402': errorStatus(402, 'insufficient_quota'),
  'quota-429': errorStatus(429, 'insufficient_quota'),
  'quota-400': errorStatus(400, 'insufficient_quota'),
};

const STRANGE: Rows = {
  'content-filter-finish': {
    status: 200,
    check: ({ body }) => expect(body).toContain('"finish_reason":"content_filter"'),
  },
  refusal: {
    status: 200,
    check: (observed) => {
      expect(observed.body).toContain('"delta":{"refusal":');
      expect(readStream(observed).text).toBe(TEXT);
    },
  },
  'html-200': {
    status: 200,
    check: ({ head, body }) => expect(`${head}${body}`).toMatch(/text\/html[^]*<!doctype html>/),
  },
  'html-502': { status: 502, check: ({ body }) => expect(body).toStartWith('<!doctype html>') },
  'empty-200': { status: 200, check: ({ body }) => expect(body).toBe('') },
  'wrong-type': {
    status: 200,
    check: (observed) => {
      expect(observed.head).toMatch(/^content-type: application\/octet-stream$/m);
      complete(observed);
    },
  },
  'half-json': { status: 200, check: ({ body }) => expect(parseJson(body)).toBeUndefined() },
  'null-json': { status: 200, check: ({ body }) => expect(body).toBe('null') },
  'bad-gzip': {
    status: 200,
    check: ({ head, body }) => expect(`${head}\n${body}`).toMatch(/content-encoding: gzip[^]*not gzip/),
  },
  'nested-encodings': {
    status: 200,
    check: ({ head }) => expect(head).toMatch(/content-encoding: (gzip, ){9}gzip$/m),
  },
  'gzip-bomb': { status: 200, check: ({ bytes }) => expect(bytes.length).toBeLessThan(100_000) },
  'huge-headers': { status: 200, check: ({ head }) => expect(head.length).toBeGreaterThan(262_144) },
  'redirect-302': { status: 302, check: ({ head }) => expect(head).toMatch(/^location: \/redirected$/m) },
};

testRows(STATUSES, { ...WAITS, ...REFUSALS, ...STRANGE });
