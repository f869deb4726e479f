// Unusual layouts and wrong framing, as they are on the wire.

import { expect } from 'bun:test';

import {
  complete,
  readStream,
  sameText,
  says,
  sends,
  TEXT,
  testRows,
  type Rows,
} from '../../../test/support/fault-rows.ts';
import { FRAMING } from './framing.ts';

const EVENT_STREAMS: Rows = {
  'one-byte-writes': { ...sameText(/^data: /), check: ({ reads }) => expect(reads).toBeGreaterThan(100) },
  'split-utf8': {
    status: 200,
    check: (observed) => {
      const strict = new TextDecoder('utf-8', { fatal: true });
      const broken = observed.chunks.filter((chunk) => {
        try {
          strict.decode(chunk);
          return false;
        } catch {
          return true;
        }
      });
      expect(broken.length).toBeGreaterThan(10);
      expect(readStream(observed).text.match(/./gu)).toHaveLength(TEXT.length);
      expect(observed.body).toContain('🧵');
      expect(observed.body).not.toContain('\uFFFD');
    },
  },
  crlf: sameText(/\r\n\r\ndata: /),
  cr: sameText(/[^\n]\r\rdata: /),
  'mixed-newlines': sameText(/\n\ndata[^]*\r\n\r\ndata[^]*\r\rdata/),
  'multi-line-data': sameText(/data: \{\ndata: "/),
  'no-space': sameText(/^data:\{/),
  comments: sameText(/^: keep going\n\ndata: /),
  'event-fields': sameText(/^id: 0\nretry: 3000\nunheard-of: yes\ndata: /),
  bom: {
    ...sameText(/^/),
    check: ({ chunks }) => expect(chunks[0]?.subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf])),
  },
  'long-line-64': {
    status: 200,
    check: (observed) => expect(readStream(observed).text.length).toBe(TEXT.length + 65_536),
  },
  'length-too-short': {
    status: 200,
    stream: false,
    check: ({ beyond }) => expect(beyond.length).toBeGreaterThan(100),
  },
  'two-lengths': {
    status: 200,
    check: ({ head }) => expect(head).toMatch(/content-length: 5\r\n[^]*transfer-encoding: chunked/),
  },
  poison: {
    status: 200,
    until: says('somebody else'),
    check: ({ beyond }) => expect(beyond.toString()).toStartWith('HTTP/1.1 200 OK'),
  },
  'poison-late': {
    status: 200,
    until: says('somebody else'),
    check: ({ beyond }) => expect(beyond.toString()).toStartWith('HTTP/1.1 200 OK'),
  },
};

const HTTP: Rows = {
  'stream-cut-reset-40': {
    status: 200,
    ended: 'reset',
    whole: false,
    check: sends(40, ({ text }) => expect(text).not.toEndWith('\r\n')),
  },
  'stream-cut-in-chunk-40': {
    status: 200,
    ended: 'closed',
    whole: false,
    check: sends(40, ({ text }) => expect(text).not.toEndWith('\r\n')),
  },
  'bad-chunk-size-40': {
    status: 200,
    ended: 'closed',
    whole: false,
    check: sends(40, ({ text }) => expect(text).toContain('\r\nzz\r\n')),
  },
  'length-too-long': { status: 200, ended: 'closed', whole: false, check: complete },
  'no-last-chunk': {
    status: 200,
    ended: 'closed',
    whole: false,
    check: ({ body }) => expect(body).toEndWith('[DONE]\n\n'),
  },
  'length-too-long (whole)': { stream: false, status: 200, ended: 'closed', whole: false },
  'stream-cut-reset-40 (whole)': { stream: false, status: 200, ended: 'reset', whole: false },
};

testRows(FRAMING, { ...EVENT_STREAMS, ...HTTP });
