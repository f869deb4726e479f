// Addresses without an answer: each fails in the way its name says, and in no other.

import { expect, test } from 'bun:test';

import {
  refusedUrl,
  startBadTls,
  startBlackHole,
  startSilentAcceptor,
  startStalledTls,
  unresolvableUrl,
} from './dead-ends.ts';

/** For what is expected to hang; a busy machine may be slow in everything else. */
const SHORT_MS = 400;
const LONG_MS = 10_000;

async function failureOf(url: string, patienceMs: number, ca?: string): Promise<string> {
  const signal = AbortSignal.timeout(patienceMs);
  try {
    const response = await fetch(`${url}/models`, ca === undefined ? { signal } : { signal, tls: { ca } });
    return String(response.status);
  } catch (error) {
    const { name, code } = error as { name: string; code?: unknown };
    return typeof code === 'string' ? code : name;
  }
}

test('refused', async () => {
  expect(await failureOf(refusedUrl(), LONG_MS)).toBe('ECONNREFUSED');
});

test('unresolvable', async () => {
  // Where there is no resolver at all the same name fails otherwise, or not in time.
  expect(['ENOTFOUND', 'EAI_AGAIN', 'TimeoutError']).toContain(await failureOf(unresolvableUrl(), SHORT_MS));
});

test.each([
  ['expired', 'CERT_HAS_EXPIRED', 'CERT_HAS_EXPIRED'],
  ['wrong-host', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'ERR_TLS_CERT_ALTNAME_INVALID'],
  ['untrusted', 'DEPTH_ZERO_SELF_SIGNED_CERT', '200'],
] as const)('TLS %s: %s, and %s when the certificate is trusted', async (kind, plain, trusted) => {
  const bad = await startBadTls(kind);
  expect(await failureOf(bad.url, LONG_MS)).toBe(plain);
  expect(bad.requests()).toBe(0);
  expect(await failureOf(bad.url, LONG_MS, bad.certificate)).toBe(trusted);
  await bad.stop();
});

test.each([
  ['silent acceptor', startSilentAcceptor],
  ['stalled TLS', startStalledTls],
])('%s: connected, then nothing', async (_, start) => {
  const deadEnd = await start();
  expect(await failureOf(deadEnd.url, SHORT_MS)).toBe('TimeoutError');
  expect(await connecting(deadEnd.url, LONG_MS)).toBe('connected');
  await deadEnd.stop();
  expect(await connecting(deadEnd.url, LONG_MS)).toBe('failed');
});

// Skipped where the listening socket cannot be made: it takes Linux and its C library.
test.skipIf(process.platform !== 'linux')('black hole: connecting neither succeeds nor fails', async () => {
  const hole = await startBlackHole();
  expect(await connecting(hole.url, SHORT_MS)).toBe('hangs');
  expect(await failureOf(hole.url, SHORT_MS)).toBe('TimeoutError');
  await hole.stop();
});

function connecting(url: string, patienceMs: number): Promise<'connected' | 'failed' | 'hangs'> {
  const connected = Bun.connect({
    hostname: '127.0.0.1',
    port: Number(new URL(url).port),
    socket: { data: () => {}, connectError: () => {} },
  });
  return Promise.race([
    connected.then(
      (socket) => {
        socket.terminate();
        return 'connected' as const;
      },
      () => 'failed' as const,
    ),
    Bun.sleep(patienceMs).then(() => 'hangs' as const),
  ]);
}
