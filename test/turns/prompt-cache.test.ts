// A provider that caches as the vendors say: what was marked and is long enough is written, the longest marked prefix that
// was written before is read. Conversations through a gateway that places the marks must hit it from the second turn on.

import { afterAll, beforeAll, describe, expect, test } from 'bun:test';

import { isObject, parseJson } from '#base/json.ts';
import type { Json, JsonObject } from '#base/json.ts';
import { startTestGateway } from '../support/gateway.ts';
import type { TestGateway } from '../support/gateway.ts';
import { objects } from './checks.ts';

const MARKS_MAX = 4;
const TOKENS_MIN = 1_024;
/** Nearer to what vendors count than to what the gateway does, which must be on the safe side. */
const CHARACTERS_PER_TOKEN = 4;

/** The prompt in order, as text without marks, and where it is marked. */
interface Prompt {
  readonly pieces: readonly string[];
  /** How many pieces stand before each mark. */
  readonly marks: readonly number[];
}

function promptOf(body: JsonObject): Prompt {
  const pieces: string[] = [];
  const marks: number[] = [];
  const add = (value: Json): void => {
    if (!isObject(value)) {
      pieces.push(JSON.stringify(value));
      return;
    }
    if (value['cachePoint'] !== undefined) {
      marks.push(pieces.length);
      return;
    }
    const { cache_control: mark, ...rest } = value;
    pieces.push(JSON.stringify(rest));
    if (mark !== undefined) marks.push(pieces.length);
  };
  const each = (value: Json | undefined): void => {
    if (typeof value === 'string') add({ type: 'text', text: value });
    else for (const item of objects(value)) add(item);
  };
  each((body['toolConfig'] as JsonObject | undefined)?.['tools'] ?? body['tools']);
  each(body['system']);
  for (const { role, content } of objects(body['messages'])) {
    pieces.push(JSON.stringify(role ?? null));
    each(content);
  }
  return { pieces, marks };
}

class PromptCache {
  readonly #written = new Set<string>();

  /** Tokens in all, read and written. */
  count({ pieces, marks }: Prompt): { total: number; read: number; written: number } {
    const tokens = (end: number): number =>
      Math.ceil(pieces.slice(0, end).join('').length / CHARACTERS_PER_TOKEN);
    const prefix = (end: number): string => pieces.slice(0, end).join('\n');
    const long = marks.filter((end) => tokens(end) >= TOKENS_MIN);
    const hit = long.findLast((end) => this.#written.has(prefix(end))) ?? 0;
    const last = long.at(-1) ?? 0;
    for (const end of long) this.#written.add(prefix(end));
    return { total: tokens(pieces.length), read: tokens(hit), written: tokens(last) - tokens(hit) };
  }
}

interface Seen extends Prompt {
  readonly body: JsonObject;
  readonly read: number;
  readonly written: number;
  readonly total: number;
}

const seen: Seen[] = [];
let cache = new PromptCache();
let gateway: TestGateway;
let server: ReturnType<typeof Bun.serve>;

function answer(path: string, at: number, counted: Omit<Seen, keyof Prompt | 'body'>): JsonObject {
  const { total, read, written } = counted;
  const rest = total - read - written;
  if (path.endsWith('/converse')) {
    return {
      output: {
        message: {
          role: 'assistant',
          content: [{ toolUse: { toolUseId: `tooluse_number_${at}`, name: 'look', input: { at } } }],
        },
      },
      stopReason: 'tool_use',
      usage: {
        inputTokens: rest,
        outputTokens: 7,
        totalTokens: total + 7,
        cacheReadInputTokens: read,
        cacheWriteInputTokens: written,
      },
    };
  }
  return {
    id: `msg_${at}`,
    type: 'message',
    role: 'assistant',
    model: 'm',
    content: [{ type: 'tool_use', id: `toolu_number_${at}`, name: 'look', input: { at } }],
    stop_reason: 'tool_use',
    stop_sequence: null,
    usage: {
      input_tokens: rest,
      output_tokens: 7,
      cache_read_input_tokens: read,
      cache_creation_input_tokens: written,
    },
  };
}

beforeAll(async () => {
  server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    async fetch(incoming) {
      const body = parseJson(await incoming.text()) as JsonObject;
      const prompt = promptOf(body);
      const counted = cache.count(prompt);
      seen.push({ ...prompt, ...counted, body });
      return Response.json(answer(new URL(incoming.url).pathname, seen.length, counted));
    },
  });
  const url = `http://127.0.0.1:${server.port}`;
  gateway = await startTestGateway({
    env: { KEY: 'k' },
    providers: `  anthropic: { url: "${url}/v1", promptCache: auto, credentials: [ { secret: env:KEY } ] }
  plain: { dialect: anthropic-messages, url: "${url}/v1", auth: none }
  converse: { dialect: bedrock-converse, url: "${url}", auth: none, promptCache: auto }`,
    models: `  saving: { targets: [ plain/claude-sonnet-4-5 ], prompt_cache: auto }
  dear: { targets: [ anthropic/claude-sonnet-4-5 ], prompt_cache: client }`,
  });
});
afterAll(async () => {
  await gateway.stop();
  await server.stop(true);
});

const LONG = 'The labyrinth has many doors. '.repeat(200);
const SHORT = 'Be kind.';

async function post(path: string, body: JsonObject, wish?: string): Promise<JsonObject> {
  const headers = { 'content-type': 'application/json', ...(wish && { 'x-clew-prompt-cache': wish }) };
  const response = await fetch(`http://127.0.0.1:${gateway.port}${path}`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  });
  expect(response.headers.get('x-clew-losses')).toBeNull();
  expect(response.status).toBe(200);
  return (await response.json()) as JsonObject;
}

/** Six turns with a result each, and now and then a word of the user after it. */
async function chatTalk(model: string, instructions: string, wish?: string): Promise<readonly JsonObject[]> {
  const messages: JsonObject[] = [
    { role: 'system', content: instructions },
    { role: 'user', content: 'Look everywhere.' },
  ];
  const tools = [
    { type: 'function', function: { name: 'look', description: 'Looks.', parameters: { type: 'object' } } },
  ];
  const usages: JsonObject[] = [];
  for (let turn = 0; turn < 6; turn += 1) {
    const body = await post('/v1/chat/completions', { model, messages, tools }, wish);
    usages.push(body['usage'] as JsonObject);
    const message = objects(body['choices'])[0]?.['message'] as JsonObject;
    messages.push(message, {
      role: 'tool',
      tool_call_id: objects(message['tool_calls'])[0]?.['id'] ?? '',
      content: `${turn}: ${'seen '.repeat(200)}`,
    });
    if (turn % 2 === 1) messages.push({ role: 'user', content: 'And then?' });
  }
  return usages;
}

async function messagesTalk(
  model: string,
  instructions: string,
  wish?: string,
): Promise<readonly JsonObject[]> {
  const messages: JsonObject[] = [{ role: 'user', content: 'Look everywhere.' }];
  const tools = [{ name: 'look', description: 'Looks.', input_schema: { type: 'object' } }];
  const usages: JsonObject[] = [];
  for (let turn = 0; turn < 6; turn += 1) {
    const asked = { model, system: instructions, messages, tools, max_tokens: 100 };
    const body = await post('/v1/messages', asked, wish);
    usages.push(body['usage'] as JsonObject);
    const [call] = objects(body['content']);
    const result = {
      type: 'tool_result',
      tool_use_id: call?.['id'] ?? '',
      content: `${turn}: ${'seen '.repeat(200)}`,
    };
    messages.push(
      { role: 'assistant', content: body['content'] ?? [] },
      { role: 'user', content: [result, ...(turn % 2 === 1 ? [{ type: 'text', text: 'And then?' }] : [])] },
    );
  }
  return usages;
}

async function fresh(
  talk: () => Promise<readonly JsonObject[]>,
): Promise<{ turns: Seen[]; usages: readonly JsonObject[] }> {
  cache = new PromptCache();
  seen.length = 0;
  const usages = await talk();
  return { turns: [...seen], usages };
}

const TALKS = [
  ['chat', chatTalk],
  ['messages', messagesTalk],
] as const;
const CLAUDE = 'claude-sonnet-4-5';
const ON_BEDROCK = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';

describe.each(TALKS)('a conversation of a %s client', (language, talk) => {
  test.each([
    ['the provider says so', `anthropic/${CLAUDE}`, undefined],
    ['the provider of another language says so', `converse/${ON_BEDROCK}`, undefined],
    ['the model says so', 'saving', undefined],
    ['the request says so', `plain/${CLAUDE}`, 'auto'],
    ['the request says so against the model', 'dear', 'auto'],
  ] as const)('is read from the cache when %s', async (_, model, wish) => {
    const { turns, usages } = await fresh(() => talk(model, LONG, wish));
    expect(turns).toHaveLength(6);
    for (const [index, turn] of turns.entries()) {
      expect(turn.marks.length).toBeGreaterThan(0);
      expect(turn.marks.length).toBeLessThanOrEqual(MARKS_MAX);
      // All that was written the turn before is read now; what is new is written.
      const before = turns[index - 1];
      if (before === undefined) expect([turn.read, turn.written > TOKENS_MIN]).toEqual([0, true]);
      else expect(turn.read).toBe(before.read + before.written);
      expect(turn.total - turn.read - turn.written).toBeLessThan(30);
    }
    for (const [index, usage] of usages.entries()) checkUsage(usage, turns[index] as Seen, language);
    checkRecords(turns);
  });

  test.each([
    ['nobody says anything', `plain/${CLAUDE}`, undefined],
    ['the model says no', 'dear', undefined],
    ['the request says no', `anthropic/${CLAUDE}`, 'client'],
  ] as const)('is not marked when %s', async (_, model, wish) => {
    const { turns } = await fresh(() => talk(model, LONG, wish));
    expect(turns.flatMap(({ marks }) => marks)).toEqual([]);
  });

  test('is marked only from where it is long enough', async () => {
    const { turns } = await fresh(() => talk(`anthropic/${CLAUDE}`, SHORT));
    expect(turns[0]?.marks).toEqual([]);
    expect((turns.at(-1)?.marks.length ?? 0) > 0).toBe(true);
    // Of a mark that was placed once, the place stays marked or is passed over for later ones.
    const long = await fresh(() => talk('anthropic/claude-haiku-4-5', LONG.slice(0, 6_000)));
    expect(long.turns[0]?.marks).toEqual([]);
  });
});

/** As the client's language counts: with the cache inside the input, or beside it. */
function checkUsage(usage: JsonObject, { total, read, written }: Seen, language: string): void {
  if (language === 'messages') {
    expect(usage).toMatchObject({
      input_tokens: total - read - written,
      cache_read_input_tokens: read,
      cache_creation_input_tokens: written,
      output_tokens: 7,
    });
    return;
  }
  expect(usage).toMatchObject({ prompt_tokens: total, completion_tokens: 7, total_tokens: total + 7 });
  expect((usage['prompt_tokens_details'] as JsonObject)['cached_tokens']).toBe(read);
}

function checkRecords(turns: readonly Seen[]): void {
  const records = gateway.generations.slice(-turns.length);
  for (const [index, { total, read, written }] of turns.entries()) {
    expect(records[index]?.usage).toMatchObject({
      inputTotal: total,
      cacheRead: read,
      cacheWrite: written,
      outputTotal: 7,
    });
  }
}

test('a client that marks for itself is left alone', async () => {
  cache = new PromptCache();
  seen.length = 0;
  const system = [{ type: 'text', text: LONG, cache_control: { type: 'ephemeral', ttl: '1h' } }];
  const body = {
    model: `anthropic/${CLAUDE}`,
    system,
    messages: [{ role: 'user', content: LONG }],
    max_tokens: 9,
  };
  await post('/v1/messages', body);
  expect(seen[0]?.marks).toHaveLength(1);
  const whole = { ...body, system: LONG, cache_control: { type: 'ephemeral' } };
  await post('/v1/messages', whole);
  expect(seen[1]?.body['cache_control']).toEqual({ type: 'ephemeral' });
  expect(seen[1]?.marks).toEqual([]);
});

test('a wish that is none is refused', async () => {
  const response = await fetch(`http://127.0.0.1:${gateway.port}/v1/messages`, {
    method: 'POST',
    headers: { 'x-clew-prompt-cache': 'yes' },
    body: JSON.stringify({ model: 'saving', max_tokens: 5, messages: [{ role: 'user', content: 'x' }] }),
  });
  expect(response.status).toBe(400);
  expect(await response.text()).toContain('x-clew-prompt-cache');
});
