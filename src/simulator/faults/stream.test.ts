// Faults in the stream, as they are on the wire, and what they do to an answer that comes whole.

import { expect } from 'bun:test';

import { parseJson } from '#base/json.ts';
import {
  complete,
  errorOf,
  readStream,
  says,
  sends,
  TEXT,
  testRows,
  upTo,
  type Rows,
} from '../../../test/support/fault-rows.ts';
import { STREAM } from './stream.ts';

const STREAMED: Rows = {
  'slow-first-token-500': {
    status: 200,
    // A client that is busy reads the head late, so that the wait looks shorter to it.
    check: ({ contentAfterMs }) => expect(contentAfterMs).toBeGreaterThan(250),
  },
  'stall-40': { status: 200, until: says(upTo(40).slice(-5)), whole: false, check: sends(40) },
  'stall-with-pings-40': {
    status: 200,
    until: says(': ping\n\n'),
    whole: false,
    check: sends(40, ({ body }) => expect(body).toContain(': ping\n\n')),
  },
  'stream-cut-40': { status: 200, ended: 'closed', whole: false, check: sends(40) },
  'stream-cut-clean-40': { status: 200, check: sends(40) },
  'cut-at-byte-300': {
    status: 200,
    ended: 'closed',
    whole: false,
    check: ({ body }) => expect(body.length).toBe(300),
  },
  'no-finish': {
    status: 200,
    check: (observed) => {
      expect(readStream(observed).text).toBe(TEXT);
      expect(observed.body).not.toContain('"finish_reason":"stop"');
      expect(observed.body).toContain('[DONE]');
    },
  },
  'no-done': {
    status: 200,
    check: (observed) => {
      complete(observed);
      expect(observed.body).not.toContain('[DONE]');
    },
  },
  'no-done-open': {
    status: 200,
    until: says('"finish_reason":"stop"'),
    whole: false,
    check: ({ body }) => expect(body).not.toContain('[DONE]'),
  },
  'bad-chunk-40': {
    status: 200,
    check: (observed) => {
      const { text, events } = readStream(observed);
      expect(text).toBe(TEXT);
      expect(events.filter((event) => event !== '[DONE]' && parseJson(event) === undefined)).toHaveLength(1);
    },
  },
  'error-in-stream-40': { status: 200, check: sends(40, ({ body }) => expect(body).toContain('"error":{')) },
  'error-first': {
    status: 200,
    check: sends(0, ({ body }) => expect(body).toContain('"code":"overloaded"')),
  },
  'rate-error-first': {
    status: 200,
    check: sends(0, ({ body }) => expect(body).toContain('"code":"rate_limit_exceeded"')),
  },
  'content-after-finish': {
    status: 200,
    check: ({ body }) => expect(body).toMatch(/"finish_reason":"stop"[^]*"delta":\{"content":/),
  },
  'two-usages': { status: 200, check: ({ body }) => expect(body.match(/"usage":\{/g)).toHaveLength(2) },
  'duplicate-start': {
    status: 200,
    check: ({ body }) => expect(body.match(/"role":"assistant"/g)).toHaveLength(2),
  },
  'no-usage': {
    status: 200,
    check: (observed) => {
      complete(observed);
      expect(observed.body).not.toContain('"usage":{');
    },
  },
  'cut-in-arguments': {
    status: 200,
    ended: 'closed',
    whole: false,
    check: ({ body }) => {
      expect(body).toContain('"arguments":');
      expect(body).not.toContain('"finish_reason":"tool_calls"');
    },
  },
  'runaway-5000': {
    status: 200,
    ended: 'closed',
    whole: false,
    check: (observed) => expect(readStream(observed).events.length).toBeGreaterThan(5_000),
  },
  'endless-line': {
    status: 200,
    until: (bytes) => bytes.length > 3_000_000,
    whole: false,
    check: ({ body }) => expect(body.split('\n')).toHaveLength(1),
  },
};

const WHOLE_ANSWERS: Rows = {
  'stream-cut-40 (whole)': {
    stream: false,
    status: 200,
    ended: 'closed',
    whole: false,
    check: ({ body }) => expect(parseJson(body)).toBeUndefined(),
  },
  'stall-40 (whole)': { stream: false, status: 200, until: says('"model"'), whole: false },
  'bad-chunk-40 (whole)': {
    stream: false,
    status: 200,
    check: ({ body }) => expect(parseJson(body)).toBeUndefined(),
  },
  'error-in-stream (whole)': {
    stream: false,
    status: 200,
    check: (observed) => expect(errorOf(observed)).toMatchObject({ code: 'server_error' }),
  },
  'no-usage (whole)': {
    stream: false,
    status: 200,
    check: ({ body }) => expect(parseJson(body)).not.toHaveProperty('usage'),
  },
};

testRows(STREAM, { ...STREAMED, ...WHOLE_ANSWERS });
