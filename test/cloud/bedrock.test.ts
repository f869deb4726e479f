// A client of one language, through Clew, to a provider of another that checks signatures and streams in AWS event streams: over
// real sockets.

import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import OpenAI from 'openai';

import { joinBytes } from '#base/bytes.ts';
import type { Frame } from '#base/frame.ts';
import { asArray, asObject } from '#base/json.ts';
import type { JsonObject } from '#base/json.ts';
import { awsEventStreamBytes } from '#framing/aws-event-stream.ts';
import { startTestGateway } from '../support/gateway.ts';
import type { TestGateway } from '../support/gateway.ts';
import { signatureProblem } from '../support/sigv4.ts';

const KEY = 'AKIAIOSFODNN7EXAMPLE';
const SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
const MODEL = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';
const USAGE = { inputTokens: 3, outputTokens: 4, totalTokens: 17, cacheReadInputTokens: 10 };

const event = (name: string, data: object): Frame => ({
  event: name,
  data: JSON.stringify({ ...data, p: 'abc' }),
});
const text = (words: string): Frame =>
  event('contentBlockDelta', { contentBlockIndex: 0, delta: { text: words } });
const TOOL = { toolUse: { toolUseId: 'tooluse_1', name: 'weather' } };

/** By the last word of the user. */
const STREAMS: Readonly<Record<string, readonly Frame[]>> = {
  hello: [
    event('messageStart', { role: 'assistant' }),
    text('Hel'),
    text('lo.'),
    event('contentBlockStop', { contentBlockIndex: 0 }),
    event('messageStop', { stopReason: 'end_turn' }),
    event('metadata', { usage: USAGE, metrics: { latencyMs: 1 } }),
  ],
  tool: [
    event('messageStart', { role: 'assistant' }),
    event('contentBlockStart', { contentBlockIndex: 0, start: TOOL }),
    event('contentBlockDelta', { contentBlockIndex: 0, delta: { toolUse: { input: '{"city":' } } }),
    event('contentBlockDelta', { contentBlockIndex: 0, delta: { toolUse: { input: '"Oslo"}' } } }),
    event('contentBlockStop', { contentBlockIndex: 0 }),
    event('messageStop', { stopReason: 'tool_use' }),
    event('metadata', { usage: USAGE }),
  ],
  broken: [
    event('messageStart', { role: 'assistant' }),
    text('Hel'),
    { event: 'modelStreamErrorException', data: '{"message":"it broke"}', exception: true },
  ],
  cut: [event('messageStart', { role: 'assistant' }), text('Hel')],
};

const seen: { path: string; headers: Headers; body: JsonObject }[] = [];

function answer(path: string, said: string): Response {
  if (path.endsWith('/converse')) {
    const content =
      said === 'tool' ? [{ toolUse: { ...TOOL.toolUse, input: { city: 'Oslo' } } }] : [{ text: 'Hello.' }];
    const stopReason = said === 'tool' ? 'tool_use' : 'end_turn';
    return Response.json({ output: { message: { role: 'assistant', content } }, stopReason, usage: USAGE });
  }
  const bytes = joinBytes((STREAMS[said] ?? []).map(awsEventStreamBytes));
  const corrupt =
    said === 'corrupt'
      ? joinBytes([joinBytes([awsEventStreamBytes(text('Hel'))]), new Uint8Array(32)])
      : bytes;
  // In pieces that respect nothing.
  const pieces = Array.from({ length: Math.ceil(corrupt.length / 37) }, (_, at) =>
    corrupt.slice(at * 37, at * 37 + 37),
  );
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      const piece = pieces.shift();
      if (piece === undefined) controller.close();
      else controller.enqueue(piece);
    },
  });
  return new Response(body, { headers: { 'content-type': 'application/vnd.amazon.eventstream' } });
}

describe('Bedrock behind Clew', () => {
  let gateway: TestGateway;
  let client: OpenAI;
  const bedrock = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch: async (request) => {
      const path = request.url.replace(/^https?:\/\/[^/]+/, '');
      const { method, headers } = request;
      const written = await request.text();
      const body = JSON.parse(written) as JsonObject;
      seen.push({ path, headers, body });
      const problem =
        headers.get('authorization') === 'Bearer ABSK-key'
          ? undefined
          : signatureProblem({ method, path, headers, body: written }, () => SECRET);
      if (problem !== undefined) {
        const type = 'InvalidSignatureException:http://internal.amazon.com/';
        return Response.json({ message: problem }, { status: 403, headers: { 'x-amzn-errortype': type } });
      }
      const last = asObject((body['messages'] as JsonObject[]).at(-1));
      const said = asObject(asArray(last?.['content'])?.at(-1))?.['text'];
      return answer(path, typeof said === 'string' ? said : '');
    },
  });

  beforeAll(async () => {
    const url = `http://127.0.0.1:${bedrock.port}`;
    const auth = '{ aws-sigv4: { region: eu-central-1 } }';
    const provider = (name: string, secret: string): string =>
      `  ${name}: { dialect: bedrock-converse, url: "${url}", auth: ${auth}, credentials: [ { secret: env:${secret} } ] }`;
    gateway = await startTestGateway({
      providers: [provider('aws', 'PAIR'), provider('token', 'TOKEN'), provider('wrong', 'WRONG')].join('\n'),
      env: { PAIR: `${KEY}:${SECRET}`, TOKEN: 'ABSK-key', WRONG: `${KEY}:other` },
    });
    client = new OpenAI({ baseURL: gateway.url, apiKey: 'none', maxRetries: 0 });
  });
  afterAll(async () => {
    await gateway.stop();
    await bedrock.stop(true);
  });

  const ask = (content: string, provider = 'aws') => ({
    model: `${provider}/${MODEL}`,
    messages: [{ role: 'user' as const, content }],
  });

  test.each(['aws', 'token'])('an answer in one piece, by %s', async (provider) => {
    const completion = await client.chat.completions.create(ask('hello', provider));
    expect(completion.choices[0]).toMatchObject({ message: { content: 'Hello.' }, finish_reason: 'stop' });
    expect(completion.usage).toMatchObject({
      prompt_tokens: 13,
      completion_tokens: 4,
      prompt_tokens_details: { cached_tokens: 10 },
    });
    expect(completion.model).not.toBe('');
    expect(completion.id).not.toBe('');
    expect(seen.at(-1)?.path).toBe(`/model/${encodeURIComponent(MODEL)}/converse`);
  });

  test('a stream', async () => {
    const stream = await client.chat.completions.create({
      ...ask('hello'),
      stream: true,
      stream_options: { include_usage: true },
    });
    let told = '';
    let finish: string | null = '';
    let total = 0;
    for await (const chunk of stream) {
      told += chunk.choices[0]?.delta.content ?? '';
      finish = chunk.choices[0]?.finish_reason ?? finish;
      total = chunk.usage?.prompt_tokens ?? total;
      expect(chunk.id).not.toBe('');
    }
    expect([told, finish, total]).toEqual(['Hello.', 'stop', 13]);
    expect(seen.at(-1)?.headers.get('accept')).toBe('application/vnd.amazon.eventstream');
  });

  test.each([true, false])('a tool call, streamed: %p', async (stream) => {
    const tools = [
      { type: 'function', function: { name: 'weather', parameters: { type: 'object' } } },
    ] as const;
    const request = { ...ask('tool'), tools: [...tools], tool_choice: 'required' as const };
    const message = stream
      ? await client.chat.completions.stream(request).finalMessage()
      : (await client.chat.completions.create(request)).choices[0]?.message;
    expect(message?.tool_calls).toMatchObject([
      { id: 'tooluse_1', function: { name: 'weather', arguments: '{"city":"Oslo"}' } },
    ]);
    expect(asObject(seen.at(-1)?.body['toolConfig'])?.['toolChoice']).toEqual({ any: {} });
  });

  test.each(['broken', 'cut', 'corrupt'])('a stream that is %s never looks complete', async (how) => {
    const finishes: unknown[] = [];
    // A failure in the first bytes comes before the commit, as a status; a later one in the stream.
    const read = async (): Promise<void> => {
      const stream = await client.chat.completions.create({ ...ask(how), stream: true });
      for await (const chunk of stream) finishes.push(chunk.choices[0]?.finish_reason ?? null);
    };
    const failed: unknown = await read().catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(OpenAI.APIError);
    expect(finishes.filter((finish) => finish !== null)).toEqual([]);
    expect(gateway.generations.at(-1)?.failure).toBeDefined();
  });

  test('a signature that is refused is the provider’s failure, not the caller’s', async () => {
    const failed = await client.chat.completions
      .create(ask('hello', 'wrong'))
      .catch((error: unknown) => error);
    expect(failed).toMatchObject({ status: 502 });
  });
});
