import { describe, expect, test } from 'bun:test';

import { nameHash } from '#base/name-hash.ts';
import { seededDraw } from '#base/random.ts';
import type { Loss } from '#canonical/loss.ts';
import type { ChatRequest } from '#canonical/request.ts';
import type { WireNames } from '#canonical/wire-names.ts';
import { fitNames, restoreEvent, restoreResponse } from './fit-names.ts';

const RULES: WireNames = {
  toolName: { valid: /^[A-Za-z0-9_-]{1,64}$/, length: 24 },
  callId: { valid: /^[A-Za-z0-9]{9}$/, length: 9 },
};

function conversation(names: readonly string[], ids: readonly string[]): ChatRequest {
  return {
    model: 'm',
    tools: names.map((name) => ({ form: 'function', name })),
    messages: ids.flatMap((id, index) => {
      const name = names[index % names.length] ?? 'f';
      return [
        {
          role: 'assistant',
          parts: [{ kind: 'tool-call', id, name, arguments: '{}', form: 'function' }],
        },
        { role: 'tool', parts: [{ kind: 'tool-result', id, name, parts: [] }] },
      ] as const;
    }),
    sampling: {},
    stream: false,
  };
}

const callsOf = ({ messages }: ChatRequest) =>
  messages.flatMap(({ parts }) => parts.flatMap((part) => (part.kind === 'tool-call' ? [part] : [])));
const resultsOf = ({ messages }: ChatRequest) =>
  messages.flatMap(({ parts }) => parts.flatMap((part) => (part.kind === 'tool-result' ? [part] : [])));

describe('names and ids that the target refuses', () => {
  test('get one that fits, also where none may begin with a digit', () => {
    const strict = { toolName: { valid: /^[A-Za-z_][A-Za-z0-9_]{0,63}$/, length: 24 }, callId: RULES.callId };
    const names = Array.from({ length: 100 }, (_, index) => `tool ${index}`);
    const fitted = fitNames(conversation(names, []), strict, []);
    const made = fitted?.request.tools.map(({ name }) => name) ?? [];
    expect(made.filter((name) => strict.toolName.valid.test(name))).toHaveLength(100);
    expect(new Set(made).size).toBe(100);
  });

  test('are left alone where it takes them', () => {
    const losses: Loss[] = [];
    expect(fitNames(conversation(['look_up'], ['abcdefghi']), RULES, losses)).toBeUndefined();
    expect(losses).toEqual([]);
  });

  test('are replaced everywhere, the same in every turn, and declared', () => {
    const losses: Loss[] = [];
    const request = {
      ...conversation(['mcp.server/look up'], ['toolu_01A', 'toolu_01B']),
      toolChoice: { kind: 'named', name: 'mcp.server/look up', form: 'function' },
    } as const;
    const fitted = fitNames(request, RULES, losses);
    const again = fitNames(conversation(['mcp.server/look up'], ['toolu_01A']), RULES, []);
    expect(fitted?.request.tools[0]?.name).toMatch(RULES.toolName.valid);
    expect(fitted?.request.toolChoice).toMatchObject({ name: fitted?.request.tools[0]?.name as string });
    expect(callsOf(fitted?.request as ChatRequest)[0]).toEqual(
      callsOf(again?.request as ChatRequest)[0] as never,
    );
    expect(losses.map(({ path, did }) => [path, did])).toEqual([
      ['tools', 'changed'],
      ['messages', 'changed'],
    ]);
  });

  test('come back in the answer', () => {
    const fitted = fitNames(conversation(['look up'], []), RULES, []);
    const sent = fitted?.request.tools[0]?.name ?? '';
    const names = fitted?.toolNames ?? new Map<string, string>();
    const what = { kind: 'tool-call', id: 'x', name: sent, form: 'function' } as const;
    expect(restoreEvent({ kind: 'open', part: 0, choice: 0, what }, names)).toMatchObject({
      what: { name: 'look up' },
    });
    const response = {
      id: '',
      model: '',
      choices: [{ parts: [{ ...what, arguments: '{}' }], finish: { reason: 'tool-calls' } }],
      losses: [],
    } as const;
    expect(restoreResponse(response, names).choices[0]?.parts[0]).toMatchObject({ name: 'look up' });
  });

  test('the mapping is a bijection that keeps calls and results together, whatever the ids', () => {
    const draw = seededDraw(7);
    for (let round = 0; round < 300; round += 1) {
      const ids = new Set<string>();
      while (ids.size < 20) ids.add(someId(draw));
      const request = conversation(['f'], [...ids]);
      const fitted = fitNames(request, RULES, [])?.request ?? request;
      const mapped = callsOf(fitted).map(({ id }) => id);
      expect(new Set(mapped).size).toBe(ids.size);
      expect(mapped.filter((id) => !RULES.callId.valid.test(id))).toEqual([]);
      expect(resultsOf(fitted).map(({ id }) => id)).toEqual(mapped);
    }
  });
});

/** Short ones meet the made-up ones of others now and then. */
function someId(draw: () => number): string {
  const kind = draw();
  if (kind < 0.3) return nameHash(`toolu_${Math.floor(draw() * 40)}`, 9);
  if (kind < 0.6) return `toolu_${Math.floor(draw() * 40)}`;
  return String.fromCharCode(...Array.from({ length: 1 + draw() * 60 }, () => 32 + draw() * 900));
}
