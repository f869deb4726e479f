// Azure and Vertex AI behind Clew, over real sockets: where a deployment and a model stand in the path, which header proves who
// calls, what the body says. Keys and tokens are those of a stand-in, which refuses any other.

import Anthropic from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai';
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import OpenAI from 'openai';

import type { JsonObject } from '#base/json.ts';
import { startTestGateway } from '../support/gateway.ts';
import type { TestGateway } from '../support/gateway.ts';
import { googleKeyFile } from '../support/google-key-file.ts';
import { helloEvents } from '../support/messages-events.ts';

const KEY_FILE = googleKeyFile().text;

interface Seen {
  readonly path: string;
  readonly key: string | null;
  readonly bearer: string | null;
  readonly body: JsonObject;
}

const USAGE = { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 };
const CHUNK = { id: 'c', object: 'chat.completion.chunk', created: 1, model: 'gpt' };
const CLAUDE = { id: 'msg_1', type: 'message', role: 'assistant', model: 'claude', stop_sequence: null };
const GEMINI = {
  candidates: [{ content: { role: 'model', parts: [{ text: 'Hello.' }] }, finishReason: 'STOP' }],
  usageMetadata: { promptTokenCount: 3, candidatesTokenCount: 4, totalTokenCount: 7 },
};
const CLAUDE_EVENTS = helloEvents(CLAUDE);

const data = (value: unknown): string => `data: ${JSON.stringify(value)}\n\n`;

function chat(stream: boolean): string {
  if (!stream) {
    const message = { role: 'assistant', content: 'Hello.' };
    const choices = [{ index: 0, message, finish_reason: 'stop' }];
    return JSON.stringify({ ...CHUNK, object: 'chat.completion', choices, usage: USAGE });
  }
  const said = { index: 0, delta: { role: 'assistant', content: 'Hello.' }, finish_reason: 'stop' };
  return `${data({ ...CHUNK, choices: [said] })}${data({ ...CHUNK, choices: [], usage: USAGE })}data: [DONE]\n\n`;
}

function claude(stream: boolean): string {
  if (stream) return CLAUDE_EVENTS.map((event) => `event: ${event.type}\n${data(event)}`).join('');
  const content = [{ type: 'text', text: 'Hello.' }];
  return JSON.stringify({
    ...CLAUDE,
    content,
    stop_reason: 'end_turn',
    usage: { input_tokens: 3, output_tokens: 4 },
  });
}

function answered(path: string, body: JsonObject): Response {
  const stream = body['stream'] === true || /:stream/.test(path);
  const text = path.includes('/google/')
    ? stream
      ? data(GEMINI)
      : JSON.stringify(GEMINI)
    : path.includes('/anthropic/')
      ? claude(stream)
      : chat(stream);
  return new Response(text, {
    headers: { 'content-type': stream ? 'text/event-stream' : 'application/json' },
  });
}

const seen: Seen[] = [];
const tokensGiven: string[] = [];
const cloud = Bun.serve({
  hostname: '127.0.0.1',
  port: 0,
  fetch: async (request) => {
    const path = request.url.replace(/^https?:\/\/[^/]+/, '');
    const written = await request.text();
    if (path.endsWith('/token')) {
      const token = path.includes('/oauth2/') ? 'entra-token' : 'google-token';
      tokensGiven.push(token);
      return Response.json({ access_token: token, expires_in: 3_600, token_type: 'Bearer' });
    }
    const body = JSON.parse(written) as JsonObject;
    const key = request.headers.get('api-key');
    const bearer = request.headers.get('authorization');
    seen.push({ path, key, bearer, body });
    const known = key === 'azure-key' || bearer === 'Bearer google-token' || bearer === 'Bearer entra-token';
    return known
      ? answered(path, body)
      : Response.json({ error: { code: '401', message: 'no' } }, { status: 401 });
  },
});

let gateway: TestGateway;
let origin: string;

beforeAll(async () => {
  const url = `http://127.0.0.1:${cloud.port}`;
  const place =
    'variables: { project: p, location: europe-west1 }, credentials: [ { secret: env:KEY_FILE } ]';
  const vertex = `${url}/v1/projects/{project}/locations/{location}`;
  gateway = await startTestGateway({
    providers: `  azure-openai: { url: "${url}/openai/v1", credentials: [ { secret: env:AZURE } ] }
  azure-openai-deployments: { url: "${url}/openai", credentials: [ { secret: env:AZURE } ] }
  azure-ai-foundry: { url: "${url}/foundry/openai/v1", auth: { entra: { tenant: t, client: c } }, credentials: [ { secret: env:AZURE } ] }
  vertex: { url: "${vertex}", ${place} }
  vertex-claude: { url: "${vertex}", ${place} }`,
    env: { AZURE: 'azure-key', KEY_FILE },
    cloud: {
      env: { AZURE_AUTHORITY_HOST: url },
      // The library knows only the public address of the token service.
      fetch: (input, init) =>
        fetch(`${url}${new URL(input instanceof Request ? input.url : input).pathname}`, init),
    },
  });
  origin = gateway.url.replace(/\/v1$/, '');
});
afterAll(async () => {
  await gateway.stop();
  await cloud.stop(true);
});

describe('Azure', () => {
  const messages = [{ role: 'user' as const, content: 'Hi.' }];

  test.each([
    ['azure-openai', '/openai/v1/chat/completions', 'azure-key', null],
    [
      'azure-openai-deployments',
      '/openai/deployments/gpt%2D5/chat/completions?api-version=2024-10-21',
      'azure-key',
      null,
    ],
    ['azure-ai-foundry', '/foundry/openai/v1/chat/completions', null, 'Bearer entra-token'],
  ])('%s, in one piece and as a stream', async (provider, path, key, bearer) => {
    const client = new OpenAI({ baseURL: gateway.url, apiKey: 'none', maxRetries: 0 });
    const model = `${provider}/gpt-5`;
    const whole = await client.chat.completions.create({ model, messages });
    expect(whole.choices[0]).toMatchObject({ message: { content: 'Hello.' }, finish_reason: 'stop' });
    expect(whole.usage).toMatchObject({ prompt_tokens: 3, completion_tokens: 4 });
    const streamed = await client.chat.completions.stream({ model, messages }).finalChatCompletion();
    expect(streamed.choices[0]).toMatchObject({ message: { content: 'Hello.' }, finish_reason: 'stop' });
    const asked = seen.slice(-2);
    expect(asked.map((one) => decodeURIComponent(one.path))).toEqual(Array(2).fill(decodeURIComponent(path)));
    for (const one of asked) expect([one.key, one.bearer]).toEqual([key, bearer]);
  });
});

describe('Vertex AI', () => {
  const folder = '/v1/projects/p/locations/europe-west1/publishers';

  test('Gemini: the model in the path, a token of the service account', async () => {
    const client = new GoogleGenAI({ apiKey: 'none', httpOptions: { baseUrl: origin } });
    const asked = { model: 'vertex/gemini-2.5-flash', contents: 'Hi.' };
    const whole = await client.models.generateContent(asked);
    expect([whole.text, whole.usageMetadata?.totalTokenCount]).toEqual(['Hello.', 7]);
    let text = '';
    for await (const chunk of await client.models.generateContentStream(asked)) text += chunk.text ?? '';
    expect(text).toBe('Hello.');
    expect(seen.slice(-2).map(({ path, bearer }) => [path, bearer])).toEqual([
      [`${folder}/google/models/gemini-2.5-flash:generateContent`, 'Bearer google-token'],
      [`${folder}/google/models/gemini-2.5-flash:streamGenerateContent?alt=sse`, 'Bearer google-token'],
    ]);
  });

  test('Claude: the model in the path, the version in the body', async () => {
    const client = new Anthropic({ baseURL: origin, apiKey: 'none', maxRetries: 0 });
    const messages = [{ role: 'user' as const, content: 'Hi.' }];
    const request = { model: 'vertex-claude/claude-sonnet-4-5@20250929', max_tokens: 20, messages };
    const said = { content: [{ type: 'text', text: 'Hello.' }], stop_reason: 'end_turn' };
    expect(await client.messages.create(request)).toMatchObject(said);
    expect(await client.messages.stream(request).finalMessage()).toMatchObject(said);
    const asked = seen.slice(-2);
    expect(asked.map(({ path }) => decodeURIComponent(path))).toEqual([
      `${folder}/anthropic/models/claude-sonnet-4-5@20250929:rawPredict`,
      `${folder}/anthropic/models/claude-sonnet-4-5@20250929:streamRawPredict`,
    ]);
    for (const { body, bearer } of asked) {
      expect([body['anthropic_version'], body['model'], bearer]).toEqual([
        'vertex-2023-10-16',
        undefined,
        'Bearer google-token',
      ]);
    }
  });

  test('a token serves many calls', () => {
    expect(tokensGiven.toSorted()).toEqual(['entra-token', 'google-token', 'google-token']);
  });
});
