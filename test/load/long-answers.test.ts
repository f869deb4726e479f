// Answers of thousands of words, told to their end but for the end itself: what a stream holds then. In each client language,
// with bytes passing through and without.

import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { heapStats } from 'bun:jsc';
import type { Socket } from 'bun';

import { startTestGateway, until } from '../support/gateway.ts';
import type { TestGateway } from '../support/gateway.ts';

const STREAMS = 20;
const WORDS = 10_000;
const WORD = ' thoughtful';
/** As a provider sends them: several events in one piece, time and again. */
const WORDS_AT_ONCE = 40;
/**
 * How often a stream may hold its text: once to find seals of its turn again, and once in languages that say at the end
 * what belongs to which place in it, or all of it.
 */
const TIMES = { chat: 1, messages: 2, responses: 2, gemini: 2 } as const;
/** Bytes for each character, where some thirty words make a string of their own. */
const PER_CHARACTER = 1.3;
/** Bytes, whatever is said. */
const PER_STREAM = 64 * 1024;

type Language = keyof typeof TIMES;

const ASKED: Readonly<Record<Language, readonly [path: string, body: object]>> = {
  chat: ['/v1/chat/completions', { messages: [{ role: 'user', content: 'Go.' }] }],
  messages: ['/v1/messages', { max_tokens: 100_000, messages: [{ role: 'user', content: 'Go.' }] }],
  responses: ['/v1/responses', { input: 'Go.' }],
  gemini: [
    '/v1beta/models/long%2Ftalker:streamGenerateContent?alt=sse',
    { contents: [{ role: 'user', parts: [{ text: 'Go.' }] }] },
  ],
};

describe.each([true, false])('passthrough %p', (passthrough) => {
  let gateway: TestGateway;
  let talker: Bun.Server<undefined>;
  beforeAll(async () => {
    talker = startTalker();
    gateway = await startTestGateway({
      passthrough,
      providers: `  long: { dialect: openai-chat, url: "http://127.0.0.1:${talker.port}/v1", auth: none }`,
    });
  });
  afterAll(async () => {
    await talker.stop(true);
    await gateway.stop();
  });

  test.each(Object.keys(TIMES) as Language[])('%s', async (language) => {
    const leaveFirst = await tell(gateway, language, 1);
    await leaveFirst();
    const before = held();
    const leave = await tell(gateway, language, STREAMS);
    const perStream = (held() - before) / STREAMS;
    await leave();
    expect(perStream).toBeLessThan(PER_STREAM + TIMES[language] * PER_CHARACTER * WORDS * WORD.length);
  });
});

function held(): number {
  Bun.gc(true);
  return heapStats().heapSize;
}

/** Says all its words and then nothing, until it is left. */
function startTalker(): Bun.Server<undefined> {
  const chunk = { id: 'c', object: 'chat.completion.chunk', created: 1, model: 'talker' };
  const choices = [{ index: 0, delta: { content: WORD }, finish_reason: null }];
  const event = `data: ${JSON.stringify({ ...chunk, choices })}\n\n`;
  const piece = new TextEncoder().encode(event.repeat(WORDS_AT_ONCE));
  return Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    idleTimeout: 0,
    fetch: () => {
      let said = 0;
      const body: Bun.UnderlyingSource<Uint8Array> = {
        async pull(controller) {
          if (said >= WORDS) return new Promise(() => {});
          await Bun.sleep(1);
          controller.enqueue(piece);
          said += WORDS_AT_ONCE;
        },
      };
      return new Response(new ReadableStream(body, { highWaterMark: 0 }), {
        headers: { 'content-type': 'text/event-stream' },
      });
    },
  });
}

/** Resolves when all streams have told all words; the result leaves them. On sockets: a client would hold more than a gateway. */
async function tell(gateway: TestGateway, language: Language, streams: number): Promise<() => Promise<void>> {
  const [path, asked] = ASKED[language];
  const body = JSON.stringify({ model: 'long/talker', stream: true, ...asked });
  const head = `POST ${path} HTTP/1.1\r\nhost: clew\r\ncontent-length: ${body.length}\r\n\r\n`;
  let told = 0;
  let refused = '';
  const socket = {
    data: (from: Socket<{ rest: string }>, bytes: Buffer): void => {
      const text = from.data.rest + bytes.toString('latin1');
      const words = text.split(WORD);
      told += words.length - 1;
      // A word that is cut here is whole with what comes next.
      from.data.rest = words.at(-1)?.slice(1 - WORD.length) ?? '';
      if (text.startsWith('HTTP/1.1 ') && !text.startsWith('HTTP/1.1 200')) refused = text;
    },
  };
  const hostname = '127.0.0.1';
  const sockets = await Promise.all(
    Array.from({ length: streams }, () =>
      Bun.connect({ hostname, port: gateway.port, socket, data: { rest: '' } }),
    ),
  );
  for (const each of sockets) each.write(head + body);
  await until(() => refused !== '' || told >= streams * WORDS, 20);
  expect(refused).toBe('');
  await Bun.sleep(50);
  return async () => {
    for (const each of sockets) each.terminate();
    await until(() => gateway.liveCount() === 0);
  };
}
