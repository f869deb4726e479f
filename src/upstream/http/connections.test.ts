// Connections to a peer that is a raw socket, so that it can misbehave.

import { afterEach, describe, expect, test } from 'bun:test';

import type { Socket, TCPSocketListener } from 'bun';

import { failure } from '#canonical/failure.ts';
import { readAnswer, send } from '../http-client.ts';
import { addressOf } from './address.ts';
import { Call } from './call.ts';
import { Connection } from './connection.ts';

const calm = new AbortController().signal;
const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n';

interface Peer {
  readonly url: string;
  /** Connections that were made, and those that ended. */
  opened: number;
  closed: number;
  /** Bytes of all requests. */
  received: number;
}

const listeners: TCPSocketListener[] = [];
afterEach(() => {
  for (const listener of listeners.splice(0)) listener.stop(true);
});

/** `say` is called for each piece of a request. */
function peer(say: (socket: Socket, seen: Peer) => void): Peer {
  const listener = Bun.listen({
    hostname: '127.0.0.1',
    port: 0,
    socket: {
      open: () => void (seen.opened += 1),
      close: () => void (seen.closed += 1),
      data: (socket, bytes) => {
        seen.received += bytes.length;
        say(socket, seen);
      },
    },
  });
  listeners.push(listener);
  const seen = { url: `http://127.0.0.1:${listener.port}/v1`, opened: 0, closed: 0, received: 0 };
  return seen;
}

async function ask(url: string, body: string | Uint8Array<ArrayBuffer> = '{}'): Promise<string> {
  const sent = await send({ url, headers: { a: 'b' }, body }, calm);
  if (!sent.ok) return sent.error.code;
  const read = await readAnswer(sent.value, calm);
  return read.ok ? read.value : read.error.code;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await Bun.sleep(5);
}

describe('a connection', () => {
  test('is used again', async () => {
    const other = peer((socket) => socket.write(`${OK}{}`));
    for (let time = 0; time < 5; time += 1) {
      expect(await ask(other.url)).toBe('{}');
      // Not in the same turn of the loop, in which its peer may still close it.
      await Bun.sleep(1);
    }
    expect(other.opened).toBe(1);
  });

  test('is not used again by a peer that says so', async () => {
    const other = peer((socket) => socket.write(OK.replace('\r\n\r\n', '\r\nconnection: close\r\n\r\n{}')));
    expect([await ask(other.url), await ask(other.url)]).toEqual(['{}', '{}']);
    expect(other.opened).toBe(2);
  });

  test('on which more came than was asked for gives nobody the wrong answer', async () => {
    const other = peer((socket, { opened }) => {
      socket.write(opened === 1 ? `${OK}{}${OK}no` : `${OK}{}`);
    });
    expect([await ask(other.url), await ask(other.url)]).toEqual(['{}', '{}']);
    expect(other.opened).toBe(2);
  });

  test('that speaks while it waits is closed', async () => {
    const other = peer((socket) => {
      socket.write(`${OK}{}`);
      setTimeout(() => socket.write(`${OK}no`), 20);
    });
    expect(await ask(other.url)).toBe('{}');
    await until(() => other.closed === 1);
    expect(await ask(other.url)).toBe('{}');
    expect(other.opened).toBe(2);
  });

  test('that the peer closes as a call comes loses it, and nothing asks again here', async () => {
    let answered = 0;
    const other = peer((socket) => {
      answered += 1;
      if (answered === 2) socket.terminate();
      else socket.write(`${OK}{}`);
    });
    expect([await ask(other.url), await ask(other.url)]).toEqual(['{}', 'upstream_reset']);
    expect([await ask(other.url), answered, other.opened]).toEqual(['{}', 3, 2]);
  });

  test('on which the head and something that is no chunk come together ends the answer', async () => {
    const head = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n';
    const other = peer((socket) => socket.write(`${head}2\r\n{}\r\nxyz\r\n`));
    expect(await ask(other.url)).not.toBe('{}');
  });

  test('of a first call is not tried twice', async () => {
    const other = peer((socket) => socket.terminate());
    expect(await ask(other.url)).toBe('upstream_reset');
    expect(other.opened).toBe(1);
  });

  test('is closed when the call is given up', async () => {
    const other = peer((socket) => socket.write(OK));
    const controller = new AbortController();
    const sent = await send({ url: other.url, headers: {}, body: '{}' }, controller.signal);
    if (!sent.ok) throw new Error(sent.error.code);
    const reading = readAnswer(sent.value, controller.signal);
    controller.abort(failure('client_gone', 'gone'));
    expect(await reading).toMatchObject({ ok: false, error: { code: 'client_gone' } });
    await until(() => other.closed === 1);
  });

  test.each(['text', 'bytes'])('carries a large body of %s', async (kind) => {
    const size = 8 * 1024 * 1024;
    let done = false;
    const other = peer((socket, { received }) => {
      if (received < size || done) return;
      done = true;
      socket.write(`${OK}{}`);
    });
    const body = kind === 'text' ? 'ż'.repeat(size / 2) : new Uint8Array(size);
    expect(await ask(other.url, body)).toBe('{}');
    expect(other.received).toBeGreaterThan(size);
    expect(other.received).toBeLessThan(size + 400);
  });

  test('is not read from while nobody reads the answer', async () => {
    const size = 64 * 1024 * 1024;
    const bytes = Buffer.alloc(1024 * 1024);
    let sent = 0;
    const more = (socket: Socket): void => {
      while (sent < size) {
        const taken = socket.write(bytes);
        if (taken > 0) sent += taken;
        if (taken < bytes.length) return;
      }
    };
    const listener = Bun.listen({
      hostname: '127.0.0.1',
      port: 0,
      socket: {
        data: (socket) => {
          socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${size}\r\n\r\n`);
          more(socket);
        },
        drain: more,
      },
    });
    listeners.push(listener);
    const answer = await send({ url: `http://127.0.0.1:${listener.port}/`, headers: {}, body: '{}' }, calm);
    if (!answer.ok) throw new Error(answer.error.code);
    await Bun.sleep(300);
    // What the kernel holds for both ends, and no more.
    expect(sent).toBeLessThan(size / 2);
    let read = 0;
    for (let piece = await answer.value.read(); piece !== undefined; piece = await answer.value.read()) {
      read += piece.length;
    }
    expect([read, answer.value.broken]).toEqual([size, undefined]);
  });
});

describe('a connection that has not yet sent what it carries', () => {
  async function waiting(other: Peer): Promise<{ connection: Connection; call: Call; handedBack: Call[] }> {
    const handedBack: Call[] = [];
    const { promise: rests, resolve } = Promise.withResolvers<Connection>();
    const events = { idle: resolve, gone: () => {}, unsent: (call: Call) => handedBack.push(call) };
    const made = (): Call =>
      new Call({
        address: addressOf(other.url),
        request: { text: 'GET / HTTP/1.1\r\n\r\n', size: 18, bytes: undefined },
        signal: calm,
        settle: () => {},
      });
    void new Connection(made(), events);
    const connection = await rests;
    const call = made();
    connection.carry(call);
    return { connection, call, handedBack };
  }

  test('and hears something: that answers nobody, and the call goes to another', async () => {
    const other = peer((socket) => socket.write(`${OK}{}`));
    const { connection, call, handedBack } = await waiting(other);
    connection.received(Buffer.from(`${OK}no`));
    expect([handedBack[0] === call, call.status, call.ended, connection.usable]).toEqual([
      true,
      0,
      false,
      false,
    ]);
    connection.ask();
    await until(() => other.closed === 1);
    expect([handedBack.length, other.received]).toEqual([1, 18]);
    call.cancel();
  });

  test('and is closed by its peer: the call has not failed', async () => {
    const { connection, call, handedBack } = await waiting(peer((socket) => socket.write(`${OK}{}`)));
    connection.closed('ECONNRESET');
    expect([handedBack[0] === call, call.ended]).toEqual([true, false]);
    call.cancel();
  });

  test('and whose call is given up: nothing is sent', async () => {
    const other = peer((socket) => socket.write(`${OK}{}`));
    const { connection, call, handedBack } = await waiting(other);
    call.cancel();
    connection.ask();
    await until(() => other.closed === 1);
    expect([handedBack, other.received]).toEqual([[], 18]);
  });
});

test('a header with a line feed sends nothing', async () => {
  const other = peer((socket) => socket.write(`${OK}{}`));
  for (const value of ['a\r\nb: c', 'a\nb', 'a\0']) {
    const sent = send({ url: other.url, headers: { a: value }, body: '{}' }, calm);
    expect(await sent.then(({ ok }) => ok)).toBe(false);
  }
  expect(other.opened).toBe(0);
});
