import { expect, test } from 'bun:test';

import { decodeUsage } from './usage.ts';

test('what was read and written counts; what is billed is kept beside it', () => {
  const wire = {
    billed_units: { input_tokens: 5, output_tokens: 7, search_units: 1 },
    tokens: { input_tokens: 500, output_tokens: 9 },
  };
  const usage = decodeUsage(wire);
  expect([usage?.inputTotal, usage?.outputTotal]).toEqual([500, 9]);
  expect(JSON.stringify(usage?.raw)).toContain('"billed_units":{"input_tokens":5,"output_tokens":7');
});
