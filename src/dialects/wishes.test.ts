import { describe, expect, test } from 'bun:test';

import type { Json, JsonObject } from '#base/json.ts';
import type { RoutingWishes } from '#canonical/request.ts';
import { decodeWishes } from './wishes.ts';

const FIELDS = new Set(
  'models fallbacks route provider plugins transforms session_id trace usage'.split(' '),
);

function read(body: JsonObject): {
  readonly wishes: RoutingWishes | undefined;
  readonly refused: readonly string[];
} {
  const refused: string[] = [];
  const decoded = decodeWishes(body, FIELDS, (field, rule) => refused.push(`${field} ${rule}`));
  return { wishes: decoded, refused };
}

function wishes(body: JsonObject): JsonObject {
  const { wishes: decoded, refused } = read(body);
  expect(refused).toEqual([]);
  const { fields: _, ...rest } = decoded ?? {};
  return rest as JsonObject;
}

describe('wishes are read', () => {
  const rows: readonly (readonly [JsonObject, JsonObject])[] = [
    [{ models: ['a', 'b'] }, { models: ['a', 'b'] }],
    [{ models: null, route: null, provider: null, plugins: null, transforms: null, session_id: null }, {}],
    [{ fallbacks: [{ model: 'a' }, { model: 'b' }] }, { models: ['a', 'b'] }],
    [{ fallbacks: null }, {}],
    [{ route: 'fallback' }, { partition: 'model' }],
    [{ route: 'sort' }, { partition: 'none' }],
    [{ session_id: 's' }, { session: 's' }],
    [{ transforms: ['middle-out'] }, { compress: true }],
    [{ transforms: [] }, { compress: false }],
    [
      { plugins: [{ id: 'context-compression', enabled: false }] },
      { compress: false, plugins: [{ id: 'context-compression', enabled: false, settings: {} }] },
    ],
    [
      { plugins: [{ id: 'web', max_results: 3 }] },
      { plugins: [{ id: 'web', enabled: true, settings: { max_results: 3 } }] },
    ],
    [{ trace: 1, usage: { include: true } }, {}],
  ];

  test.each(rows)('%j', (body, expected) => {
    expect(wishes(body)).toEqual(expected);
  });

  const provider: readonly (readonly [JsonObject, JsonObject])[] = [
    [{}, {}],
    [
      { order: ['a', 'b/c'], only: ['a'], ignore: [], quantizations: ['fp8'] },
      { order: ['a', 'b/c'], only: ['a'], ignore: [], quantizations: ['fp8'] },
    ],
    [
      { allow_fallbacks: false, require_parameters: true, zdr: true, enforce_distillable_text: true },
      { allowFallbacks: false, requireParameters: true, zeroRetention: true, distillable: true },
    ],
    [{ data_collection: 'deny' }, { dataCollection: 'deny' }],
    [{ data_collection: 'disallow' }, { dataCollection: 'deny' }],
    [{ sort: 'latency' }, { sort: 'latency' }],
    [{ sort: { by: 'price' } }, { sort: 'price' }],
    [
      { max_price: { prompt: '0.5', completion: 2, audio: null } },
      { maxPrice: { prompt: 0.5, completion: 2 } },
    ],
    [{ preferred_min_throughput: 50 }, { minThroughput: { p50: 50 } }],
    [{ preferred_max_latency: { p90: 1.5, p50: 1 } }, { maxLatencyMs: { p90: 1_500, p50: 1_000 } }],
  ];

  test.each(provider)('provider: %j', (body, expected) => {
    expect(wishes({ provider: body })).toEqual({ providers: expected });
  });

  test('how targets of several models are ordered: the newer name counts', () => {
    expect(wishes({ route: 'fallback', provider: { sort: { by: 'price', partition: 'none' } } })).toEqual({
      partition: 'none',
      providers: { sort: 'price' },
    });
  });

  test('what was written stays beside it, for a target that is a router', () => {
    const body = { model: 'x', models: ['a'], provider: { sort: 'price' }, trace: { trace_id: 't' } };
    expect(read(body).wishes?.fields).toEqual({ provider: { sort: 'price' }, trace: { trace_id: 't' } });
    expect(read({ model: 'x', unknown: 1 }).wishes).toBeUndefined();
  });
});

describe('what is of another type is refused, with its place', () => {
  const rows: readonly (readonly [JsonObject, string])[] = [
    [{ models: 'a' }, 'models must be a list'],
    [{ models: ['a', 5] }, 'models[1] must be a text'],
    [{ models: [''] }, 'models[0] must be a text'],
    [{ models: Array.from({ length: 101 }, () => 'a') }, 'models must be a list of at most 100'],
    [{ fallbacks: 'a' }, 'fallbacks must be a list'],
    [{ fallbacks: ['a'] }, 'fallbacks must be a list'],
    [{ fallbacks: [1, 2, 3, 4].map(() => ({ model: 'a' })) }, 'fallbacks must be a list of at most 3'],
    [{ models: ['a'], fallbacks: [{ model: 'b' }] }, 'fallbacks says the same as `models`'],
    [{ route: 'best' }, 'route must be one of `fallback`, `sort`'],
    [{ session_id: 5 }, 'session_id must be a text'],
    [{ session_id: 'x'.repeat(257) }, 'session_id must be a text of at most 256'],
    [{ transforms: ['other'] }, 'transforms[0] must be `middle-out`'],
    [{ plugins: {} }, 'plugins must be a list'],
    [{ plugins: ['web'] }, 'plugins[0] must be an object'],
    [{ plugins: [{}] }, 'plugins[0].id must be a text'],
    [{ plugins: [{ id: 'web', enabled: 'yes' }] }, 'plugins[0].enabled must be true or false'],
    [{ provider: 'openai' }, 'provider must be an object'],
    [{ provider: [] }, 'provider must be an object'],
  ];
  const provider: readonly (readonly [string, Json, string])[] = [
    ['order', 'a', 'must be a list'],
    ['only', [1], '[0] must be a text'],
    ['allow_fallbacks', 'false', 'must be true or false'],
    ['zdr', 1, 'must be true or false'],
    ['data_collection', 'never', 'must be one of `allow`, `deny`'],
    ['sort', 'cheap', 'must be one of `price`'],
    ['sort', { by: 'x' }, '.by must be one of'],
    ['sort', { partition: 'all' }, '.partition must be one of'],
    ['sort', { on: 'price' }, '.on is not known'],
    ['max_price', 5, 'must be an object of numbers'],
    ['max_price', { prompt: 'cheap' }, '.prompt must be a number'],
    ['max_price', { prompt: -1 }, '.prompt must be a number that is not negative'],
    ['max_price', { promt: 1 }, '.promt is not known; did you mean `prompt`'],
    ['preferred_min_throughput', 'fast', 'must be an object of numbers'],
    ['preferred_max_latency', { p51: 1 }, '.p51 is not known'],
    ['ignor', ['a'], 'is not known; did you mean `ignore`'],
  ];

  test.each(rows)('%j', (body, expected) => {
    expect(read(body).refused[0]?.startsWith(expected)).toBe(true);
  });

  test.each(provider)('provider.%s: %j', (member, value, expected) => {
    const [first = ''] = read({ provider: { [member]: value } }).refused;
    const place = expected.startsWith('.') || expected.startsWith('[') ? '' : ' ';
    expect(first.startsWith(`provider.${member}${place}${expected}`)).toBe(true);
  });
});
