// Names of tools and ids of calls in the letters of a target: each has one and only one, in every place, and the names of
// an answer are the client's own again.

import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';

import type { Loss } from '#canonical/loss.ts';
import type { ChatRequest, Message } from '#canonical/request.ts';
import type { WireNames } from '#canonical/wire-names.ts';
import { legalId } from '#dialects/anthropic-messages/encode-block.ts';
import { CHAT_DIALECTS } from '#dialects/index.ts';
import { fitNames, restoreEvent, restoreResponse } from '#providers/fit-names.ts';
import { SEEDED } from './arbitraries.ts';

const RUNS = 200;
const RULES: readonly (readonly [string, WireNames])[] = [
  ...[...CHAT_DIALECTS.values()].flatMap(({ id, provider }): (readonly [string, WireNames])[] => {
    const rules = provider?.names?.({});
    return rules === undefined ? [] : [[id, rules]];
  }),
  [
    'nine letters',
    {
      toolName: { valid: /^[A-Za-z0-9]{1,16}$/, length: 16 },
      callId: { valid: /^[A-Za-z0-9]{9}$/, length: 9 },
    },
  ],
];

/** Alike on purpose: cut to their first letters, or stripped of what is refused, many are the same. */
const name = fc.oneof(
  fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme' }),
  fc
    .nat(99)
    .map((number) => `mcp.server:a.very.long.name.that.goes.on.and.on.and.on.and.on.and.on.and.on${number}`),
  fc.constantFrom('f', 'F', 'f.', 'f:', 'f-', 'f_', 'call_1', 'call.1', '0', '__proto__', 'constructor'),
);

function requestOf(calls: readonly (readonly [id: string, name: string])[]): ChatRequest {
  const messages = calls.flatMap(([id, called]): Message[] => [
    {
      role: 'assistant',
      parts: [{ kind: 'tool-call', id, name: called, arguments: '{}', form: 'function' }],
    },
    { role: 'tool', parts: [{ kind: 'tool-result', id, name: called, parts: [] }] },
  ]);
  const names = [...new Set(calls.map(([, called]) => called))];
  const [first = 'f'] = names;
  return {
    model: 'm',
    messages,
    tools: names.map((called) => ({ form: 'function', name: called })),
    toolChoice: { kind: 'named', name: first, form: 'function' },
    sampling: {},
    stream: false,
  };
}

/** Pairs of what was and what is, for names and for ids, over the whole request. */
function pairs(
  before: ChatRequest,
  after: ChatRequest,
): { names: [string, string][]; ids: [string, string][] } {
  const found = { names: [] as [string, string][], ids: [] as [string, string][] };
  before.tools.forEach((tool, index) => found.names.push([tool.name, after.tools[index]?.name ?? '']));
  if (before.toolChoice?.kind === 'named' && after.toolChoice?.kind === 'named')
    found.names.push([before.toolChoice.name, after.toolChoice.name]);
  before.messages.forEach(({ parts }, at) => {
    const [old, fresh] = [parts[0], after.messages[at]?.parts[0]];
    if (old === undefined || fresh === undefined || !('id' in old) || !('id' in fresh)) return;
    found.ids.push([old.id, fresh.id]);
    found.names.push([old.name ?? '', fresh.name ?? '']);
  });
  return found;
}

/** One to one: no two become the same, and none becomes two. */
function isBijection(list: readonly (readonly [string, string])[]): boolean {
  const there = new Map(list);
  const back = new Map(list.map(([from, to]) => [to, from]));
  return list.every(([from, to]) => there.get(from) === to && back.get(to) === from);
}

describe.each(RULES)('%s', (_, rules) => {
  const calls = fc.array(fc.tuple(name, name), { minLength: 1, maxLength: 8 });

  test('one to one, valid, and the same in every turn', () => {
    fc.assert(
      fc.property(calls, (made) => {
        const request = requestOf(made);
        const losses: Loss[] = [];
        const fitted = fitNames(request, rules, losses)?.request ?? request;
        const { names, ids } = pairs(request, fitted);
        expect(isBijection(names)).toBe(true);
        expect(isBijection(ids)).toBe(true);
        expect(names.every(([, to]) => rules.toolName.valid.test(to))).toBe(true);
        expect(ids.every(([, to]) => rules.callId.valid.test(to))).toBe(true);
        expect(losses.length > 0).toBe(fitted !== request);
        expect(fitNames(fitted, rules, [])).toBeUndefined();
        expect(fitNames(request, rules, [])?.request ?? request).toEqual(fitted);
      }),
      { ...SEEDED, numRuns: RUNS },
    );
  });

  test('an answer has the names that the client gave', () => {
    fc.assert(
      fc.property(calls, (made) => {
        const request = requestOf(made);
        const fitted = fitNames(request, rules, []);
        if (fitted === undefined) return;
        const asked = fitted.request.messages.map(({ parts }) => ({
          parts,
          finish: { reason: 'stop' as const },
        }));
        const answer = restoreResponse({ id: '', model: '', losses: [], choices: asked }, fitted.toolNames);
        answer.choices.forEach(({ parts }, index) => {
          const [part] = parts;
          const [old] = request.messages[index]?.parts ?? [];
          if (part?.kind !== 'tool-call' || old?.kind !== 'tool-call') return;
          expect(part.name).toBe(old.name);
          const seen = fitted.request.messages[index]?.parts[0];
          if (seen?.kind !== 'tool-call') return;
          const what = { kind: 'tool-call', id: seen.id, name: seen.name, form: 'function' } as const;
          const event = restoreEvent({ kind: 'open', part: 0, choice: 0, what }, fitted.toolNames);
          expect(event).toMatchObject({ what: { name: old.name } });
        });
      }),
      { ...SEEDED, numRuns: RUNS },
    );
  });
});

test('ids that are written with a hash stay apart', () => {
  fc.assert(
    fc.property(fc.uniqueArray(name, { minLength: 2, maxLength: 20 }), (ids) => {
      const legal = ids.map(legalId);
      expect(new Set(legal).size).toBe(ids.length);
      expect(legal.every((id) => /^[A-Za-z0-9_-]+$/.test(id))).toBe(true);
      expect(legal.map(legalId)).toEqual(legal);
    }),
    { ...SEEDED, numRuns: 2_000 },
  );
});
