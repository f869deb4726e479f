// Every field of every client language to every target language: it changes what is sent, or a loss tells of it. And in its own
// language what is sent holds it as it came.

import { describe, expect, test } from 'bun:test';

import { isObject } from '#base/json.ts';
import type { Json, JsonObject } from '#base/json.ts';
import type { ChatRequest } from '#canonical/request.ts';
import { CHAT_DIALECTS } from '#dialects/index.ts';
import { openaiCompletions } from '#dialects/openai-completions/index.ts';
import { unheededWishes } from '#providers/unheeded.ts';
import { headOf } from '../support/head.ts';
import { target } from '../support/targets.ts';
import { CHAT, COMPLETIONS, GEMINI, GEMINI_TOP, MESSAGES, OPENROUTER, RESPONSES } from './client-fields.ts';
import { GOALS } from './goals.ts';
import { judge } from './guard.ts';
import type { Goal } from './guard.ts';

interface Spoken {
  readonly dialect: string;
  readonly path: string;
  readonly base: JsonObject;
  readonly fields: Readonly<Record<string, readonly Json[]>>;
}

const SCHEMA = { type: 'object', properties: { city: { type: 'string' } } };
const MESSAGES_OF = [{ role: 'user', content: 'Hi.' }];

const SPOKEN: readonly Spoken[] = [
  {
    dialect: 'openai-chat',
    path: '/v1/chat/completions',
    base: {
      model: 'm',
      messages: MESSAGES_OF,
      tools: [{ type: 'function', function: { name: 'weather', parameters: SCHEMA } }],
    },
    fields: { ...CHAT, ...OPENROUTER },
  },
  {
    dialect: 'openai-responses',
    path: '/v1/responses',
    base: {
      model: 'm',
      input: 'Hi.',
      tools: [{ type: 'function', name: 'weather', parameters: SCHEMA, strict: false }],
    },
    fields: RESPONSES,
  },
  {
    dialect: 'anthropic-messages',
    path: '/v1/messages',
    base: {
      model: 'm',
      max_tokens: 4_096,
      messages: MESSAGES_OF,
      tools: [{ name: 'weather', input_schema: SCHEMA }],
    },
    fields: MESSAGES,
  },
  {
    dialect: 'gemini',
    path: '/v1beta/models/m:generateContent',
    base: {
      contents: [{ role: 'user', parts: [{ text: 'Hi.' }] }],
      tools: [{ functionDeclarations: [{ name: 'weather', parametersJsonSchema: SCHEMA }] }],
    },
    fields: GEMINI,
  },
  {
    dialect: 'openai-completions',
    path: '/v1/completions',
    base: { model: 'm', prompt: 'Once upon a time' },
    fields: COMPLETIONS,
  },
];

function bodyWith({ dialect, base }: Spoken, name: string, value: Json): JsonObject {
  if (dialect !== 'gemini' || GEMINI_TOP.has(name)) return { ...base, [name]: value };
  const needed = name === 'responseSchema' || name === 'responseJsonSchema';
  const config = { ...(needed && { responseMimeType: 'application/json' }), [name]: value };
  return { ...base, generationConfig: config };
}

function read({ dialect, path }: Spoken, body: JsonObject): ChatRequest {
  const { client } = CHAT_DIALECTS.get(dialect) ?? openaiCompletions;
  const result = client?.decodeRequest(body, headOf(path));
  if (result?.ok !== true) throw new Error(`${dialect} refuses ${JSON.stringify(body)}`);
  return result.value;
}

interface Told {
  readonly body: JsonObject;
  readonly sent: string;
  readonly losses: readonly string[];
}

/** What is sent, and what is told beside it. */
function told(request: ChatRequest, goal: Goal): Told {
  const { body, losses } = judge(request, goal);
  const aim = target('guard/m', { dialect: goal.dialect, model: goal.model, quirks: goal.quirks ?? {} });
  const all = [...losses, ...unheededWishes(request, aim)];
  return { body, sent: JSON.stringify(body), losses: all.map(({ path, did }) => `${path} ${did}`) };
}

interface FieldCase {
  readonly name: string;
  readonly value: Json;
}

function casesOf({ fields }: Spoken): readonly FieldCase[] {
  return Object.entries(fields).flatMap(([name, values]) => values.map((value) => ({ name, value })));
}

/** What may change nothing, and why. */
const ALIKE: Readonly<Record<string, string>> = {
  'service_tier "standard_only"': 'The tier that is given unasked.',
  'thinking {"type":"disabled"}': 'A model that does not reason.',
};

/** A request that only the API which keeps the rest can answer goes nowhere else, and is refused by name. */
function requestOf(spoken: Spoken, name: string, value: Json): ChatRequest | undefined {
  const request = read(spoken, bodyWith(spoken, name, value));
  return request.onlyFor === undefined ? request : undefined;
}

describe.each(GOALS.map((goal) => [`${goal.dialect} ${goal.model}`, goal] as const))('to %s', (_, goal) => {
  test.each(SPOKEN.map((spoken) => [spoken.dialect, spoken] as const))(
    'no field of %s is silent',
    (_name, spoken) => {
      const before = told(read(spoken, spoken.base), goal);
      const silent = casesOf(spoken).filter(({ name, value }) => {
        const request = requestOf(spoken, name, value);
        if (request === undefined || ALIKE[`${name} ${JSON.stringify(value)}`] !== undefined) return false;
        const after = told(request, goal);
        return after.sent === before.sent && after.losses.length <= before.losses.length;
      });
      expect(silent).toEqual([]);
    },
  );
});

/** Chats; a prompt to go on with is written again in tests of its own. */
const CHATS = SPOKEN.filter(({ dialect }) => CHAT_DIALECTS.has(dialect));

test.each(CHATS.map((spoken) => [spoken.dialect, spoken] as const))(
  '%s keeps its own fields as they came, or tells',
  (dialect, spoken) => {
    const goal = GOALS.find((one) => one.dialect === dialect);
    if (goal === undefined) throw new Error(dialect);
    const { losses: usual } = told(read(spoken, spoken.base), goal);
    const changed = casesOf(spoken).flatMap(({ name, value }) => {
      const { body, losses } = told(read(spoken, bodyWith(spoken, name, value)), goal);
      const config = body['generationConfig'];
      const sent = body[name] ?? (isObject(config) ? config[name] : undefined);
      const isTold = losses.length > usual.length;
      return isTold || Bun.deepEquals(sent, value) ? [] : [{ name, value, sent }];
    });
    expect(changed).toEqual([]);
  },
);

test('only what a router is asked is lost between two of the same language', () => {
  const [chat] = SPOKEN;
  const [goal] = GOALS;
  if (chat === undefined || goal === undefined) throw new Error('no chat');
  const lost = casesOf(chat).flatMap(
    ({ name, value }) => told(read(chat, bodyWith(chat, name, value)), goal).losses,
  );
  expect([...new Set(lost)].toSorted()).toEqual([
    'routing.debug dropped',
    'routing.plugins.file-parser dropped',
    'routing.plugins.web dropped',
    'routing.stop_server_tools_when dropped',
    'routing.trace dropped',
  ]);
});

test('each field was asked about', () => {
  expect(
    SPOKEN.map(({ fields }) => Object.values(fields).filter((values) => values.length > 0).length),
  ).toEqual([43, 27, 24, 35, 14]);
});
