// A client and a provider of the same language, but not of the same transport: Claude behind Bedrock's InvokeModel, signed, its
// events in chunks of AWS event streams.

import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import Anthropic from '@anthropic-ai/sdk';

import { joinBytes } from '#base/bytes.ts';
import type { JsonObject } from '#base/json.ts';
import { awsEventStreamBytes } from '#framing/aws-event-stream.ts';
import { startTestGateway } from '../support/gateway.ts';
import type { TestGateway } from '../support/gateway.ts';
import { helloEvents } from '../support/messages-events.ts';
import { signatureProblem } from '../support/sigv4.ts';

const MODEL = 'anthropic.claude-3-haiku-20240307-v1:0';
const MESSAGE = { id: 'msg_bdrk_1', type: 'message', role: 'assistant', model: 'claude-3-haiku-20240307' };
const USAGE = { input_tokens: 3, output_tokens: 4 };
const EVENTS = helloEvents(MESSAGE);

describe('Claude behind Bedrock behind Clew', () => {
  const seen: { path: string; body: JsonObject }[] = [];
  let gateway: TestGateway;
  let client: Anthropic;
  const bedrock = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch: async (request) => {
      const path = request.url.replace(/^https?:\/\/[^/]+/, '');
      const written = await request.text();
      seen.push({ path, body: JSON.parse(written) as JsonObject });
      const { method, headers } = request;
      const problem = signatureProblem({ method, path, headers, body: written }, () => 'secret');
      if (problem !== undefined) return Response.json({ message: problem }, { status: 403 });
      if (path.endsWith('/invoke')) {
        const content = [{ type: 'text', text: 'Hello.' }];
        return Response.json({
          ...MESSAGE,
          content,
          stop_reason: 'end_turn',
          stop_sequence: null,
          usage: USAGE,
        });
      }
      const chunks = EVENTS.map((event) => {
        const data = JSON.stringify({
          bytes: Buffer.from(JSON.stringify(event)).toString('base64'),
          p: 'abc',
        });
        return awsEventStreamBytes({ event: 'chunk', data });
      });
      return new Response(joinBytes(chunks), {
        headers: { 'content-type': 'application/vnd.amazon.eventstream' },
      });
    },
  });

  beforeAll(async () => {
    const url = `http://127.0.0.1:${bedrock.port}`;
    gateway = await startTestGateway({
      providers: `  bedrock-invoke: { url: "${url}", credentials: [ { secret: env:PAIR } ] }`,
      env: { PAIR: 'AKIAIOSFODNN7EXAMPLE:secret' },
    });
    client = new Anthropic({ baseURL: gateway.url.replace(/\/v1$/, ''), apiKey: 'none', maxRetries: 0 });
  });
  afterAll(async () => {
    await gateway.stop();
    await bedrock.stop(true);
  });

  const request = {
    model: `bedrock-invoke/${MODEL}`,
    max_tokens: 20,
    messages: [{ role: 'user' as const, content: 'Hi.' }],
  };

  test('in one piece: the model in the path, the version in the body', async () => {
    const message = await client.messages.create(request);
    expect(message).toMatchObject({
      content: [{ type: 'text', text: 'Hello.' }],
      stop_reason: 'end_turn',
      usage: USAGE,
    });
    expect(seen.at(-1)?.path).toBe(`/model/${encodeURIComponent(MODEL)}/invoke`);
    expect(seen.at(-1)?.body['anthropic_version']).toBe('bedrock-2023-05-31');
    expect(seen.at(-1)?.body['model']).toBeUndefined();
  });

  test('as a stream', async () => {
    const message = await client.messages.stream(request).finalMessage();
    expect(message).toMatchObject({
      content: [{ type: 'text', text: 'Hello.' }],
      stop_reason: 'end_turn',
      usage: USAGE,
    });
    expect(seen.at(-1)?.path).toEndWith('/invoke-with-response-stream');
  });
});
