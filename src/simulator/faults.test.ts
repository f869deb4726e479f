// The table of faults as a whole: names, numbers, catalogue.

import { expect, test } from 'bun:test';

import { FAULTS, findFault } from './faults.ts';
import { requestFor } from '../../test/support/fault-rows.ts';
import { startSimulator } from './index.ts';
import { rawExchange } from '../../test/support/raw-exchange.ts';

test('the catalogue from F01 to F31 is covered', () => {
  const ids = new Set(FAULTS.flatMap(({ id }) => (id.includes('–') ? [] : [id])));
  const wanted = Array.from({ length: 31 }, (_, index) => `F${String(index + 1).padStart(2, '0')}`);
  expect(wanted.filter((id) => !ids.has(id))).toEqual([]);
});

test('names are unique', () => {
  expect(new Set(FAULTS.map(({ name }) => name)).size).toBe(FAULTS.length);
});

test.each([
  ['stream-cut', 'stream-cut', 50],
  ['fault-stream-cut-40', 'stream-cut', 40],
  ['status-503', 'status', 503],
  ['503', '503', 0],
  ['429-retry-after-seconds-9', '429-retry-after-seconds', 9],
  ['content-filter-400', 'content-filter-400', 0],
])('%s is %s with %d', (text, name, argument) => {
  const chosen = findFault(text);
  expect({ name: chosen?.fault.name, argument: chosen?.argument }).toEqual({ name, argument });
});

test.each(['no-such-thing', 'stream-cut-400', 'crlf-3', 'status-200', 'black-hole', ''])(
  '%s is no fault',
  (text) => {
    expect(findFault(text)).toBeNull();
  },
);

test('a model that asks for no fault there is gets 400', async () => {
  const simulator = await startSimulator();
  const observed = await rawExchange({ port: simulator.port, request: requestFor('no-such-thing', true) });
  expect(observed.status).toBe(400);
  expect(observed.body).toContain('fault-no-such-thing');
  await simulator.stop();
});
