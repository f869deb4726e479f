// What stands around a body: paths, who is speaking, layouts, models, counts, and bodies that pass through.

import { describe, expect, test } from 'bun:test';

import type { JsonObject } from '#base/json.ts';
import { isObject, parseJson } from '#base/json.ts';
import type { Quirks } from '#canonical/quirk.ts';
import type { Head } from '../dialect.ts';
import { gemini } from './index.ts';

const { client, provider, relay } = gemini;
const head = (path: string, query = '', headers: Readonly<Record<string, string>> = {}): Head => ({
  path,
  query,
  header: (name) => headers[name],
});
const STREAM = '/v1beta/models/m:streamGenerateContent';

test.each<readonly [Head, boolean]>([
  [head('/v1beta/models'), true],
  [head('/v1beta'), true],
  [head('/v1betamax'), false],
  [head('/v1/models'), false],
  [head('/v1/models', '', { 'x-goog-api-key': 'k' }), true],
])('%j is claimed: %p', (asked, claimed) => expect(client.claims(asked)).toBe(claimed));

test.each([
  [STREAM, 'alt=sse', 'sse'],
  [STREAM, 'key=x&alt=sse', 'sse'],
  [STREAM, '', 'json-array'],
  [STREAM, 'alt=json', 'json-array'],
  ['/v1beta/models/m:generateContent', '', 'sse'],
] as const)('%s?%s is laid out as %s', (path, query, framing) => {
  expect(client.streamFraming(head(path, query))).toBe(framing);
});

test.each<readonly [string, boolean, Quirks, string]>([
  ['gemini-x', false, {}, '/models/gemini-x:generateContent'],
  ['gemini-x', true, {}, '/models/gemini-x:streamGenerateContent?alt=sse'],
  [
    'gemini-x',
    true,
    { modelPath: 'publishers' },
    '/publishers/google/models/gemini-x:streamGenerateContent?alt=sse',
  ],
  ['tunedModels/a b', false, {}, '/tunedModels/a%20b:generateContent'],
  ['models/gemini-x', false, {}, '/models/gemini-x:generateContent'],
  ['a?b#c', false, {}, '/models/a%3Fb%23c:generateContent'],
])('%s is called, streamed %p, quirks %j, at %s', (model, stream, quirks, path) => {
  expect(provider.path(model, stream, quirks)).toBe(path);
});

test('models, listed and alone', () => {
  const model = { id: 'openai/x', owner: 'clew', contextTokens: 5, maxOutputTokens: 2 };
  const shown = {
    name: 'models/openai/x',
    displayName: 'openai/x',
    description: 'Served by clew.',
    inputTokenLimit: 5,
    outputTokenLimit: 2,
    supportedGenerationMethods: ['generateContent', 'countTokens'],
  };
  expect(client.encodeModel(model)).toEqual(shown);
  expect(client.encodeModels([model, { id: 'y', owner: 'z' }])).toMatchObject({
    models: [shown, { name: 'models/y' }],
  });
});

describe('counting', () => {
  const asked = head('/v1/models/openai/x:countTokens');
  const contents = [{ role: 'user', parts: [{ text: 'hi' }] }];
  test.each([
    [{ contents }],
    [{ contents, systemInstruction: { parts: [{ text: 'be' }] }, tools: [] }],
    [{ generateContentRequest: { model: 'models/x', contents } }],
    [{ generate_content_request: { contents } }],
  ])('%j', (body) => {
    const decoded = client.counting.decodeRequest(body, asked);
    expect(decoded).toMatchObject({ ok: true, value: { model: 'openai/x', stream: false } });
    expect(decoded.ok && decoded.value.messages.at(-1)?.parts).toEqual([{ kind: 'text', text: 'hi' }]);
  });

  test('the number, and a body that is none', () => {
    expect(client.counting.encodeCount(7)).toEqual({ totalTokens: 7 });
    expect(client.counting.decodeRequest({}, asked).ok).toBe(false);
  });
});

describe('passing through', () => {
  const contents = [{ role: 'user', parts: [{ text: 'hi' }] }];
  const passes = (body: JsonObject, quirks: Quirks = {}): boolean => {
    const decoded = client.decodeRequest({ contents, ...body }, head(STREAM));
    return decoded.ok && relay.canRelay(decoded.value, body, quirks);
  };
  const signed = (thoughtSignature: string): JsonObject => ({
    contents: [...contents, { role: 'model', parts: [{ text: 'a', thought: true, thoughtSignature }] }],
  });

  test('a body goes as it is, but for a name of a model', () => {
    const text = '{ "contents": [], "generationConfig": {"temperature": 1.0} }';
    expect(relay.relayRequest(text, parseJson(text) as JsonObject)).toBe(text);
    const named = '{ "model": "models/x", "contents": [], "seed": 12345678901234567890 }';
    const sent = relay.relayRequest(named, parseJson(named) as JsonObject);
    expect(sent).toContain('12345678901234567890');
    expect(isObject(parseJson(sent)) && Object.keys(parseJson(sent) as JsonObject)).toEqual([
      'contents',
      'seed',
    ]);
  });

  test('not with seals of another vendor, nor with what a quirk changes', () => {
    expect(passes({})).toBe(true);
    expect(passes(signed('QQ=='))).toBe(true);
    expect(passes(signed(`Y2xldzE6${btoa('{"dialect":"other","form":"signature","value":"x"}')}`))).toBe(
      false,
    );
    expect(passes({ labels: { a: 'b' } })).toBe(true);
    expect(passes({ labels: { a: 'b' } }, { labels: 'dropped' })).toBe(false);
    expect(passes({}, { labels: 'dropped', modelPath: 'publishers' })).toBe(true);
  });
});

test.each([
  ['get_weather', true],
  ['mcp__server.tool:x-1', true],
  ['1st', false],
  ['a b', false],
  ['', false],
  ['a'.repeat(65), false],
])('a function may be called %s: %p', (name, valid) => {
  expect(provider.names().toolName.valid.test(name)).toBe(valid);
});
