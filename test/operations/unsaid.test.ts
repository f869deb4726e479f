// What of an answer a client's language has no place for: in the header of a whole answer, and in the record of each.

import { afterAll, beforeAll, expect, test } from 'bun:test';

import { startTestGateway, untilIdle } from '../support/gateway.ts';
import type { TestGateway } from '../support/gateway.ts';

const CONTENT = {
  type: 'text',
  text: 'It is so.',
  citations: [
    { type: 'char_location', cited_text: 'so', document_index: 0, start_char_index: 0, end_char_index: 2 },
  ],
};
const MESSAGE = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'm',
  content: [CONTENT],
  stop_reason: 'end_turn',
  stop_sequence: null,
  usage: { input_tokens: 1, output_tokens: 1 },
};
const { citations, ...opened } = CONTENT;
const EVENTS = [
  { type: 'message_start', message: { ...MESSAGE, content: [], stop_reason: null } },
  { type: 'content_block_start', index: 0, content_block: { ...opened, text: '' } },
  { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: CONTENT.text } },
  ...citations.map((citation) => ({
    type: 'content_block_delta',
    index: 0,
    delta: { type: 'citations_delta', citation },
  })),
  { type: 'content_block_stop', index: 0 },
  { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 1 } },
  { type: 'message_stop' },
];

let gateway: TestGateway;
const provider = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  async fetch(request) {
    const { stream } = (await request.json()) as { readonly stream?: boolean };
    if (stream !== true) return Response.json(MESSAGE);
    const text = EVENTS.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('');
    return new Response(text, { headers: { 'content-type': 'text/event-stream' } });
  },
});

beforeAll(async () => {
  const url = `http://127.0.0.1:${provider.port}`;
  const entry = `{ dialect: anthropic-messages, url: "${url}", auth: none, models: { m: {} } }`;
  gateway = await startTestGateway({ providers: `  citing: ${entry}` });
});
afterAll(async () => {
  await gateway.stop();
  await provider.stop(true);
});

test.each([
  ['/v1/chat/completions', false, true],
  ['/v1/chat/completions', true, true],
  ['/v1/messages', false, false],
  ['/v1/messages', true, false],
] as const)('%s, streamed: %p', async (path, stream, lost) => {
  const messages = [{ role: 'user', content: 'Is it so?' }];
  const response = await fetch(gateway.url.replace(/\/v1$/, path), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'citing/m', messages, max_tokens: 50, stream }),
  });
  expect(await response.text()).toContain('It is so.');
  const told = response.headers.get('x-clew-losses')?.includes('answer.annotations dropped') === true;
  expect(told).toBe(lost && !stream);
  await untilIdle(gateway);
  const recorded = gateway.generations.at(-1)?.losses.map((loss) => loss.path);
  expect(recorded?.includes('answer.annotations')).toBe(lost);
});
