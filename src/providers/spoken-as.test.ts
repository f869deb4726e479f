import { expect, test } from 'bun:test';

import { target } from '../../test/support/targets.ts';
import { makeTarget } from './resolve.ts';
import { spokenAs } from './spoken-as.ts';

const ENTRY = {
  id: 'one',
  name: 'One',
  speaks: {
    chat: { url: 'http://chat/v1', quirks: {} },
    text: { url: 'http://text/v1', quirks: { a: true }, models: ['instruct', 'base-*'] },
    vectors: { url: 'http://vectors/v1', quirks: {} },
  },
  auth: { scheme: 'none' },
  facts: [],
} as const;

test.each<[what: string, model: string, languages: readonly string[], expected: string | undefined]>([
  ['its first, where that is the client’s own', 'm', ['chat', 'text'], 'chat'],
  ['the client’s own before its first', 'instruct', ['text', 'chat'], 'text'],
  ['the client’s own, by the beginning of the name', 'base-002', ['text', 'chat'], 'text'],
  ['its first, where the client’s own is for other models', 'm', ['text', 'chat'], 'chat'],
  ['its first, where it does not speak the client’s own', 'm', ['messages', 'text', 'chat'], 'chat'],
  ['any, where its first cannot serve the request', 'm', ['other-vectors', 'vectors'], 'vectors'],
  ['none, where nothing can', 'm', ['rerank'], undefined],
  ['none, for a model that it is not for', 'm', ['text'], undefined],
  ['none, where nothing is known', 'm', [], undefined],
])('%s', (_what, model, languages, expected) => {
  const one = makeTarget(ENTRY, model, { credentials: [], priceVersion: 'test' });
  const spoken = spokenAs(one, languages);
  expect(spoken?.dialect).toBe(expected as string);
  if (expected === 'chat') expect(spoken).toBe(one);
  if (expected === 'vectors') expect(spoken).toMatchObject({ url: 'http://vectors/v1', id: one.id });
  if (expected === 'text') expect(spoken).toMatchObject({ url: 'http://text/v1', quirks: { a: true } });
});

test('a target whose language was chosen for it has no other', () => {
  const one = target('one/m', { dialect: 'chat' });
  expect(spokenAs(one, ['vectors'])).toBeUndefined();
  expect(spokenAs(one, ['messages', 'chat'])).toBe(one);
});

test('a model that the first language is not for is asked in the next', () => {
  const { chat, text } = ENTRY.speaks;
  const entry = { ...ENTRY, speaks: { text, chat } };
  const made = (model: string) => makeTarget(entry, model, { credentials: [], priceVersion: 'test' });
  expect(made('gpt').dialect).toBe('chat');
  expect(made('instruct').dialect).toBe('text');
});
