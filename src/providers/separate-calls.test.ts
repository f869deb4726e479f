import { describe, expect, test } from 'bun:test';

import type { Loss } from '#canonical/loss.ts';
import type { Message } from '#canonical/request.ts';
import { separateCalls } from './separate-calls.ts';

const call = (id: string, args: string): Message => ({
  role: 'assistant',
  parts: [{ kind: 'tool-call', id, name: 'f', arguments: args, form: 'function' }],
});
const result = (id: string, text: string): Message => ({
  role: 'tool',
  parts: [{ kind: 'tool-result', id, parts: [{ kind: 'text', text }] }],
});

/** Which result answers which call, after the ids were separated. */
function tied(messages: readonly Message[]): { ids: string[]; answers: string[]; losses: Loss[] } {
  const losses: Loss[] = [];
  const request = { model: 'm', messages, tools: [], sampling: {}, stream: false };
  const parts = separateCalls(request, losses).messages.flatMap((message) => message.parts);
  const calls = parts.filter((part) => part.kind === 'tool-call');
  const answers = parts.flatMap((part) => {
    if (part.kind !== 'tool-result') return [];
    const [text] = part.parts;
    const asked = calls.find(({ id }) => id === part.id);
    return [`${asked?.arguments} ${text?.kind === 'text' ? text.text : ''}`];
  });
  return { ids: calls.map(({ id }) => id), answers, losses };
}

describe('ids that are used again in each turn', () => {
  test('are told apart, and each result stays with its call', () => {
    const turns = [1, 2, 3].flatMap((turn) => [call('call_0', `${turn}`), result('call_0', `r${turn}`)]);
    const { ids, answers, losses } = tied(turns);
    expect(new Set(ids).size).toBe(3);
    expect(ids[0]).toBe('call_0');
    expect(answers).toEqual(['1 r1', '2 r2', '3 r3']);
    expect(losses).toMatchObject([{ path: 'messages', did: 'changed' }]);
    expect(tied(turns).ids).toEqual(ids);
  });

  test('in one turn, results come in the order of the calls', () => {
    const { ids, answers } = tied([call('a', '1'), call('a', '2'), result('a', 'r1'), result('a', 'r2')]);
    expect(new Set(ids).size).toBe(2);
    expect(answers).toEqual(['1 r1', '2 r2']);
  });

  test('a history in which each names one call is left alone, itself', () => {
    const messages = [call('a', '1'), result('a', 'r'), call('b', '2'), result('b', 'r')];
    const request = { model: 'm', messages, tools: [], sampling: {}, stream: false };
    expect(separateCalls(request, [])).toBe(request);
  });
});
