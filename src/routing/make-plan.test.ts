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
  const plan = makePlan(request(model, models), { routes, allows, draw: () => 0.5, languages: ['test'] });
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
      languages: ['test'],
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

  test.each(['fasst', 'one/', '/a', 'three/a', 'unlisted', ''])('does not know %p', (name) => {
    const plan = makePlan(request(name), {
      routes,
      allows: () => true,
      draw: () => 0.5,
      languages: ['test'],
    });
    expect(plan).toMatchObject({ ok: false, error: { code: 'model_not_found', field: 'model' } });
  });

  test('names the nearest names', () => {
    const plan = makePlan(request('fasst'), {
      routes,
      allows: () => true,
      draw: () => 0.5,
      languages: ['test'],
    });
    expect(plan.ok ? '' : plan.error.message).toContain('Did you mean `fast`');
  });
});
