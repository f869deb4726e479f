import { describe, expect, test } from 'bun:test';

import { failure } from '#canonical/failure.ts';
import { refusedUrl, startBadTls, startStalledTls, unresolvableUrl } from '#simulator/dead-ends.ts';
import { send } from './http-client.ts';
import { networkFailure } from './network-failure.ts';

const calm = new AbortController().signal;

async function codeOf(url: string, signal = calm): Promise<string> {
  const sent = await send({ url, headers: {}, body: '{}' }, signal);
  return sent.ok ? `answered ${sent.value.status}` : sent.error.code;
}

describe('what the HTTP client throws becomes', () => {
  test('unreachable, where the connection is refused', async () => {
    expect(await codeOf(refusedUrl())).toBe('upstream_unreachable');
  });

  test('unreachable, where the name does not resolve', async () => {
    expect(await codeOf(unresolvableUrl())).toBe('upstream_unreachable');
  });

  test.each(['expired', 'wrong-host', 'untrusted'] as const)('a TLS failure: %s', async (kind) => {
    const wall = await startBadTls(kind);
    expect(await codeOf(wall.url)).toBe('upstream_tls');
    await wall.stop();
  });

  test('reset, where the peer hangs up before it answers', async () => {
    const wall = Bun.listen({
      hostname: '127.0.0.1',
      port: 0,
      socket: { data: (socket) => socket.terminate() },
    });
    expect(await codeOf(`http://127.0.0.1:${wall.port}/v1`)).toBe('upstream_reset');
    wall.stop(true);
  });

  test('the reason of the abort, where we gave up ourselves', async () => {
    const wall = await startStalledTls();
    const controller = new AbortController();
    setTimeout(() => controller.abort(failure('first_content_timeout', 'too slow')), 20);
    expect(await codeOf(wall.url, controller.signal)).toBe('first_content_timeout');
    await wall.stop();
  });

  test('a failure, whatever was thrown', () => {
    for (const thrown of [undefined, null, 'text', {}, { code: 7 }, new Error('x')]) {
      expect(networkFailure(thrown, calm).origin).toBe('network');
    }
  });
});
