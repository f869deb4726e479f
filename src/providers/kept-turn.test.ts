import { describe, expect, test } from 'bun:test';

import type { Opaque } from '#canonical/foreign.ts';
import type { Part } from '#canonical/part.ts';
import { keptTurn, restoredTurn } from './kept-turn.ts';

const seal = (value: string): Opaque => ({ dialect: 'messages', form: 'signature', value });
const text = (words: string): Part => ({ kind: 'text', text: words });
const call = (id: string, value?: string): Part => ({
  kind: 'tool-call',
  id,
  name: 'look',
  arguments: '{}',
  form: 'function',
  ...(value === undefined ? {} : { seal: seal(value) }),
});
const thought = (words: string, ...values: readonly string[]): Part => ({
  kind: 'reasoning',
  text: words,
  ...(values.length === 0 ? {} : { seals: values.map(seal) }),
});

/** What a client gives back that knows nothing of seals, and shows the text before the calls. */
function visible(parts: readonly Part[]): readonly Part[] {
  const bare = parts.flatMap((part): readonly Part[] => {
    if (part.kind === 'reasoning') return [];
    if (part.kind !== 'tool-call') return [part];
    const { seal: _seal, ...rest } = part;
    return [rest];
  });
  return [...bare.filter(({ kind }) => kind === 'text'), ...bare.filter(({ kind }) => kind !== 'text')];
}

describe('a turn of which only the visible came back is whole again', () => {
  const turns: readonly (readonly [string, readonly Part[]])[] = [
    ['a thought before calls', [thought('a', '1'), call('x'), call('y')]],
    ['a thought before text and a call', [thought('a', '1'), text('t'), call('x')]],
    [
      'thoughts between',
      [thought('a', '1'), text('t'), thought('b', '2'), call('x'), thought('c', '3'), call('y')],
    ],
    ['several thoughts in a row', [thought('a', '1'), thought('', '2'), call('x')]],
    ['a signed call and one without', [call('x', '1'), call('y')]],
    ['a thought, and a signed second call', [thought('a', '1'), call('x'), call('y', '2')]],
    ['a seal behind the text', [text('t'), thought('', '1')]],
    ['nothing but a thought', [thought('a', '1')]],
    ['a thought after the last call', [call('x'), thought('a', '1')]],
  ];

  test.each(turns)('%s', (_, parts) => {
    const kept = keptTurn(parts);
    if (kept === undefined) throw new Error('nothing is kept');
    expect(restoredTurn(visible(parts), kept)).toEqual(parts);
    expect(restoredTurn(parts, kept)).toBe(parts);
  });
});

test('what tells the same without its seal, or a seal without its text, is replaced', () => {
  const whole = [thought('Hm, so.', '1'), text('t'), call('x')];
  const kept = keptTurn(whole);
  if (kept === undefined) throw new Error('nothing is kept');
  for (const echo of [[thought('Hm, so.')], [thought('', '1')], [thought('Hm,'), thought(' so.', '1')]])
    expect(restoredTurn([...echo, text('t'), call('x')], kept)).toEqual(whole);
});

test('a turn without seals is not kept', () => {
  expect(keptTurn([thought('a'), text('t'), call('x')])).toBeUndefined();
  expect(keptTurn([])).toBeUndefined();
});
