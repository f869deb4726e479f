// Seals are told apart by who issued them, not by the language that they came in; what the client left out is kept for its
// key alone, for a while, and within bounds; what another vendor issued stays away, and is told.

import { afterEach, expect, test } from 'bun:test';

import { isObject, parseJson } from '#base/json.ts';
import type { Json, JsonObject } from '#base/json.ts';
import { startTestGateway } from '../support/gateway.ts';
import type { TestGateway, TestGatewayOptions } from '../support/gateway.ts';
import { objects } from './checks.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

interface Sent {
  readonly path: string;
  readonly body: JsonObject;
}

interface Place {
  readonly gateway: TestGateway;
  readonly sent: Sent[];
  readonly ask: (
    path: string,
    body: JsonObject,
    key?: string,
  ) => Promise<{ body: JsonObject; losses: string }>;
}

/** A gateway in front of one server that answers each path with `answers[path]`. */
async function place(
  answers: Readonly<Record<string, JsonObject>>,
  providers: (url: string) => string,
  options: TestGatewayOptions = {},
): Promise<Place> {
  const sent: Sent[] = [];
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    async fetch(incoming) {
      const path = new URL(incoming.url).pathname;
      const body = parseJson(await incoming.text());
      if (isObject(body)) sent.push({ path, body });
      return Response.json(answers[path] ?? { error: { message: path } });
    },
  });
  const gateway = await startTestGateway({
    providers: providers(`http://127.0.0.1:${server.port}`),
    env: { KEY: 'a-key', K1: 'key-1', K2: 'key-2' },
    ...options,
  });
  stops.push(
    () => gateway.stop(),
    () => server.stop(true),
  );
  const ask: Place['ask'] = async (path, body, key) => {
    const headers = { 'content-type': 'application/json', ...(key && { authorization: `Bearer ${key}` }) };
    const url = gateway.url.replace(/\/v1$/, path);
    const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
    const text = await response.text();
    if (!response.ok) throw new Error(text);
    return { body: parseJson(text) as JsonObject, losses: response.headers.get('x-clew-losses') ?? '' };
  };
  return { gateway, sent, ask };
}

const responsesAnswer = (sealed: string): JsonObject => ({
  id: `resp_${sealed}`,
  object: 'response',
  created_at: 1,
  status: 'completed',
  model: 'm',
  output: [
    { id: `rs_${sealed}`, type: 'reasoning', summary: [], encrypted_content: sealed },
    {
      id: `fc_${sealed}`,
      type: 'function_call',
      status: 'completed',
      call_id: `call_of_${sealed}_1`,
      name: 'look',
      arguments: '{"at":"it"}',
    },
  ],
  usage: { input_tokens: 5, output_tokens: 5, total_tokens: 10 },
});

const TWO_OF_ONE_LANGUAGE = {
  '/openai/v1/responses': responsesAnswer('sealed-by-openai'),
  '/xai/v1/responses': responsesAnswer('sealed-by-xai'),
};
const twoOfOneLanguage = (url: string): string =>
  `  openai: { dialect: openai-responses, url: "${url}/openai/v1", credentials: [ { secret: env:KEY } ] }
  xai: { dialect: openai-responses, url: "${url}/xai/v1", credentials: [ { secret: env:KEY } ] }`;

const USER = { role: 'user', content: 'Look at it.' };
const tools = [{ type: 'function', name: 'look', parameters: { type: 'object' }, strict: false }];
const include = ['reasoning.encrypted_content'];

function outputOf(answer: JsonObject, keepsReasoning = true): readonly JsonObject[] {
  return objects(answer['output']).filter(({ type }) => keepsReasoning || type !== 'reasoning');
}

function resultOf(answer: JsonObject): JsonObject {
  const call = objects(answer['output']).find(({ type }) => type === 'function_call');
  return { type: 'function_call_output', call_id: call?.['call_id'] ?? '', output: 'seen' };
}

test.each([
  ['bytes pass through', true, true],
  ['the canonical way', false, true],
  ['bytes pass through, the client drops what is sealed', true, false],
  ['the canonical way, the client drops what is sealed', false, false],
] as const)('two vendors of one language, %s', async (_, passthrough, keeps) => {
  const { sent, ask } = await place(TWO_OF_ONE_LANGUAGE, twoOfOneLanguage, { passthrough });
  const first = await ask('/v1/responses', {
    model: 'openai/m',
    input: [USER],
    tools,
    include,
    store: false,
  });
  const input: Json[] = [USER, ...outputOf(first.body, keeps), resultOf(first.body)];
  const second = await ask('/v1/responses', { model: 'xai/m', input, tools, include, store: false });
  expect(objects(sent[1]?.body['input']).filter(({ type }) => type === 'reasoning')).toEqual([]);
  expect(second.losses).toContain('dropped');
  input.push(...outputOf(second.body, keeps), resultOf(second.body));
  for (const [model, own, other] of [
    ['openai/m', 'sealed-by-openai', 'sealed-by-xai'],
    ['xai/m', 'sealed-by-xai', 'sealed-by-openai'],
  ] as const) {
    await ask('/v1/responses', { model, input, tools, include, store: false });
    const seals = objects(sent.at(-1)?.body['input']).flatMap(({ encrypted_content: seal }) => seal ?? []);
    expect(seals).toEqual([own]);
    expect(seals).not.toContain(other);
  }
});

const THINKING = { type: 'thinking', thinking: 'Hm.', signature: 'signed-thought' };
const CALL = { type: 'tool_use', id: 'toolu_0123456789abcdef', name: 'look', input: { at: 'it', b: [1] } };
const messagesAnswer: JsonObject = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'm',
  content: [THINKING, { type: 'text', text: 'I look.' }, CALL],
  stop_reason: 'tool_use',
  stop_sequence: null,
  usage: { input_tokens: 5, output_tokens: 5 },
};
const anthropic = (url: string): string =>
  `  anthropic: { url: "${url}/v1", credentials: [ { secret: env:KEY } ] }
  other: { dialect: openai-chat, url: "${url}/other/v1", auth: none }`;
const CHAT_ANSWER: JsonObject = {
  id: 'c',
  object: 'chat.completion',
  created: 1,
  model: 'm',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Ok.' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
};
const MESSAGES_PATHS = { '/v1/messages': messagesAnswer, '/other/v1/chat/completions': CHAT_ANSWER };
const chatTools = [{ type: 'function', function: { name: 'look', parameters: { type: 'object' } } }];

/** The next turn as a program writes it that keeps only what it knows, with the arguments in another order. */
const NEXT = [
  USER,
  {
    role: 'assistant',
    content: 'I look.',
    tool_calls: [
      { id: CALL.id, type: 'function', function: { name: 'look', arguments: '{ "b": [1], "at": "it" }' } },
    ],
  },
  { role: 'tool', tool_call_id: CALL.id, content: 'seen' },
];

function signaturesIn(body: JsonObject | undefined): readonly Json[] {
  return objects(body?.['messages']).flatMap(({ content }) =>
    objects(content).flatMap(({ signature }) => signature ?? []),
  );
}

const KEYS = '[ { name: one, secret: env:K1 }, { name: two, secret: env:K2 } ]';

async function begin(options: TestGatewayOptions = {}): Promise<Place> {
  const made = await place(MESSAGES_PATHS, anthropic, { keys: KEYS, ...options });
  await made.ask(
    '/v1/chat/completions',
    { model: 'anthropic/m', messages: [USER], tools: chatTools },
    'key-1',
  );
  return made;
}

test('a seal is kept for the key that it was shown to', async () => {
  const { sent, ask } = await begin();
  const body = { model: 'anthropic/m', messages: NEXT, tools: chatTools };
  await ask('/v1/chat/completions', body, 'key-2');
  expect(signaturesIn(sent.at(-1)?.body)).toEqual([]);
  await ask('/v1/chat/completions', body, 'key-1');
  expect(signaturesIn(sent.at(-1)?.body)).toEqual(['signed-thought']);
  expect(objects(objects(sent.at(-1)?.body['messages'])[1]?.['content'])[0]).toEqual(THINKING);
});

test('a turn that says anything else gets nothing', async () => {
  const { sent, ask } = await begin();
  const altered = JSON.parse(JSON.stringify(NEXT).replace('I look.', 'I saw.')) as Json;
  await ask('/v1/chat/completions', { model: 'anthropic/m', messages: altered, tools: chatTools }, 'key-1');
  expect(signaturesIn(sent.at(-1)?.body)).toEqual([]);
});

test('another vendor gets nothing, and that is told', async () => {
  const { gateway, ask } = await begin();
  const { losses } = await ask(
    '/v1/chat/completions',
    { model: 'other/m', messages: NEXT, tools: chatTools },
    'key-1',
  );
  expect(losses).toBe('messages[1] dropped');
  expect(gateway.generations.at(-1)?.losses[0]?.why).toContain('anthropic');
});

test.each([
  ['off', 'off'],
  ['no longer than its time', '{ lifetime: 1ms }'],
  ['only within its size', '{ size: 100B }'],
] as const)('%s', async (_, reasoning) => {
  const { sent, ask } = await begin({ reasoning });
  await Bun.sleep(5);
  await ask('/v1/chat/completions', { model: 'anthropic/m', messages: NEXT, tools: chatTools }, 'key-1');
  expect(signaturesIn(sent.at(-1)?.body)).toEqual([]);
});

test('the oldest turn goes first', async () => {
  // Each turn has two names.
  const { sent, ask } = await begin({ reasoning: '{ turns: 2 }' });
  const again = { ...USER, content: 'Look at it again.' };
  const body = { model: 'anthropic/m', messages: NEXT, tools: chatTools };
  await ask('/v1/chat/completions', body, 'key-1');
  expect(signaturesIn(sent.at(-1)?.body)).toEqual(['signed-thought']);
  await ask('/v1/chat/completions', { ...body, messages: [again] }, 'key-2');
  await ask('/v1/chat/completions', body, 'key-1');
  expect(signaturesIn(sent.at(-1)?.body)).toEqual([]);
});

const details = [
  { type: 'reasoning.text', text: 'Hm.', signature: 'routed', format: 'anthropic-claude-v1', index: 0 },
];
const routerAnswer: JsonObject = {
  ...CHAT_ANSWER,
  choices: [
    {
      index: 0,
      message: { role: 'assistant', content: 'Ok.', reasoning: 'Hm.', reasoning_details: details },
      finish_reason: 'stop',
    },
  ],
};
const router = (url: string): string =>
  `  openrouter: { dialect: openai-chat, url: "${url}/router/v1", credentials: [ { secret: env:KEY } ] }
${anthropic(url)}`;

test.each([true, false])('what a router handed over goes back to it, passthrough %p', async (passthrough) => {
  const paths = { ...MESSAGES_PATHS, '/router/v1/chat/completions': routerAnswer };
  const { sent, ask } = await place(paths, router, { passthrough });
  const path = '/v1/chat/completions';
  const first = await ask(path, { model: 'openrouter/m', messages: [USER] });
  const message = objects(first.body['choices'])[0]?.['message'] as JsonObject;
  expect(message['reasoning_details']).toEqual(details);
  const bare = { role: 'assistant', content: 'Ok.' };
  for (const turn of [message, bare]) {
    await ask(path, { model: 'openrouter/m', messages: [USER, turn, USER] });
    const echoed = objects(sent.at(-1)?.body['messages'])[1];
    expect(objects(echoed?.['reasoning_details']).map(({ signature }) => signature)).toEqual(['routed']);
    // It was not the vendor itself who handed it over.
    await ask(path, { model: 'anthropic/m', messages: [USER, turn, USER] });
    expect(signaturesIn(sent.at(-1)?.body)).toEqual([]);
  }
});
