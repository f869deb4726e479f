import { describe, expect, test } from 'bun:test';

import type { Loss } from '#canonical/loss.ts';
import type { Message } from '#canonical/request.ts';
import { decodeRequest } from './decode-request.ts';
import { encodeMessages } from './encode-message.ts';
import { encodeRequest } from './encode-request.ts';

const IMAGE = { kind: 'image', source: { from: 'base64', mime: 'image/png', data: 'AA==' } } as const;
const SHOWN = { type: 'image_url', image_url: { url: 'data:image/png;base64,AA==' } };
const said = (text: string) => ({ kind: 'text', text }) as const;
const call = (id: string) =>
  ({ kind: 'tool-call', id, name: 'f', arguments: '{}', form: 'function' }) as const;

function encode(messages: readonly Message[]): { written: unknown; lost: string[] } {
  const losses: Loss[] = [];
  const written = encodeMessages(messages, { quirks: {}, losses });
  return { written, lost: losses.map(({ did, path }) => `${did} ${path}`) };
}

describe('results of tools from other languages', () => {
  test('what they show follows the last result of the turn, in the words of the user', () => {
    const { written, lost } = encode([
      { role: 'assistant', parts: [call('a'), call('b')] },
      { role: 'tool', parts: [{ kind: 'tool-result', id: 'a', parts: [said('A map:'), IMAGE] }] },
      { role: 'tool', parts: [{ kind: 'tool-result', id: 'b', parts: [said('none')] }] },
      { role: 'user', parts: [said('So?')] },
    ]);
    expect(written).toMatchObject([
      { role: 'assistant', tool_calls: [{ id: 'a' }, { id: 'b' }] },
      { role: 'tool', tool_call_id: 'a', content: 'A map:' },
      { role: 'tool', tool_call_id: 'b', content: 'none' },
      { role: 'user', content: [{ type: 'text', text: 'Shown by the tool call a:' }, SHOWN] },
      { role: 'user', content: 'So?' },
    ]);
    expect(lost).toEqual(['changed messages[1].parts[0].parts[1]']);
  });

  test('an error says that it is one', () => {
    const { written, lost } = encode([
      { role: 'assistant', parts: [call('a')] },
      {
        role: 'tool',
        parts: [
          { kind: 'tool-result', id: 'a', isError: true, parts: [said('no such city')] },
          { kind: 'tool-result', id: 'b', isError: true, parts: [said('Error: late')] },
          { kind: 'tool-result', id: 'c', isError: true, parts: [] },
        ],
      },
    ]);
    expect(written).toMatchObject([
      {},
      { content: 'Error: no such city' },
      { content: 'Error: late' },
      { content: 'Error' },
    ]);
    expect(lost).toEqual([0, 1, 2].map((part) => `approximated messages[1].parts[${part}].isError`));
  });

  test('what nobody else understands is told', () => {
    const { written, lost } = encode([
      {
        role: 'tool',
        parts: [
          { kind: 'tool-result', id: 'a', cache: {}, parts: [{ kind: 'foreign', dialect: 'x', value: {} }] },
        ],
      },
    ]);
    expect(written).toEqual([{ role: 'tool', tool_call_id: 'a', content: '' }]);
    expect(lost).toEqual(['dropped messages[0].parts[0].parts[0]', 'dropped messages[0].parts[0].cache']);
  });
});

test('a client of this language that puts a picture into a result is taken at its word', () => {
  const body = {
    model: 'm',
    messages: [
      { role: 'user', content: 'x' },
      { role: 'tool', tool_call_id: 'a', content: [{ type: 'text', text: 'A map:' }, SHOWN] },
    ],
  };
  const read = decodeRequest(body);
  if (!read.ok) throw new Error(read.error.message);
  expect(encodeRequest(read.value, 'm', {})).toEqual({ body, losses: [] });
});
