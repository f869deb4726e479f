import { describe, expect, test } from 'bun:test';

import { asksReasoning, stripVariant, wishesOf } from './variants.ts';

describe('suffixes of model names', () => {
  test.each([
    ['a/b:nitro', { name: 'a/b', variant: 'nitro' }],
    ['a/b:free:online', { name: 'a/b:free', variant: 'online' }],
    ['qwen3:8b', undefined],
    ['a/b', undefined],
    [':nitro', undefined],
    ['a:NITRO', undefined],
    ['', undefined],
  ] as const)('%p', (name, expected) => {
    expect(stripVariant(name)).toEqual(expected);
  });

  test('say what a request would say otherwise, and do not overrule it', () => {
    expect(wishesOf(['nitro'])).toEqual({ providers: { sort: 'throughput' } });
    expect(wishesOf(['nitro'], { providers: { sort: 'price', zeroRetention: true } })).toEqual({
      providers: { sort: 'price', zeroRetention: true },
    });
    expect(wishesOf(['floor'], { session: 's' })).toEqual({ session: 's', providers: { sort: 'price' } });
    expect(wishesOf(['exacto'])).toEqual({ providers: { sort: 'exacto' } });
    expect(wishesOf(['thinking', 'extended'])).toEqual({});
    expect(asksReasoning(['thinking'])).toBe(true);
    expect(asksReasoning(['nitro'])).toBe(false);
  });

  test('`:free` is a limit, whatever else is said of prices', () => {
    expect(wishesOf(['free'], { providers: { maxPrice: { prompt: 3, image: 1 } } })).toEqual({
      providers: { maxPrice: { prompt: 0, completion: 0, image: 1 } },
    });
  });

  test('`:online` asks for a search once', () => {
    const web = { id: 'web', enabled: true, settings: {} };
    expect(wishesOf(['online'])).toEqual({ plugins: [web] });
    const own = { id: 'web', enabled: true, settings: { max_results: 3 } };
    expect(wishesOf(['online'], { plugins: [own] })).toEqual({ plugins: [own] });
  });
});
