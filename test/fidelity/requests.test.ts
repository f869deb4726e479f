// Every recorded request of every client language to every other target language: each leaf of it is found again in what is
// sent, or named by a declared loss.

import { describe, expect, test } from 'bun:test';

import type { ChatRequest } from '#canonical/request.ts';
import { GOALS } from './goals.ts';
import { judge, missing } from './guard.ts';
import { factsOf } from './facts.ts';
import { recordedRequests } from './requests.ts';

const recorded = recordedRequests();

// Skipped where the recordings are absent: fixtures.ts says so.
describe.skipIf(recorded.length === 0)('recorded requests (skipped without ../shared/fixtures)', () => {
  test('there are as many as there should be', () => {
    expect(recorded.length).toBeGreaterThan(1_300);
  });

  test.each(GOALS.map((goal) => [`${goal.dialect} ${goal.model}`, goal] as const))(
    'nothing is lost in silence on the way to %s',
    (_, goal) => {
      const silent = recorded.flatMap(({ recording, dialect, request }) => {
        if (dialect === goal.dialect || request.onlyFor !== undefined) return [];
        return judge(request, goal).undeclared.map((what) => `${recording.name}: ${what}`);
      });
      expect(silent).toEqual([]);
    },
  );
});

describe('the guard sees', () => {
  const request: ChatRequest = {
    model: 'm',
    messages: [
      { role: 'system', parts: [{ kind: 'text', text: 'Be brief.', cache: { ttl: '1h' } }] },
      {
        role: 'user',
        parts: [
          { kind: 'text', text: 'A' },
          { kind: 'text', text: 'B' },
        ],
      },
      {
        role: 'assistant',
        parts: [{ kind: 'tool-call', id: 'x', name: 'f', arguments: '{"a":1}', form: 'function' }],
      },
      {
        role: 'tool',
        parts: [{ kind: 'tool-result', id: 'x', isError: true, parts: [{ kind: 'text', text: 'no' }] }],
      },
    ],
    tools: [
      { form: 'function', name: 'f', schema: { type: 'object', properties: { a: {} }, required: ['a'] } },
    ],
    toolChoice: { kind: 'required' },
    sampling: { temperature: 0.5 },
    stop: ['END'],
    stream: false,
  };
  const facts = factsOf(request);

  test.each(facts.map((fact, index) => [`${fact.path} (${fact.about})`, index] as const))(
    '%s',
    (_, index) => {
      const without = facts.filter((_fact, at) => at !== index);
      expect(missing(facts, facts, [])).toEqual([]);
      expect(missing(facts, without, [])).toHaveLength(1);
      const path = facts[index]?.path ?? '';
      expect(missing(facts, without, [{ path, did: 'dropped', why: '' }])).toEqual([]);
      expect(missing(facts, without, [{ path: 'messages', did: 'changed', why: '' }])).toHaveLength(1);
    },
  );

  test('what was said in another order', () => {
    const [first, second] = facts.filter(({ about }) => about === 'user text');
    const swapped = facts.map((fact) => (fact === first ? second : fact === second ? first : fact));
    expect(missing(facts, swapped as typeof facts, [])).toEqual([
      'messages[1].parts[1].text: user text "B" (out of order)',
    ]);
  });
});
