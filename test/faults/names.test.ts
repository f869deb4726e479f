// A provider that takes neither the client's tool name nor its call ids: it is called with others, and the client reads its
// own again, streamed and whole.

import { afterAll, beforeAll, expect, test } from 'bun:test';

import { startTestGateway } from '../support/gateway.ts';
import type { TestGateway } from '../support/gateway.ts';

const NAME = 'mcp.server/look up';

let gateway: TestGateway;
let seen: { tools: { function: { name: string } }[]; messages: { tool_call_id?: string }[] } | undefined;
let provider: ReturnType<typeof Bun.serve>;

beforeAll(async () => {
  provider = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    async fetch(request) {
      const body = (await request.json()) as NonNullable<typeof seen> & { stream?: boolean };
      seen = body;
      const call = {
        index: 0,
        id: 'abcdefghi',
        type: 'function',
        function: { name: body.tools[0]?.function.name, arguments: '{"a":1}' },
      };
      const answer = { id: 'x', created: 1, model: 'm' };
      const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
      if (body.stream !== true) {
        const message = { role: 'assistant', content: null, tool_calls: [call] };
        const choices = [{ index: 0, message, finish_reason: 'tool_calls' }];
        return Response.json({ ...answer, object: 'chat.completion', choices, usage });
      }
      const chunk = (delta: object, reason: string | null): string =>
        `data: ${JSON.stringify({ ...answer, object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: reason }] })}\n\n`;
      const text = `${chunk({ role: 'assistant', tool_calls: [call] }, null)}${chunk({}, 'tool_calls')}data: [DONE]\n\n`;
      return new Response(text, { headers: { 'content-type': 'text/event-stream' } });
    },
  });
  gateway = await startTestGateway({
    providers: `  strict: { dialect: openai-chat, url: "http://127.0.0.1:${provider.port}/v1", auth: none, quirks: { toolIds: nine }, models: { m: {} } }`,
  });
});
afterAll(async () => {
  await gateway.stop();
  await provider.stop(true);
});

test.each([true, false])('stream %p', async (stream) => {
  const response = await fetch(`${gateway.url}/chat/completions`, {
    method: 'POST',
    body: JSON.stringify({
      model: 'strict/m',
      stream,
      tools: [{ type: 'function', function: { name: NAME, parameters: { type: 'object' } } }],
      messages: [
        { role: 'user', content: 'Look.' },
        {
          role: 'assistant',
          content: null,
          tool_calls: [{ id: 'toolu_01Abc', type: 'function', function: { name: NAME, arguments: '{}' } }],
        },
        { role: 'tool', tool_call_id: 'toolu_01Abc', content: 'Nothing.' },
      ],
    }),
  });
  const text = await response.text();
  expect(response.status).toBe(200);
  expect(response.headers.get('x-clew-losses')).toContain('tools changed');
  expect(seen?.tools[0]?.function.name).toMatch(/^[A-Za-z0-9]+$/);
  expect(seen?.messages.at(-1)?.tool_call_id).toMatch(/^[A-Za-z0-9]{9}$/);
  expect(text).toContain(JSON.stringify(NAME));
  expect(text).not.toContain(seen?.tools[0]?.function.name as string);
});
