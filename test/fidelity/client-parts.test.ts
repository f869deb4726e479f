// Every member of every part of a conversation, from every client language to every target language: it changes what is sent, or
// a loss tells of it. And in its own language what is sent holds it as it came.

import { describe, expect, test } from 'bun:test';

import type { Json, JsonObject } from '#base/json.ts';
import type { Loss } from '#canonical/loss.ts';
import type { ChatRequest } from '#canonical/request.ts';
import { CHAT_DIALECTS } from '#dialects/index.ts';
import { headOf } from '../support/head.ts';
import { CONVERSATIONS, withMember } from './client-parts.ts';
import type { Conversation } from './client-parts.ts';
import { GOALS } from './goals.ts';
import { judge } from './guard.ts';

const SPOKEN = CONVERSATIONS.map((one) => [one.dialect, one] as const);

function read({ dialect, path }: Conversation, body: Json): ChatRequest {
  const result = CHAT_DIALECTS.get(dialect)?.client?.decodeRequest(body, headOf(path));
  if (result?.ok !== true) throw new Error(`${dialect} refuses ${JSON.stringify(body)}`);
  return result.value;
}

/** What may change nothing, and why. */
const ALIKE: Readonly<Record<string, string>> = {
  'messages.0.role': 'Most languages have one kind of instructions.',
  'input.0.role': 'Most languages have one kind of instructions.',
  'messages.3.name': 'The name of the tool, which its call says.',
};

/** The third and fourth piece of the first question, in the words of the centre: a target that drops a piece drops its members. */
const PIECES: readonly (readonly [RegExp, string])[] = [
  [/^(messages\.1|input\.1|messages\.0|contents\.0)\.(content|parts)\.2\./, 'messages[1].parts[2]'],
  [/^contents\.0\.parts\.3\./, 'messages[1].parts[3]'],
];

function isGone(at: string, losses: readonly Loss[]): boolean {
  const piece = PIECES.find(([pattern]) => pattern.test(at))?.[1];
  return losses.some(({ path, did }) => path === piece && did === 'dropped');
}

describe.each(GOALS.map((goal) => [`${goal.dialect} ${goal.model}`, goal] as const))('to %s', (_, goal) => {
  test.each(SPOKEN)('no member of %s is silent', (_name, spoken) => {
    const before = judge(read(spoken, spoken.body), goal);
    const silent = spoken.members.filter(([at, member]) => {
      const request = read(spoken, withMember(spoken.body, at, member));
      if (request.onlyFor !== undefined || ALIKE[at] !== undefined || isGone(at, before.losses)) return false;
      const after = judge(request, goal);
      return Bun.deepEquals(after.body, before.body) && after.losses.length <= before.losses.length;
    });
    expect(silent.map((one) => JSON.stringify(one))).toEqual([]);
  });
});

test.each(SPOKEN)('%s keeps its own members as they came', (dialect, spoken) => {
  const goal = GOALS.find((one) => one.dialect === dialect);
  if (goal === undefined) throw new Error(dialect);
  const changed = spoken.members.filter(([at, member]) => {
    const body = withMember(spoken.body, at, member) as JsonObject;
    const sent = judge(read(spoken, body), goal).body;
    return !Bun.deepEquals(memberAt(sent, at), member);
  });
  expect(changed.map((one) => JSON.stringify(one))).toEqual([]);
});

function memberAt(value: Json | undefined, at: string): Json | undefined {
  let found = value;
  for (const step of at.split('.')) found = (found as JsonObject | undefined)?.[step];
  return found;
}
