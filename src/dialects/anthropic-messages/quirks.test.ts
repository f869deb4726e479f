// What each quirk changes in a request.

import { describe, expect, test } from 'bun:test';

import type { Part } from '#canonical/part.ts';
import { encode, user } from '../../../test/support/messages-requests.ts';
import { decodeRequest } from './decode-request.ts';
import { encodeRequest } from './encode-request.ts';
import { headers, path } from './envelope.ts';

describe('quirks', () => {
  const SCHEMA = { output: { kind: 'json-schema', schema: { type: 'object' } } } as const;
  const marked = user({ kind: 'text', text: 'x', cache: { ttl: '1h' } });

  test('structuredOutput', () => {
    expect(encode(SCHEMA, 'm', { structuredOutput: 'native' }).body['output_config']).toBeDefined();
    expect(
      encode(SCHEMA, 'claude-opus-5', { structuredOutput: 'prompt' }).body['output_config'],
    ).toBeUndefined();
  });

  test('thinking', () => {
    const asked = { reasoning: { effort: 'low' } };
    expect(encode(asked, 'm', { thinking: 'adaptive' }).body['thinking']).toMatchObject({ type: 'adaptive' });
    expect(encode(asked, 'claude-opus-5', { thinking: 'budget' }).body['thinking']).toMatchObject({
      type: 'enabled',
    });
    expect(encode(asked, 'claude-opus-5', { thinking: 'none' }).lost).toEqual(['reasoning dropped']);
  });

  test('cacheMarks', () => {
    expect(JSON.stringify(encode({ messages: [marked] }).body)).toContain('"ttl":"1h"');
    const dropped = encode({ messages: [marked] }, 'm', { cacheMarks: 'dropped' });
    expect(JSON.stringify(dropped.body)).not.toContain('cache_control');
    expect(dropped.lost).toEqual(['cache dropped']);
  });

  test('more than four marks of another language', () => {
    const { body, lost } = encode({
      messages: [user(...Array.from({ length: 6 }, () => marked.parts[0] as Part))],
    });
    expect(JSON.stringify(body).split('cache_control')).toHaveLength(5);
    expect(lost).toEqual(['cache changed']);
  });

  test('unknownFields', () => {
    const body = { model: 'm', max_tokens: 5, messages: [{ role: 'user', content: 'x' }], container: 'c' };
    const decoded = decodeRequest(body);
    if (!decoded.ok) throw new Error(decoded.error.message);
    expect(encodeRequest(decoded.value, 'm', {}).body).toEqual(body);
    const strict = encodeRequest(decoded.value, 'm', { unknownFields: 'dropped' });
    expect([strict.body['container'], strict.losses[0]?.path]).toEqual([undefined, 'extras.container']);
  });

  const BETAS = 'context-1m-2025-08-07,interleaved-thinking-2025-05-14';

  test('envelope', () => {
    const decoded = decodeRequest(
      { model: 'm', max_tokens: 5, stream: true, messages: [{ role: 'user', content: 'x' }] },
      { header: (name) => ({ 'anthropic-beta': BETAS, 'anthropic-version': '2023-06-01' })[name] },
    );
    if (!decoded.ok) throw new Error(decoded.error.message);
    const rest = { max_tokens: 5, messages: [{ role: 'user', content: 'x' }] };
    const vertex = { envelope: 'vertex' };
    const bedrock = { envelope: 'bedrock' };
    expect(encodeRequest(decoded.value, 'm', vertex).body).toEqual({
      ...rest,
      stream: true,
      anthropic_version: 'vertex-2023-10-16',
    });
    expect(encodeRequest(decoded.value, 'm', bedrock).body).toEqual({
      ...rest,
      anthropic_version: 'bedrock-2023-05-31',
      anthropic_beta: ['context-1m-2025-08-07', 'interleaved-thinking-2025-05-14'],
    });
    expect(headers(decoded.value, vertex)).toEqual({ 'anthropic-beta': BETAS });
    expect(headers(decoded.value, bedrock)).toEqual({});
    expect(headers(decoded.value, {})).toEqual({
      'anthropic-beta': BETAS,
      'anthropic-version': '2023-06-01',
    });
    expect(path('claude@1', true, vertex)).toBe('/publishers/anthropic/models/claude@1:streamRawPredict');
    expect(path('a.b-v1:0', false, bedrock)).toBe('/model/a.b-v1%3A0/invoke');
    expect(path('m', true, {})).toBe('/messages');
  });
});
