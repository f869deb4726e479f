// What a client asks for, and how each provider that speaks this language too is asked.

import { describe, expect, test } from 'bun:test';

import type { Json, JsonObject } from '#base/json.ts';
import type { Quirks } from '#canonical/quirk.ts';
import { openaiEmbeddings } from './index.ts';

function decoded(body: Json) {
  const request = openaiEmbeddings.client.decodeRequest(body);
  if (!request.ok) throw new Error(request.error.message);
  return request.value;
}

describe('what a client asks for', () => {
  test.each<[what: string, body: JsonObject, expected: object]>([
    ['a text', { input: 'a' }, { inputs: ['a'] }],
    ['texts', { input: ['a', 'b'] }, { inputs: ['a', 'b'] }],
    ['an empty text', { input: '' }, { inputs: [''] }],
    ['numbers of the vocabulary', { input: [1, 2] }, { inputs: [[1, 2]], onlyFor: { field: 'input' } }],
    ['lists of such', { input: [[1], [2, 3]] }, { inputs: [[1], [2, 3]], onlyFor: { field: 'input' } }],
    ['a form', { input: 'a', encoding_format: 'base64' }, { format: 'base64' }],
    ['a length', { input: 'a', dimensions: 256 }, { dimensions: 256 }],
    ['an end user', { input: 'a', user: 'u' }, { user: 'u' }],
    ['what the vectors are for', { input: 'a', input_type: 'search_query' }, { purpose: 'query' }],
    [
      'wishes to the router',
      { input: 'a', models: ['b'], provider: { sort: 'price' } },
      { routing: { models: ['b'] } },
    ],
    ['something unknown', { input: 'a', truncate: 'END' }, { extras: { fields: { truncate: 'END' } } }],
  ])('%s', (_what, body, expected) => {
    expect(decoded({ model: 'm', ...body })).toMatchObject({ model: 'm', stream: false, ...expected });
  });

  test.each<[what: string, body: Json, field: string]>([
    ['no object', [], ''],
    ['no model', { input: 'a' }, 'model'],
    ['an empty model', { model: '', input: 'a' }, 'model'],
    ['a model that is no text', { model: 1, input: 'a' }, 'model'],
    ['no input', { model: 'm' }, 'input'],
    ['an empty list', { model: 'm', input: [] }, 'input'],
    ['an empty list of numbers', { model: 'm', input: [[]] }, 'input'],
    ['texts and numbers', { model: 'm', input: ['a', 1] }, 'input'],
    ['numbers and lists', { model: 'm', input: [1, [2]] }, 'input'],
    ['an object', { model: 'm', input: { text: 'a' } }, 'input'],
    ['a number that no JSON has', { model: 'm', input: [Number.NaN] }, 'input'],
    ['half a number', { model: 'm', input: [1.5] }, 'input'],
    ['a negative number', { model: 'm', input: [-1] }, 'input'],
    ['an unknown form', { model: 'm', input: 'a', encoding_format: 'md5' }, 'encoding_format'],
    ['a length of nothing', { model: 'm', input: 'a', dimensions: 0 }, 'dimensions'],
    ['half a length', { model: 'm', input: 'a', dimensions: 1.5 }, 'dimensions'],
    ['a length that is a text', { model: 'm', input: 'a', dimensions: '256' }, 'dimensions'],
    ['a huge length', { model: 'm', input: 'a', dimensions: 1e300 }, 'dimensions'],
  ])('refused: %s', (_what, body, field) => {
    const request = openaiEmbeddings.client.decodeRequest(body);
    expect(request).toMatchObject({ ok: false, error: { code: 'invalid_request', field } });
  });
});

describe('how a provider is asked', () => {
  const asked = { model: 'm', input: 'a', dimensions: 8, encoding_format: 'base64', user: 'u' };

  test.each<[what: string, quirks: Quirks, expected: JsonObject, losses: readonly string[]]>([
    ['as the client asked', {}, { ...asked, model: 'theirs' }, []],
    [
      'with its own word for the length',
      { dimensionsField: 'output_dimension' },
      { model: 'theirs', input: 'a', output_dimension: 8, encoding_format: 'base64', user: 'u' },
      [],
    ],
    [
      'without the end user, where that is refused',
      { user: 'dropped' },
      { model: 'theirs', input: 'a', dimensions: 8, encoding_format: 'base64' },
      ['user'],
    ],
  ])('%s', (_what, quirks, expected, losses) => {
    const encoded = openaiEmbeddings.provider.encodeRequest(decoded(asked), 'theirs', quirks);
    expect(encoded.body).toEqual(expected);
    expect(encoded.losses.map(({ path }) => path)).toEqual([...losses]);
    const plain = Object.keys(quirks).length === 0;
    expect(openaiEmbeddings.relay.canRelay(decoded(asked), asked, quirks)).toBe(plain);
  });

  test('with what it alone understands', () => {
    const body = { model: 'm', input: ['a', 'b'], input_type: 'passage', truncate: 'END' };
    const encoded = openaiEmbeddings.provider.encodeRequest(decoded(body), 'm', {});
    expect(encoded).toEqual({ body, losses: [] });
  });

  test('in the client’s words, with its own name of the model and without the router’s', () => {
    const text = '{ "model":"m" , "input":"a",  "dimensions": 8.0, "models": ["b"], "provider": {} }';
    const body = JSON.parse(text) as JsonObject;
    const relayed = openaiEmbeddings.relay.relayRequest(text, body, 'theirs');
    expect(JSON.parse(relayed)).toEqual({ model: 'theirs', input: 'a', dimensions: 8 });
    expect(relayed).toContain('"dimensions": 8.0');
  });
});
