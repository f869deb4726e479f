import { describe, expect, test } from 'bun:test';

import type { ChatRequest } from '#canonical/request.ts';
import type { RoutingWishes } from '#canonical/request.ts';
import { withHeaderWishes } from './header-wishes.ts';

const REQUEST: ChatRequest = { model: 'm', messages: [], tools: [], sampling: {}, stream: false };

function asked(headers: Readonly<Record<string, string>>, routing?: RoutingWishes) {
  const request = routing === undefined ? REQUEST : { ...REQUEST, routing };
  const head = { path: '/', query: '', header: (name: string) => headers[name] };
  return { request, result: withHeaderWishes(request, head) };
}

describe('wishes in headers', () => {
  const rows: readonly (readonly [Record<string, string>, RoutingWishes])[] = [
    [{ 'x-clew-models': 'a, b' }, { models: ['a', 'b'] }],
    [{ 'x-clew-session-id': 's' }, { session: 's' }],
    [{ 'x-session-id': 's' }, { session: 's' }],
    [{ 'x-session-id': 's', 'x-clew-session-id': 't' }, { session: 't' }],
    [{ 'x-clew-order': 'a,b/c' }, { providers: { order: ['a', 'b/c'] } }],
    [
      { 'x-clew-only': 'a', 'x-clew-ignore': 'b', 'x-clew-quantizations': 'fp8' },
      { providers: { only: ['a'], ignore: ['b'], quantizations: ['fp8'] } },
    ],
    [
      { 'x-clew-allow-fallbacks': 'false', 'x-clew-require-parameters': 'true', 'x-clew-zdr': 'true' },
      { providers: { allowFallbacks: false, requireParameters: true, zeroRetention: true } },
    ],
    [{ 'x-clew-data-collection': 'deny' }, { providers: { dataCollection: 'deny' } }],
    [{ 'x-clew-sort': 'price' }, { providers: { sort: 'price' } }],
    [
      { 'x-clew-sort': 'price', 'x-clew-partition': 'none' },
      { partition: 'none', providers: { sort: 'price' } },
    ],
    [
      { 'x-clew-max-price': 'prompt=1, completion=2.5' },
      { providers: { maxPrice: { prompt: 1, completion: 2.5 } } },
    ],
    [{ 'x-clew-min-throughput': '50' }, { providers: { minThroughput: { p50: 50 } } }],
    [{ 'x-clew-max-latency': 'p90=2' }, { providers: { maxLatencyMs: { p90: 2_000 } } }],
    [{ 'x-clew-transforms': 'middle-out' }, { compress: true }],
  ];

  test.each(rows)('%j', (headers, routing) => {
    expect(asked(headers).result).toEqual({ ok: true, value: { ...REQUEST, routing } });
  });

  test('none leaves the request as it is', () => {
    const { request, result } = asked({}, { models: ['a'] });
    expect(result.ok && result.value).toBe(request);
  });

  test('the body counts, but never loosens what protects data', () => {
    const { result } = asked(
      {
        'x-clew-models': 'x',
        'x-clew-sort': 'price',
        'x-clew-zdr': 'true',
        'x-clew-data-collection': 'deny',
      },
      {
        models: ['a'],
        fields: { route: 'fallback' },
        providers: { sort: 'latency', zeroRetention: false, dataCollection: 'allow', only: ['p'] },
      },
    );
    expect(result.ok && result.value.routing).toEqual({
      models: ['a'],
      fields: { route: 'fallback' },
      providers: { sort: 'latency', zeroRetention: true, dataCollection: 'deny', only: ['p'] },
    });
  });

  test.each([
    ['x-clew-models', 'a,,b'],
    ['x-clew-allow-fallbacks', 'no'],
    ['x-clew-zdr', ''],
    ['x-clew-data-collection', 'never'],
    ['x-clew-sort', 'cheapest'],
    ['x-clew-partition', 'all'],
    ['x-clew-max-price', '5'],
    ['x-clew-max-price', 'prompt=cheap'],
    ['x-clew-max-price', 'promt=1'],
    ['x-clew-min-throughput', 'fast'],
    ['x-clew-max-latency', 'p51=3'],
    ['x-clew-transforms', 'shorter'],
    ['x-clew-session-id', 'x'.repeat(257)],
  ])('%s: %s is refused by the name of the header', (header, value) => {
    const { result } = asked({ [header]: value });
    expect(result).toMatchObject({ ok: false, error: { code: 'invalid_request', field: header } });
  });
});
