// A provider's errors as ours, ours as the vendor's, and what passes through.

import { describe, expect, test } from 'bun:test';

import { failure, mayComeBack } from '#canonical/failure.ts';
import type { FailureCode } from '#canonical/failure.ts';
import { decodeRequest } from './decode-request.ts';
import { decodeFailure, encodeFailure } from './failures.ts';
import { anthropicMessages } from './index.ts';
import { canRelay, keepFrame, relayRequest } from './relay.ts';
import { writeMark } from './seals.ts';

const error = (type: string, message = 'x') => JSON.stringify({ type: 'error', error: { type, message } });

describe('reads', () => {
  const NOW = Date.UTC(2026, 10, 25, 12, 0, 0);
  const cases: readonly [number, string, Readonly<Record<string, string>>, object][] = [
    [400, error('invalid_request_error'), {}, { code: 'upstream_rejected', retry: 'no' }],
    [
      400,
      error('invalid_request_error', 'prompt is too long: 9 tokens > 8 maximum'),
      {},
      { code: 'context_length_exceeded' },
    ],
    [400, error('invalid_request_error', 'Your credit balance is too low'), {}, { code: 'upstream_quota' }],
    [401, error('authentication_error', 'invalid x-api-key'), {}, { code: 'upstream_auth' }],
    [404, error('not_found_error', 'model: x'), {}, { code: 'upstream_model_not_found' }],
    [413, error('request_too_large'), {}, { code: 'upstream_rejected', retry: 'other-target' }],
    [
      429,
      error('rate_limit_error'),
      { 'retry-after': '7' },
      { code: 'upstream_rate_limited', retryAfterMs: 7_000 },
    ],
    [
      429,
      error('rate_limit_error'),
      {
        'anthropic-ratelimit-tokens-remaining': '0',
        'anthropic-ratelimit-tokens-reset': '2026-11-25T12:00:09Z',
        'anthropic-ratelimit-requests-remaining': '4',
        'anthropic-ratelimit-requests-reset': '2026-11-25T12:01:00Z',
      },
      { code: 'upstream_rate_limited', retryAfterMs: 9_000 },
    ],
    [
      500,
      error('api_error'),
      { 'x-should-retry': 'false' },
      { code: 'upstream_error', retry: 'other-target' },
    ],
    [529, error('overloaded_error'), {}, { code: 'upstream_overloaded', retry: 'same-target' }],
    [
      400,
      '{"message":"Input is too long for requested model."}',
      { 'x-amzn-errortype': 'ValidationException:http://x' },
      { code: 'context_length_exceeded' },
    ],
    [
      400,
      '{"message":"x"}',
      { 'x-amzn-errortype': 'ServiceQuotaExceededException' },
      { code: 'upstream_quota' },
    ],
    [
      403,
      '{"message":"expired"}',
      { 'x-amzn-errortype': 'ExpiredTokenException' },
      { code: 'upstream_auth' },
    ],
    [
      429,
      '[{"error":{"code":429,"message":"x","status":"RESOURCE_EXHAUSTED"}}]',
      {},
      { code: 'upstream_rate_limited' },
    ],
    [502, '<html>', {}, { code: 'upstream_error' }],
    [404, '<html>', {}, { code: 'upstream_protocol' }],
    [503, '', {}, { code: 'upstream_overloaded' }],
  ];
  test.each(cases)('%d %s', (status, body, headers, expected) => {
    expect(decodeFailure(status, (name) => headers[name], body, NOW)).toMatchObject(expected);
  });
});

describe('writes', () => {
  const cases: readonly [FailureCode, number, string][] = [
    ['invalid_request', 400, 'invalid_request_error'],
    ['authentication', 401, 'authentication_error'],
    ['permission_denied', 403, 'permission_error'],
    ['model_not_found', 404, 'not_found_error'],
    ['payload_too_large', 413, 'request_too_large'],
    ['upstream_rate_limited', 429, 'rate_limit_error'],
    ['internal', 500, 'api_error'],
    ['upstream_auth', 502, 'api_error'],
    ['stream_stalled', 504, 'timeout_error'],
    ['upstream_overloaded', 529, 'overloaded_error'],
    ['overloaded', 529, 'overloaded_error'],
  ];
  test.each(cases)('%s', (code, status, type) => {
    const encoded = encodeFailure(failure(code, 'x', { retryAfterMs: 1_200 }));
    expect(encoded).toEqual({
      status,
      headers: {
        'x-should-retry': String(mayComeBack(code)),
        'retry-after': '2',
        'retry-after-ms': '1200',
      },
      body: { type: 'error', error: { type, message: 'x' } },
    });
  });
});

describe('passes through', () => {
  const TEXT =
    '{ "max_tokens": 5, "model" : "a", "x": 1e400, "provider": {"only": ["p"]}, "messages":[{"role":"user","content":"hi"}] }';
  const body = { model: 'a', max_tokens: 5, messages: [{ role: 'user', content: 'hi' }] };
  const read = (value: object) => {
    const decoded = decodeRequest(value as never);
    if (!decoded.ok) throw new Error(decoded.error.message);
    return decoded.value;
  };

  test('with the model’s name and the router’s fields changed, and no other byte', () => {
    const parsed = JSON.parse(TEXT) as Parameters<typeof relayRequest>[1];
    expect(relayRequest(TEXT, parsed, 'b')).toBe(
      '{ "max_tokens": 5, "model" : "b", "x": 1e400, "messages":[{"role":"user","content":"hi"}] }',
    );
    expect(relayRequest('{"model":"a"}', { model: 'a' }, 'a')).toBe('{"model":"a"}');
  });

  test('unless something must change', () => {
    expect(canRelay(read(body), body, {})).toBe(true);
    const { max_tokens: _, ...unlimited } = body;
    expect(canRelay(read(unlimited), unlimited, {})).toBe(false);
    expect(canRelay(read(body), body, { envelope: 'vertex' })).toBe(false);
    const thought = { type: 'thinking', thinking: 'x', signature: writeMark({ seals: [] }) };
    const marked = { ...body, messages: [{ role: 'assistant', content: [thought] }] };
    expect(canRelay(read(marked), marked, {})).toBe(false);
    const own = { ...body, messages: [{ role: 'assistant', content: [{ ...thought, signature: 'abc' }] }] };
    expect(canRelay(read(own), own, {})).toBe(true);
  });

  test('every frame but those that are not JSON', () => {
    const decoder = anthropicMessages.provider.openDecoder({});
    const start = { data: '{"type":"message_start","message":{}}' };
    expect(keepFrame(start, decoder.push(start))).toBe(true);
    expect(keepFrame({ data: '{"type":"ping"}' }, decoder.push({ data: '{"type":"ping"}' }))).toBe(true);
    expect(keepFrame({ data: '{oops' }, decoder.push({ data: '{oops' }))).toBe(false);
  });
});

test('claims what is written in its words', () => {
  const head = (path: string, version?: string) => ({ path, query: '', header: () => version });
  expect(anthropicMessages.client.claims(head('/v1/models', '2023-06-01'))).toBe(true);
  expect(anthropicMessages.client.claims(head('/v1/messages/batches'))).toBe(true);
  expect(anthropicMessages.client.claims(head('/v1/models'))).toBe(false);
});
