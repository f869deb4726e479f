// Faults before the answer, as they are on the wire.

import { expect, test } from 'bun:test';

import { startSimulator } from '../index.ts';
import { rawExchange } from '../../../test/support/raw-exchange.ts';
import { BEFORE } from './before.ts';
import { requestFor, says, testRows, type Rows } from '../../../test/support/fault-rows.ts';

const ROWS: Rows = {
  'reset-before-headers': {
    status: null,
    ended: 'reset',
    whole: false,
    check: ({ bytes }) => expect(bytes.length).toBe(0),
  },
  'close-before-headers': {
    status: null,
    ended: 'closed',
    whole: false,
    check: ({ bytes }) => expect(bytes.length).toBe(0),
  },
  'reset-in-headers': {
    status: null,
    ended: 'reset',
    whole: false,
    check: ({ text }) => expect(text).toStartWith('HTTP/1.1 200'),
  },
  'silence-in-headers': { status: null, until: says('HTTP/1.1'), whole: false },
  garbage: {
    status: null,
    ended: 'closed',
    whole: false,
    check: ({ text }) => expect(text).toContain('ESMTP'),
  },
};

testRows(BEFORE, ROWS, ['silence']);

test('silence: the request is read and logged, and not a byte comes', async () => {
  const simulator = await startSimulator();
  const asking = rawExchange({ port: simulator.port, request: requestFor('silence', true) });
  while (simulator.entries().length === 0) await Bun.sleep(5);
  const first = await Promise.race([asking.then(() => 'answered'), Bun.sleep(100).then(() => 'silent')]);
  expect(first).toBe('silent');
  expect(simulator.entries()[0]).toMatchObject({
    status: null,
    firstByteMs: null,
    bytesOut: 0,
    ended: null,
    bill: 0,
  });
  await simulator.stop();
  await asking;
  expect(simulator.entries()[0]).toMatchObject({ ended: 'stalled', bill: 0 });
});
