// Each piece of a stream is with the client before the provider says the next one: nothing in between waits for more.

import { expect, test } from 'bun:test';

import { startTestGateway } from '../support/gateway.ts';

const chunk = (content: string, finish: string | null = null): string =>
  `data: ${JSON.stringify({ id: 'x', model: 'm', choices: [{ index: 0, delta: { content }, finish_reason: finish }] })}\n\n`;

test.each([true, false])(
  'a piece is shown before the next is written, passthrough %p',
  async (passthrough) => {
    let next = Promise.withResolvers<void>();
    const provider = Bun.serve({
      port: 0,
      hostname: '127.0.0.1',
      fetch: () => {
        async function* pieces(): AsyncGenerator<string> {
          for (const word of ['one', 'two', 'three']) {
            yield chunk(word);
            await next.promise;
            next = Promise.withResolvers();
          }
          yield `${chunk('', 'stop')}data: [DONE]\n\n`;
        }
        return new Response(pieces(), {
          headers: { 'content-type': 'text/event-stream' },
        });
      },
    });
    const providers = `  paced: { dialect: openai-chat, url: "http://127.0.0.1:${provider.port}/v1", auth: none, models: { m: {} } }`;
    const gateway = await startTestGateway({ passthrough, providers });
    try {
      const response = await fetch(`${gateway.url}/chat/completions`, {
        method: 'POST',
        body: JSON.stringify({
          model: 'paced/m',
          stream: true,
          messages: [{ role: 'user', content: 'Count.' }],
        }),
      });
      const reader = (response.body as ReadableStream<Uint8Array>).getReader();
      const decoder = new TextDecoder();
      let seen = '';
      for (const word of ['one', 'two', 'three']) {
        // Would wait for ever, were the piece held back until more comes.
        while (!seen.includes(`"${word}"`)) {
          const { value, done } = await reader.read();
          if (done) throw new Error(`ended before ${word}`);
          seen += decoder.decode(value, { stream: true });
        }
        next.resolve();
      }
      for (let read = await reader.read(); !read.done; read = await reader.read())
        seen += decoder.decode(read.value);
      expect(seen).toContain('[DONE]');
    } finally {
      await gateway.stop();
      await provider.stop(true);
    }
  },
);
