import { describe, expect, test } from 'bun:test';

import type { JsonObject } from '#base/json.ts';
import type { Quirks } from '#canonical/quirk.ts';
import { openaiResponses } from './index.ts';

const { client, provider, relay } = openaiResponses;

function asked(body: JsonObject) {
  const decoded = client.decodeRequest({ model: 'm', input: 'Hello', ...body });
  if (!decoded.ok) throw new Error(decoded.error.message);
  return decoded.value;
}

describe('each quirk changes what it is about, and only then keeps bytes from passing through', () => {
  test.each([
    ['kept is the usual way', {}, {}, { store: undefined }],
    ['none says that nothing is kept', { state: 'none' }, {}, { store: false, passes: false }],
    ['none, as the client has it', { state: 'none' }, { store: false }, { store: false }],
    [
      'none sends no id that means nothing there',
      { state: 'none' },
      { store: false, previous_response_id: 'resp_1' },
      { previous_response_id: undefined, passes: false },
    ],
    ['kept sends the id on', {}, { previous_response_id: 'resp_1' }, { previous_response_id: 'resp_1' }],
  ])('state: %s', check);

  test.each([
    ['drop is the usual way', {}, { models: ['a'] }, { models: undefined }],
    [
      'forward',
      { routerFields: 'forward' },
      { models: ['a'], provider: { sort: 'price' } },
      { models: ['a'], provider: { sort: 'price' }, passes: false },
    ],
    ['forward has nothing to do', { routerFields: 'forward' }, {}, { models: undefined }],
  ])('routerFields: %s', check);
});

/** `wanted` are fields of the body, and whether bytes may pass through. */
function check(_: string, quirks: Quirks, more: JsonObject, wanted: JsonObject): void {
  const { passes = true, ...fields } = wanted;
  const encoded = provider.encodeRequest(asked(more), 'm', quirks);
  for (const [field, value] of Object.entries(fields)) expect(encoded.body[field]).toEqual(value);
  expect(encoded.losses).toEqual([]);
  expect(relay.canRelay(asked(more), { model: 'm', input: 'Hello', ...more }, quirks)).toBe(passes === true);
}
