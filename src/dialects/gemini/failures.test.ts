import { describe, expect, test } from 'bun:test';

import type { JsonObject } from '#base/json.ts';
import { failure, FAILURES, isFailureCode } from '#canonical/failure.ts';
import { decodeFailure, encodeFailure } from './failures.ts';

const NO_HEADERS = (): undefined => undefined;
const body = (status: string, message: string, details: readonly JsonObject[] = []): string =>
  JSON.stringify({ error: { code: 0, message, status, details } });
const info = (reason: string): JsonObject => ({
  '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
  reason,
});
const quota = (quotaId: string): JsonObject => ({ violations: [{ quotaId }] });
const retry = (retryDelay: string): JsonObject => ({
  '@type': 'type.googleapis.com/google.rpc.RetryInfo',
  retryDelay,
});

describe('a provider’s', () => {
  test.each<readonly [string, number, string, object]>([
    [
      'a bad key, which comes as 400',
      400,
      body('INVALID_ARGUMENT', 'API key not valid. Please pass a valid API key.', [info('API_KEY_INVALID')]),
      { code: 'upstream_auth' },
    ],
    ['a key that may not', 403, body('PERMISSION_DENIED', 'x'), { code: 'upstream_auth' }],
    [
      'no credentials',
      401,
      body('UNAUTHENTICATED', 'x', [info('CREDENTIALS_MISSING')]),
      { code: 'upstream_auth' },
    ],
    [
      'a place where it is not served',
      400,
      body('FAILED_PRECONDITION', 'User location is not supported for the API use.'),
      { code: 'upstream_rejected', retry: 'other-target' },
    ],
    [
      'an unknown model',
      404,
      body('NOT_FOUND', 'models/x is not found for API version v1beta'),
      { code: 'upstream_model_not_found' },
    ],
    [
      'a cache that is gone',
      404,
      body('NOT_FOUND', 'Not found: cache content metadata 1.'),
      { code: 'upstream_rejected' },
    ],
    [
      'a prompt that is too long',
      400,
      body(
        'INVALID_ARGUMENT',
        'The input token count (12) exceeds the maximum number of tokens allowed (10).',
      ),
      { code: 'context_length_exceeded' },
    ],
    [
      'a limit by the minute',
      429,
      body('RESOURCE_EXHAUSTED', 'Quota exceeded for metric: x/input_token_count', [
        quota('RequestsPerMinute'),
        retry('34.4s'),
      ]),
      { code: 'upstream_rate_limited', retryAfterMs: 34_400 },
    ],
    [
      'a limit by the day',
      429,
      body('RESOURCE_EXHAUSTED', 'x', [quota('GenerateRequestsPerDayPerProject')]),
      { code: 'upstream_quota' },
    ],
    [
      'an account without money',
      429,
      body('RESOURCE_EXHAUSTED', 'Your prepayment credits are depleted.'),
      { code: 'upstream_quota' },
    ],
    [
      'a wrong request',
      400,
      body('INVALID_ARGUMENT', 'Unknown name "x": Cannot find field.'),
      { code: 'upstream_rejected', retry: 'no' },
    ],
    ['overload', 503, body('UNAVAILABLE', 'The model is overloaded.'), { code: 'upstream_overloaded' }],
    ['trouble', 500, body('INTERNAL', 'x'), { code: 'upstream_error' }],
    ['too slow', 504, body('DEADLINE_EXCEEDED', 'x'), { code: 'upstream_error' }],
    [
      'an error in a list',
      503,
      `[${body('UNAVAILABLE', 'x')}]`,
      { code: 'upstream_overloaded', message: 'x' },
    ],
    ['a word that nobody knows', 418, body('TEAPOT', 'x'), { code: 'upstream_rejected' }],
    ['a page', 404, '<html>', { code: 'upstream_protocol' }],
    ['a page in trouble', 502, '<html>', { code: 'upstream_error' }],
    ['nothing', 429, '', { code: 'upstream_rate_limited' }],
    ['a text', 500, 'boom', { code: 'upstream_error', message: 'The provider answered 500 with boom.' }],
  ])('%s', (_, status, text, expected) => {
    expect(decodeFailure(status, NO_HEADERS, text, 0)).toMatchObject({ upstreamStatus: status, ...expected });
  });

  test('the header goes before the body, and secrets are removed', () => {
    const text = body('RESOURCE_EXHAUSTED', 'Key AIzaSyA1234567890abcdefghijklmnopqrstu has had enough.', [
      retry('34s'),
    ]);
    const found = decodeFailure(429, (name) => (name === 'retry-after' ? '2' : undefined), text, 0);
    expect(found.retryAfterMs).toBe(2_000);
    expect(found.message).not.toContain('AIzaSyA');
  });
});

describe('ours', () => {
  test('has the shape and the words of the vendor', () => {
    const {
      status,
      headers,
      body: shown,
    } = encodeFailure(failure('upstream_rate_limited', 'Slow down.', { retryAfterMs: 1_500 }));
    expect([status, headers['retry-after']]).toEqual([429, '2']);
    expect(shown).toMatchObject({
      error: {
        code: 429,
        message: 'Slow down.',
        status: 'RESOURCE_EXHAUSTED',
        details: [{ reason: 'UPSTREAM_RATE_LIMITED', domain: 'clew' }, { retryDelay: '1.5s' }],
      },
    });
    expect(encodeFailure(failure('invalid_request', 'x', { field: 'contents[0]' })).body).toMatchObject({
      error: { status: 'INVALID_ARGUMENT', details: [{}, { fieldViolations: [{ field: 'contents[0]' }] }] },
    });
  });

  test('of every code has a word that the vendor has', () => {
    const words = new Set(
      'INVALID_ARGUMENT UNAUTHENTICATED PERMISSION_DENIED NOT_FOUND DEADLINE_EXCEEDED RESOURCE_EXHAUSTED CANCELLED INTERNAL UNAVAILABLE'.split(
        ' ',
      ),
    );
    for (const code of Object.keys(FAILURES).filter(isFailureCode)) {
      const { status, body: shown } = encodeFailure(failure(code, 'x'));
      const { error } = shown as { error: { code: number; status: string } };
      expect([code, error.code, words.has(error.status)]).toEqual([code, status, true]);
    }
  });
});
