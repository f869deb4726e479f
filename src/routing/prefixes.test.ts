import { expect, test } from 'bun:test';
import type { ChatRequest, Message } from '#canonical/request.ts';
import { prefixesOf } from './prefixes.ts';

const say = (role: Message['role'], text: string): Message => ({ role, parts: [{ kind: 'text', text }] });
const request = (messages: readonly Message[]): ChatRequest => ({
  model: 'm',
  messages,
  tools: [],
  sampling: {},
  stream: false,
});
const hashes = (messages: readonly Message[]): readonly number[] =>
  prefixesOf(request(messages)).prefixes.map(({ hash }) => hash);

const TURN = [
  say('system', 'Be brief.'),
  say('user', 'Hello'),
  say('assistant', 'Hi'),
  say('user', 'And now?'),
];

test('a later turn begins as the one before', () => {
  const before = hashes(TURN);
  const after = hashes([...TURN, say('assistant', 'Now this.'), say('user', 'Thanks')]);
  expect(after.slice(0, 4)).toEqual([...before]);
});

test('another word, role, order or tool is another beginning', () => {
  const [, , , last] = hashes(TURN);
  const others = [
    [say('system', 'Be brief!'), ...TURN.slice(1)],
    [say('user', 'Be brief.'), ...TURN.slice(1)],
    [TURN[1], TURN[0], TURN[2], TURN[3]] as readonly Message[],
  ].map((messages) => hashes(messages)[3]);
  const tools = prefixesOf({ ...request(TURN), tools: [{ form: 'function', name: 'weather' }] }).prefixes[3]
    ?.hash;
  for (const other of [...others, tools]) expect(other).not.toBe(last);
});

test('a long text counts by its length and its ends', () => {
  const long = (middle: string, end = 'z'): number | undefined =>
    hashes([say('user', `${'a'.repeat(500)}${middle}${'b'.repeat(500)}${end}`)])[0];
  expect(long('x')).toBe(long('y'));
  expect(long('x')).not.toBe(long('xx'));
  expect(long('x')).not.toBe(long('x', 'y'));
});

test('of a long conversation the first beginning and the last seven are kept', () => {
  const messages = Array.from({ length: 200 }, (_, turn) =>
    say(turn % 2 === 0 ? 'user' : 'assistant', `${turn}`),
  );
  const { prefixes } = prefixesOf(request(messages));
  expect(prefixes).toHaveLength(8);
  expect(prefixes[0]?.characters).toBe(5);
  expect(hashes(messages.slice(0, 1))[0]).toBe(prefixes[0]?.hash ?? 0);
});

test('marks are seen', () => {
  const marked = (cache: object): Message => ({ role: 'user', parts: [{ kind: 'text', text: 'x', cache }] });
  expect(prefixesOf(request(TURN))).toMatchObject({ marked: false, longTtl: false });
  expect(prefixesOf(request([marked({})]))).toMatchObject({ marked: true, longTtl: false });
  expect(prefixesOf(request([marked({ ttl: '1h' })]))).toMatchObject({ marked: true, longTtl: true });
});
