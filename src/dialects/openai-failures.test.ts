import { describe, expect, test } from 'bun:test';

import type { Json } from '#base/json.ts';
import { failure, FAILURES, isFailureCode } from '#canonical/failure.ts';
import type { FailureCode, Retry } from '#canonical/failure.ts';
import { decodeErrorObject } from './openai-error-object.ts';
import { decodeFailure, encodeFailure } from './openai-failures.ts';

const NOW = Date.UTC(2026, 10, 23);

function decode(status: number, body: Json, headers: Readonly<Record<string, string>> = {}) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return decodeFailure(status, (name) => headers[name], text, NOW);
}

const openai = (message: string, code: Json = null, type = 'invalid_request_error'): Json => ({
  error: { message, type, param: null, code },
});

const CLASSES: readonly (readonly [status: number, body: Json, code: FailureCode, retry?: Retry])[] = [
  [400, openai('Bad value'), 'upstream_rejected', 'no'],
  [422, { detail: [{ loc: ['body', 'stop', 0], msg: 'too long', type: 'x' }] }, 'upstream_rejected'],
  [400, openai('x', 'context_length_exceeded'), 'context_length_exceeded', 'no'],
  [500, openai("This model's maximum context length is 5 tokens."), 'context_length_exceeded'],
  [429, openai('Rate limit: too many tokens per minute.'), 'upstream_rate_limited'],
  [400, openai('blocked', 'content_filter'), 'content_filtered', 'no'],
  [
    400,
    { error: { message: 'x', code: 'x', innererror: { code: 'ResponsibleAIPolicyViolation' } } },
    'content_filtered',
  ],
  [403, { error: { code: 403, message: 'x', metadata: { reasons: ['violence'] } } }, 'content_filtered'],
  [401, { detail: 'Invalid API Key' }, 'upstream_auth', 'other-target'],
  [400, { code: 'Client error', error: 'Incorrect API key provided: ab***yz.' }, 'upstream_auth'],
  [403, openai('You shall not pass'), 'upstream_auth'],
  [402, { error: 'Payment Required' }, 'upstream_quota'],
  [429, openai('You exceeded your current quota', 'insufficient_quota'), 'upstream_quota', 'other-target'],
  [429, { error: { code: '1113', message: 'no balance' } }, 'upstream_quota'],
  [403, { error: { code: 403, message: 'Key limit exceeded (total limit).' } }, 'upstream_quota'],
  [429, { message: 'Requests rate limit exceeded' }, 'upstream_rate_limited', 'other-target'],
  [413, openai('Request too large', 'rate_limit_exceeded'), 'upstream_rate_limited'],
  [404, openai('The model `x` does not exist', 'model_not_found'), 'upstream_model_not_found'],
  [400, openai('gone', 'model_decommissioned'), 'upstream_model_not_found', 'other-target'],
  [404, openai('tools is not supported in this model.'), 'upstream_rejected', 'other-target'],
  [400, openai('no match', 'tool_use_failed'), 'upstream_error', 'same-target'],
  [408, openai('slow'), 'upstream_error'],
  [500, openai('oops', null, 'server_error'), 'upstream_error', 'same-target'],
  [502, '', 'upstream_error'],
  [503, openai('busy'), 'upstream_overloaded', 'same-target'],
  [529, openai('busy', null, 'overloaded_error'), 'upstream_overloaded'],
  [498, openai('flex capacity'), 'upstream_overloaded'],
  [424, openai('dependency'), 'upstream_overloaded'],
  [302, '', 'upstream_protocol'],
  [403, '<!DOCTYPE html><title>Attention</title>', 'upstream_protocol'],
  [404, '<html>nginx</html>', 'upstream_protocol'],
  [502, '<html>Bad Gateway</html>', 'upstream_error'],
  [503, '<html>Unavailable</html>', 'upstream_overloaded'],
  [429, '<html>Slow down</html>', 'upstream_rate_limited'],
  [500, 'upstream connect error', 'upstream_error'],
];

describe('decodeFailure', () => {
  const rows = CLASSES.map(([status, body, code, retry]) => {
    return [status, body, code, retry ?? FAILURES[code].retry] as const;
  });
  test.each(rows)('%p %j is %p, to be repeated: %p', (status, body, code, retry) => {
    const found = decode(status, body);
    expect(found.code).toBe(code);
    expect(found.upstreamStatus).toBe(status);
    expect(found.message).not.toBe('');
    expect(found.retry).toBe(retry);
  });

  const messages: readonly (readonly [body: Json, message: string])[] = [
    [openai('As it stands.'), 'As it stands.'],
    [{ detail: 'Text of a detail' }, 'Text of a detail'],
    [{ detail: [{ loc: ['body', 'n'], msg: 'too big' }] }, 'body.n: too big'],
    [{ error: 'Text of an error' }, 'Text of an error'],
    [{ code: 'some_code', error: 'Beside a code' }, 'Beside a code'],
    [{ object: 'error', message: 'Flat', type: 'BadRequestError', code: 400 }, 'Flat'],
    [{ message: 'Flatter' }, 'Flatter'],
    [{ message: { detail: [{ loc: ['x'], msg: 'nested' }] }, object: 'error' }, 'x: nested'],
    [[{ error: { message: 'In a list', code: 400 } }], 'In a list'],
    [{ errors: [{ message: 'First of several' }] }, 'First of several'],
    ['Just a line', 'Just a line'],
    ['', 'The provider answered 400 with an empty answer.'],
    ['<html>secret page</html>', 'The provider answered 400 with an HTML page.'],
    [{}, 'The provider answered 400.'],
    [
      {
        error: {
          message: 'Provider returned error',
          metadata: { provider_name: 'Acme', raw: '{"error":{"message":"Real"}}' },
        },
      },
      'Acme: Real',
    ],
  ];
  test.each([...messages])('%j says %p', (body, message) => expect(decode(400, body).message).toBe(message));

  test('secrets do not pass', () => {
    expect(decode(401, openai('Incorrect API key provided: sk-abcdef123456.')).message).not.toContain(
      'abcdef',
    );
    expect(JSON.stringify(decode(403, '<html>key sk-abcdef123456</html>'))).not.toContain('abcdef');
  });

  test('the field of the client’s own request is told', () => {
    const body = { error: { message: 'Bad', type: 'invalid_request_error', param: 'messages[1].content' } };
    expect(decode(400, body).field).toBe('messages[1].content');
  });

  const waits: readonly (readonly [
    status: number,
    headers: Readonly<Record<string, string>>,
    body: Json,
    waitMs: number | undefined,
  ])[] = [
    [429, { 'retry-after': '3' }, {}, 3_000],
    [429, { 'retry-after-ms': '120', 'retry-after': '3' }, {}, 120],
    [503, { 'retry-after': '3' }, '<html>', 3_000],
    [429, { 'x-ratelimit-reset-tokens': '6m0s', 'x-ratelimit-remaining-tokens': '0' }, {}, 360_000],
    [500, { 'x-ratelimit-reset-tokens': '6m0s' }, {}, undefined],
    [
      429,
      {},
      { error: { message: 'x', metadata: { headers: { 'X-RateLimit-Reset': String(NOW + 5_000) } } } },
      5_000,
    ],
    [429, {}, { error: { message: 'x', details: [{ retryDelay: '34.4s' }] } }, 34_400],
    [429, { 'retry-after': 'junk' }, {}, undefined],
  ];
  test.each([...waits])('%p %j %j waits %p ms', (status, headers, body, waitMs) => {
    expect(decode(status, body, headers).retryAfterMs).toBe(waitMs as number);
  });

  test('the provider’s word on repeating is obeyed there, not elsewhere', () => {
    expect(decode(500, {}, { 'x-should-retry': 'false' }).retry).toBe('other-target');
    expect(decode(429, {}, { 'x-should-retry': 'false' }).retry).toBe('other-target');
    expect(decode(400, {}, { 'x-should-retry': 'true' }).retry).toBe('same-target');
    expect(decode(400, openai('x', 'context_length_exceeded'), { 'x-should-retry': 'true' }).retry).toBe(
      'no',
    );
  });

  test('what the model wrote instead of a call is kept for the record, bounded', () => {
    const body = { error: { message: 'x', code: 'tool_use_failed', failed_generation: 'y'.repeat(9_000) } };
    expect(JSON.stringify(decode(400, body).detail).length).toBeLessThan(2_200);
  });
});

describe('an error inside an answer', () => {
  const cases: readonly (readonly [body: Json, code: FailureCode])[] = [
    [{ error: { message: 'x', code: 502 } }, 'upstream_error'],
    [{ error: { message: 'x', code: 429 } }, 'upstream_rate_limited'],
    [{ error: { message: 'x', status_code: 400, code: 'tool_use_failed' } }, 'upstream_error'],
    [{ error: { message: 'x', code: '503' } }, 'upstream_overloaded'],
    [{ error: 'something broke' }, 'upstream_error'],
    [{ error: { message: 'x', code: 'context_length_exceeded' } }, 'context_length_exceeded'],
    [{ object: 'error', message: 'x', code: 400 }, 'upstream_rejected'],
    ['plain', 'upstream_error'],
  ];
  test.each([...cases])('%j is %p', (body, code) => expect(decodeErrorObject(body).code).toBe(code));
});

describe('encodeFailure', () => {
  const codes = Object.keys(FAILURES).filter(isFailureCode);

  test.each(codes)('%s has the status of the table and the shape of the language', (code) => {
    const { status, headers, body } = encodeFailure(failure(code, 'Why.'));
    expect(status).toBe(FAILURES[code].status);
    expect(headers).toEqual({ 'x-should-retry': 'false' });
    expect(body).toEqual({
      error: { message: 'Why.', type: expect.any(String), param: null, code: expect.any(String) },
    });
  });

  const known: readonly (readonly [code: FailureCode, shown: string])[] = [
    ['context_length_exceeded', 'context_length_exceeded'],
    ['model_not_found', 'model_not_found'],
    ['upstream_model_not_found', 'model_not_found'],
    ['authentication', 'invalid_api_key'],
    ['upstream_rate_limited', 'rate_limit_exceeded'],
    ['content_filtered', 'content_filter'],
    ['upstream_auth', 'upstream_auth'],
  ];
  test.each([...known])('%s is called %s', (code, shown) => {
    expect(encodeFailure(failure(code, 'x')).body).toMatchObject({ error: { code: shown } });
  });

  test('the field and the wait are told', () => {
    const made = failure('upstream_rate_limited', 'x', { retryAfterMs: 1_201, field: 'messages[0]' });
    const { headers, body } = encodeFailure(made);
    expect(headers).toEqual({ 'x-should-retry': 'false', 'retry-after': '2', 'retry-after-ms': '1201' });
    expect(body).toMatchObject({ error: { param: 'messages[0]' } });
  });
});
