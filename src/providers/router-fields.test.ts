import { expect, test } from 'bun:test';

import type { JsonObject } from '#base/json.ts';
import type { ChatRequest } from '#canonical/request.ts';
import { target } from '../../test/support/targets.ts';
import { withoutOwnName } from './router-fields.ts';

const router = target('via/x', { providerName: 'The Router' });

function asked(provider: JsonObject): ChatRequest {
  const base = { model: 'm', messages: [], tools: [], sampling: {}, stream: false };
  return { ...base, routing: { session: 's', fields: { provider, session_id: 's' } } };
}

test.each<[string, JsonObject, JsonObject]>([
  ['its id goes, others stay', { only: ['via', 'far'], sort: 'price' }, { only: ['far'], sort: 'price' }],
  ['its display name goes', { ignore: ['the router', 'far'] }, { ignore: ['far'] }],
  ['a list of it alone goes', { only: ['Via'] }, {}],
  ['and with an order the refusal of others', { order: ['via'], allow_fallbacks: false }, {}],
  [
    'which stays with an order of others',
    { order: ['via', 'far'], allow_fallbacks: false },
    { order: ['far'], allow_fallbacks: false },
  ],
])('%s', (_, provider, told) => {
  const given = asked(provider);
  expect(withoutOwnName(given, router)).toEqual({
    ...given,
    routing: { session: 's', fields: { provider: told, session_id: 's' } },
  });
});

test('where it is not named the request is given back itself', () => {
  const given = asked({ only: ['far'] });
  expect(withoutOwnName(given, router)).toBe(given);
});
