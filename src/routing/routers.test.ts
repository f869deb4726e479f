// Targets that are routers themselves: whom a list of providers is meant for.

import { describe, expect, test } from 'bun:test';

import type { JsonObject } from '#base/json.ts';
import type { ChatRequest, ProviderWishes } from '#canonical/request.ts';
import { target } from '../../test/support/targets.ts';
import { makePlan } from './make-plan.ts';
import { DEFAULT_LIMITS } from './plan.ts';
import type { Routes } from './routes.ts';
import type { Rules } from './rules.ts';

const router = { quirks: { routerFields: 'forward' } };

interface Asking {
  readonly targets: readonly string[];
  readonly wishes: ProviderWishes;
  /** As the client wrote it; absent where it was said in headers. */
  readonly body?: JsonObject;
  readonly rules?: Rules;
}

/** Those in the plan; undefined where there is none. `via/…` is a router. */
function planned({ targets, wishes, body, rules }: Asking): readonly string[] | undefined {
  const made = targets.map((id) => target(id, id.startsWith('via/') ? router : {}));
  const model = {
    name: 'm',
    targets: made,
    strategy: 'priority',
    fallback: [],
    limits: DEFAULT_LIMITS,
  } as const;
  const routes: Routes = { models: new Map([['m', model]]), providers: new Map() };
  const request: ChatRequest = {
    model: 'm',
    messages: [],
    tools: [],
    sampling: {},
    stream: false,
    routing: { providers: wishes, ...(body && { fields: { provider: body } }) },
  };
  const plan = makePlan(request, {
    routes,
    allows: () => true,
    draw: () => 0.5,
    ...(rules && { rules }),
  });
  return plan.ok ? plan.value.targets.map((one) => one.target.id) : undefined;
}

describe('names that no target has are for the routers, who are told of them', () => {
  test.each<[string, Asking, readonly string[] | undefined]>([
    [
      '`only`',
      { targets: ['via/x', 'one/x'], wishes: { only: ['far'] }, body: { only: ['far'] } },
      ['via/x'],
    ],
    [
      '`order` without fallbacks',
      {
        targets: ['one/x', 'via/x'],
        wishes: { order: ['far'], allowFallbacks: false },
        body: { order: ['far'], allow_fallbacks: false },
      },
      ['via/x'],
    ],
    [
      '`order` with fallbacks',
      { targets: ['one/x', 'via/x'], wishes: { order: ['far'] }, body: { order: ['far'] } },
      ['via/x', 'one/x'],
    ],
    [
      'a target that is named comes alone',
      { targets: ['via/x', 'one/x'], wishes: { only: ['one', 'far'] }, body: { only: ['one', 'far'] } },
      ['one/x'],
    ],
    [
      'a router may be named itself',
      { targets: ['via/x', 'one/x'], wishes: { only: ['via'] }, body: { only: ['via'] } },
      ['via/x'],
    ],
    [
      '`ignore` bars a router by its own name only',
      { targets: ['via/x', 'one/x'], wishes: { ignore: ['far'] }, body: { ignore: ['far'] } },
      ['via/x', 'one/x'],
    ],
    [
      'a name that only a header says reaches no router',
      { targets: ['via/x', 'one/x'], wishes: { only: ['far'] } },
      undefined,
    ],
    [
      'what the operator says is left to nobody',
      {
        targets: ['via/x', 'one/x'],
        wishes: { only: ['far'] },
        body: { only: ['far'] },
        rules: { providers: { only: ['one'] } },
      },
      undefined,
    ],
    [
      'who is no router obeys no name but his own',
      { targets: ['one/x'], wishes: { only: ['far'] }, body: { only: ['far'] } },
      undefined,
    ],
  ])('%s', (_, asking, expected) => {
    expect(planned(asking)).toEqual(expected);
  });
});
