import { describe, expect, test } from 'bun:test';

import { toBytes } from '#base/bytes.ts';
import type { ChatEvent } from '#canonical/event.ts';
import type { Relay } from '#dialects/dialect.ts';
import { openaiChat } from '#dialects/openai-chat/index.ts';
import { SseFramer } from '#framing/sse.ts';
import { encodeContext } from '../../test/support/encode-context.ts';
import type { ByteSource } from './http/answer.ts';
import { send } from './http-client.ts';
import { ProviderStream } from './provider-stream.ts';

const CHUNK = toBytes('data: {"id":"x","model":"m","choices":[{"index":0,"delta":{"content":"go "}}]}\n\n');

describe.each([true, false])('a stream that never ends, passing through %p', (passes) => {
  test('is given up at the limit, and the connection with it', async () => {
    const { provider } = openaiChat;
    const rules: Relay = openaiChat.relay;
    let cancelled = false;
    const source: ByteSource = {
      read: async () => CHUNK,
      broken: undefined,
      ended: false,
      cancel: () => void (cancelled = true),
    };
    const stream = new ProviderStream(source, {
      framer: new SseFramer(),
      decoder: provider.openDecoder({}),
      signal: new AbortController().signal,
      limitBytes: CHUNK.length * 10,
      ...(passes ? { relay: { rules, request: encodeContext().request } } : {}),
    });
    const events: ChatEvent[] = [];
    let text = '';
    while (events.at(-1)?.kind !== 'failure') {
      const batch = stream.decode(await stream.read());
      events.push(...batch.events);
      if (batch.relay !== undefined) text += Buffer.from(batch.relay).toString();
    }
    expect(events.filter(({ kind }) => kind === 'delta')).toHaveLength(10);
    expect(events.at(-1)).toMatchObject({ failure: { code: 'upstream_runaway' } });
    expect(text).toBe(passes ? Buffer.from(CHUNK).toString().repeat(10) : '');
    while (!cancelled) await Bun.sleep(1);
  });
});

test('a stream that is not packed as it says is a fault of the provider, not of the line', async () => {
  const wall = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch: () => new Response('data: plain\n\n', { headers: { 'content-encoding': 'gzip' } }),
  });
  const signal = new AbortController().signal;
  const sent = await send({ url: wall.url.href, headers: {}, body: '{}' }, signal);
  if (!sent.ok) throw new Error(sent.error.code);
  const stream = new ProviderStream(sent.value, {
    framer: new SseFramer(),
    decoder: openaiChat.provider.openDecoder({}),
    signal,
  });
  const { events } = stream.decode(await stream.read());
  expect(events).toMatchObject([{ kind: 'failure', failure: { code: 'upstream_protocol' } }]);
  await wall.stop(true);
});
