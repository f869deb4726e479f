// Two thousand streams at once through one process, started as a user starts it; then a stop that cuts none of them.

import { expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Socket } from 'bun';

import { startSimulator } from '#simulator/index.ts';
import { until } from '../support/gateway.ts';

const STREAMS = 2_000;
/** Opened at once, so that no listen queue is the thing tested. */
const BATCH = 50;
const ROOT = join(import.meta.dir, '../..');
/** First content soon, last content only after all streams can be open. */
const MODEL = 'sim/words-24+rate-2';

interface Stream {
  text: string;
  closed: boolean;
}

test('2,000 streams at once, none dropped, none held up by a hidden limit; SIGTERM lets them end', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'clew-load-'));
  const simulator = await startSimulator({});
  const config = join(directory, 'clew.yaml');
  await Bun.write(
    config,
    `environment: off\nproviders:\n  sim: { dialect: openai-chat, url: "${simulator.url}", auth: none }\n`,
  );
  const args = ['bin/clew.mjs', 'serve', '--config', config, '--data', directory, '--log', 'json'];
  const gateway = Bun.spawn(['node', ...args, '--listen', '127.0.0.1:0', '--admin', '127.0.0.1:0'], {
    cwd: ROOT,
    stdout: 'ignore',
    stderr: 'pipe',
  });
  const port = await portOf(gateway.stderr);
  const streams: Stream[] = [];
  for (let opened = 0; opened < STREAMS; opened += BATCH) {
    await Promise.all(Array.from({ length: BATCH }, () => open(port, streams)));
  }
  // What is refused ends at once, and would be waited for in vain.
  const refused = (): number => streams.filter(({ text }) => text.startsWith('HTTP/1.1 5')).length;
  const speaking = (): number => streams.filter(({ text }) => text.includes('"content":"')).length;
  await until(() => refused() > 0 || speaking() === STREAMS, 20);
  expect(refused()).toBe(0);
  // The last one speaks while the first one still does: nothing queued behind anything.
  const finished = streams.filter(({ text }) => text.includes('[DONE]')).length;
  expect([streams.length, finished]).toEqual([STREAMS, 0]);
  gateway.kill('SIGTERM');
  expect(await gateway.exited).toBe(0);
  const whole = streams.filter(
    ({ text }) => text.includes('"finish_reason":"stop"') && text.includes('[DONE]'),
  );
  expect(whole.length).toBe(STREAMS);
  await simulator.stop();
  rmSync(directory, { recursive: true, force: true });
}, 90_000);

async function portOf(stderr: ReadableStream<Uint8Array>): Promise<number> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const bytes of stderr) {
    text += decoder.decode(bytes, { stream: true });
    const port = /clients\s+http:\/\/127\.0\.0\.1:(\d+)/.exec(text)?.[1];
    if (port !== undefined) return Number(port);
  }
  throw new Error(`the gateway did not start: ${text}`);
}

async function open(port: number, streams: Stream[]): Promise<void> {
  const body = JSON.stringify({ model: MODEL, stream: true, messages: [{ role: 'user', content: 'Go.' }] });
  const stream: Stream = { text: '', closed: false };
  await Bun.connect({
    hostname: '127.0.0.1',
    port,
    socket: {
      open(socket: Socket) {
        streams.push(stream);
        const head = `POST /v1/chat/completions HTTP/1.1\r\nhost: clew\r\ncontent-length: ${body.length}`;
        socket.write(`${head}\r\nconnection: close\r\n\r\n${body}`);
      },
      data(_socket, bytes) {
        stream.text += bytes.toString('latin1');
      },
      close() {
        stream.closed = true;
      },
    },
  });
}
