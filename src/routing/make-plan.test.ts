import { describe, expect, test } from 'bun:test';

import type { ChatRequest } from '#canonical/request.ts';
import { target } from '../../test/support/targets.ts';
import { makePlan } from './make-plan.ts';
import { DEFAULT_LIMITS } from './plan.ts';
import type { ModelRoute, Routes } from './routes.ts';

function route(name: string, ids: readonly string[], fallback: readonly string[] = []): ModelRoute {
  const targets = ids.map((id) => target(id));
  return { name, targets, strategy: 'priority', fallback, limits: DEFAULT_LIMITS };
}

const routes: Routes = {
  models: new Map(
    [
      route('fast', ['one/a', 'two/a'], ['smart']),
      route('smart', ['two/b'], ['last']),
      route('last', ['one/a', 'one/z'], ['fast']),
    ].map((model) => [model.name, model]),
  ),
  providers: new Map(
    ['one', 'two'].map((id) => [
      id,
      {
        entry: {
          id,
          name: id,
          speaks: { test: { url: 'http://127.0.0.1:1/v1', quirks: {} } },
          auth: { scheme: 'none' },
          facts: [],
        },
        credentials: [],
        targets: new Map([['listed', target(`${id}/listed`)]]),
      },
    ]),
  ),
};

function request(model: string, models?: readonly string[]): ChatRequest {
  const base = { model, messages: [], tools: [], sampling: {}, stream: false };
  return models === undefined ? base : { ...base, routing: { models } };
}

function planned(
  model: string,
  models?: readonly string[],
  allows: (model: string) => boolean = () => true,
): string[] {
  const plan = makePlan(request(model, models), { routes, allows, draw: () => 0.5 });
  if (!plan.ok) throw new Error(plan.error.message);
  return plan.value.targets.map((made) => `${made.model}:${made.target.id}`);
}

describe('makePlan', () => {
  test('takes the targets in order, then the fallbacks, each target once, cycles or not', () => {
    expect(planned('fast')).toEqual(['fast:one/a', 'fast:two/a', 'smart:two/b', 'last:one/z']);
  });

  test('puts the request’s own list before the operator’s fallbacks', () => {
    expect(planned('fast', ['last'])).toEqual(['fast:one/a', 'fast:two/a', 'last:one/z', 'smart:two/b']);
  });

  test('leaves out fallbacks that the key may not use, and says so', () => {
    const plan = makePlan(request('fast', ['nonsense']), {
      routes,
      allows: (model) => model === 'fast',
      draw: () => 0.5,
    });
    expect(plan).toMatchObject({
      ok: true,
      value: {
        removed: [
          { target: 'nonsense', why: 'no such model' },
          { target: 'smart', why: 'not allowed for this key' },
        ],
      },
    });
  });

  test.each([
    ['a provider and a listed model', 'one/listed', 'one/listed:one/listed'],
    ['a provider and a model newer than the catalogue', 'two/brand/new', 'two/brand/new:two/brand/new'],
    ['a bare listed model, at the first provider that lists it', 'listed', 'listed:one/listed'],
  ])('resolves %s', (_, name, expected) => {
    expect(planned(name)).toEqual([expected]);
  });

  test.each([
    ['fast:nitro', 'fast:one/a', 'the model without its suffix'],
    ['one/listed:floor:online', 'one/listed:one/listed', 'after several'],
    ['two/qwen:8b', 'two/qwen:8b:two/qwen:8b', 'a name that ends in another word is whole'],
    ['two/brand-new:free', 'two/brand-new:free:two/brand-new:free', 'a name that nobody listed is whole'],
  ])('takes a suffix off %p: %p', (name, first) => {
    expect(planned(name)[0]).toBe(first);
  });

  test('a suffix does not widen what a key may ask for', () => {
    expect(planned('last', ['fast:nitro'], (model) => model === 'last')).not.toContain('fast:two/a');
    expect(planned('last', ['fast:nitro'], (model) => model === 'last' || model === 'fast')).toContain(
      'fast:two/a',
    );
  });

  test.each(['fasst', 'one/', '/a', 'three/a', 'unlisted', ''])('does not know %p', (name) => {
    const plan = makePlan(request(name), { routes, allows: () => true, draw: () => 0.5 });
    expect(plan).toMatchObject({ ok: false, error: { code: 'model_not_found', field: 'model' } });
  });

  test.each([513, 1_000_000])('does not know a name of %i characters, and is quick about it', (length) => {
    const names = [
      `two/${'a'.repeat(length)}`,
      `fast${':nitro'.repeat(length / 6)}`.padEnd(length, ':nitro'),
    ];
    for (const name of names)
      expect(makePlan(request(name), { routes, allows: () => true, draw: () => 0.5 }).ok).toBe(false);
    expect(planned(`two/${'a'.repeat(500)}`)).toHaveLength(1);
  });

  test('names the nearest names', () => {
    const plan = makePlan(request('fasst'), { routes, allows: () => true, draw: () => 0.5 });
    expect(plan.ok ? '' : plan.error.message).toContain('Did you mean `fast`');
  });
});

describe('languages', () => {
  const spoken = target('one/a', { dialect: 'other', url: 'http://127.0.0.1:2' });
  const model = {
    ...route('m', []),
    targets: [target('one/a', { others: { other: spoken } }), target('two/a')],
  };
  const options = {
    routes: { ...routes, models: new Map([['m', model]]) },
    allows: () => true,
    draw: () => 0,
  };
  const targetsOf = (more: object): readonly (readonly [string, string])[] => {
    const plan = makePlan(request('m'), { ...options, ...more });
    if (!plan.ok) throw new Error(plan.error.message);
    return plan.value.targets.map((one) => [one.target.id, one.target.dialect] as const);
  };

  test('a target that speaks the client’s language too is asked in it', () => {
    expect(targetsOf({ languages: ['other', 'test'] })).toEqual([
      ['one/a', 'other'],
      ['two/a', 'test'],
    ]);
    expect(targetsOf({ languages: ['third', 'test'] })[0]).toEqual(['one/a', 'test']);
  });

  test('what cannot serve the request is left out, with the reason', () => {
    const unfit = ({ dialect }: { readonly dialect: string }) =>
      dialect === 'other' ? undefined : 'wrong language';
    expect(targetsOf({ languages: ['other', 'test'], unfit })).toEqual([['one/a', 'other']]);
    const plan = makePlan(request('m'), { ...options, unfit });
    expect(plan.ok && plan.value.removed.map(({ why }) => why)).toEqual(['wrong language', 'wrong language']);
  });
});
