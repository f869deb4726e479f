// Claude Code against any model: what it was recorded to send goes through a whole gateway, byte for byte, to a provider of
// each language that answers with calls of the tools it was shown. What comes back is a stream as the Messages API has
// it, and the conversation goes on with the results.

import { afterAll, beforeAll, describe, expect, test } from 'bun:test';

import { asArray, asObject, asString } from '#base/json.ts';
import type { Json } from '#base/json.ts';
import { readRecordings } from '../recordings/fixtures.ts';
import type { Recording } from '../recordings/fixtures.ts';
import { startTestGateway, untilIdle } from '../support/gateway.ts';
import type { TestGateway } from '../support/gateway.ts';
import { readMessagesStream } from '../support/messages-wire.ts';
import type { MessagesStream } from '../support/messages-wire.ts';
import { ARGUMENTS, SAID, STREAMED, toolNames, toolStream } from '../support/tool-streams.ts';

const recordings = readRecordings(['anthropic.messages']).filter(({ features }) =>
  features.includes('claude_code'),
);
const RESULT = 'Rain on the labyrinth.';

test.skipIf(recordings.length === 0)('there are six (skipped without ../shared/fixtures)', () => {
  expect(recordings).toHaveLength(6);
});

test('the reader of streams misses nothing: a stream without any one of its events is told', async () => {
  const text = await toolStream('anthropic-messages', ['look']).text();
  expect(readMessagesStream(text).problems).toEqual([]);
  const events = text.split('\n\n').slice(0, -1);
  expect(events.length).toBeGreaterThan(10);
  events.forEach((event, at) => {
    const rest = events.filter((_, other) => other !== at).join('\n\n');
    const { problems } = readMessagesStream(`${rest}\n\n`);
    expect([event, problems.length > 0]).toEqual([event, !event.includes('text_delta')]);
  });
});

const absent = recordings.length === 0;

// Skipped where the recordings are absent, which is said aloud.
describe.skipIf(absent)('Claude Code as recorded', () => {
  describe.each(STREAMED)('to a provider that speaks %s', (dialect) => {
    let gateway: TestGateway;
    let sent: Json = null;
    const provider = Bun.serve({
      hostname: '127.0.0.1',
      port: 0,
      fetch: async (request) => {
        const text = await request.text();
        sent = JSON.parse(text) as Json;
        const names = toolNames(sent);
        // Two at once: each tool, or the only one twice.
        return toolStream(dialect, text.includes(RESULT) ? [] : [...names, ...names].slice(0, 2));
      },
    });

    beforeAll(async () => {
      const models = new Set(
        recordings.map(({ request }) => asString(asObject(request?.body)?.['model']) ?? ''),
      );
      gateway = await startTestGateway({
        providers: `  maze: { dialect: ${dialect}, url: "http://127.0.0.1:${provider.port}", auth: none }`,
        models: [...models].map((name) => `  ${name}: { targets: [ maze/minotaur-1 ] }`).join('\n'),
      });
    });
    afterAll(async () => {
      await gateway.stop();
      await provider.stop(true);
    });

    async function ask({ request }: Recording, body: Json): Promise<MessagesStream> {
      const { ok, headers, text } = await post(`${gateway.url}/messages?beta=true`, {
        headers: { ...request?.headers, 'x-api-key': 'none' },
        body: JSON.stringify(body),
      });
      expect([ok, headers.get('content-type')?.split(';')[0]]).toEqual([true, 'text/event-stream']);
      return readMessagesStream(text);
    }

    test.each(recordings.map((recording) => [recording.name, recording] as const))(
      '%s',
      async (_, recording) => {
        const body = asObject(recording.request?.body) ?? {};
        const answer = await ask(recording, body);
        expect(answer.problems).toEqual([]);
        expect(answer.stopReason).toBe('tool_use');
        const [text, ...calls] = answer.content;
        expect(text).toEqual({ type: 'text', text: SAID });
        const names = toolNames(body['tools']);
        expect(calls.map(({ name }) => name)).toEqual([...names, ...names].slice(0, 2));
        for (const call of calls) {
          expect(call).toMatchObject({ type: 'tool_use', input: ARGUMENTS });
          expect(call['id']).toMatch(/^[\w-]+$/);
        }
        expect(new Set(calls.map(({ id }) => id)).size).toBe(2);
        expect(answer.usage).toMatchObject({ input_tokens: 31, output_tokens: 17 });

        const results = calls.map(({ id }) => ({ type: 'tool_result', tool_use_id: id, content: RESULT }));
        const next = await ask(recording, {
          ...body,
          messages: [
            ...(asArray(body['messages']) ?? []),
            { role: 'assistant', content: answer.content },
            { role: 'user', content: results as Json },
          ],
        });
        expect(next.problems).toEqual([]);
        expect([next.stopReason, next.content]).toEqual(['end_turn', [{ type: 'text', text: SAID }]]);
        // Both results reached the provider, each once.
        expect(JSON.stringify(sent).split(RESULT)).toHaveLength(3);
      },
    );

    test('leaves nothing running', async () => {
      await untilIdle(gateway);
      expect(gateway.alarms).toEqual([]);
    });
  });
});

async function post(
  url: string,
  request: { readonly headers: Record<string, string>; readonly body: string },
): Promise<{ readonly ok: boolean; readonly headers: Headers; readonly text: string }> {
  const response = await fetch(url, { method: 'POST', ...request });
  return { ok: response.ok, headers: response.headers, text: await response.text() };
}
