import { describe, expect, test } from 'bun:test';

import { VirtualClock } from '../../../test/support/virtual-clock.ts';
import { TokenCache } from './token-cache.ts';

const calm = new AbortController().signal;

function scripted(clock: VirtualClock) {
  const asked: { resolve: (lifeMs: number) => void; reject: (error: Error) => void; signal: AbortSignal }[] =
    [];
  const renew = (signal: AbortSignal) =>
    new Promise<{ value: string; expiresAtMs: number }>((resolve, reject) => {
      const number = asked.length + 1;
      asked.push({
        resolve: (lifeMs) => resolve({ value: `token ${number}`, expiresAtMs: clock.wallMs() + lifeMs }),
        reject,
        signal,
      });
    });
  return { asked, renew };
}

describe('tokens', () => {
  test('are asked for once, however many wait', async () => {
    const clock = new VirtualClock();
    const cache = new TokenCache<string>(clock);
    const { asked, renew } = scripted(clock);
    const waiting = Array.from({ length: 20 }, () => cache.get('a', renew, calm));
    expect(asked).toHaveLength(1);
    asked[0]?.resolve(3_600_000);
    expect(new Set(await Promise.all(waiting))).toEqual(new Set(['token 1']));
    expect(await cache.get('a', renew, calm)).toBe('token 1');
    expect(asked).toHaveLength(1);
  });

  test('are renewed before they expire, while the old one is used', async () => {
    const clock = new VirtualClock();
    const cache = new TokenCache<string>(clock);
    const { asked, renew } = scripted(clock);
    const first = cache.get('a', renew, calm);
    asked[0]?.resolve(200_000);
    await first;
    expect(await cache.get('a', renew, calm)).toBe('token 1');
    expect(await cache.get('a', renew, calm)).toBe('token 1');
    expect(asked).toHaveLength(2);
    // A renewal that fails is not repeated at once.
    asked[1]?.reject(new Error('no'));
    await Bun.sleep(0);
    expect(await cache.get('a', renew, calm)).toBe('token 1');
    expect(asked).toHaveLength(2);
    clock.advance(31_000);
    expect(await cache.get('a', renew, calm)).toBe('token 1');
    expect(asked).toHaveLength(3);
    asked[2]?.resolve(3_600_000);
    await Bun.sleep(0);
    expect(await cache.get('a', renew, calm)).toBe('token 3');
  });

  test('that have expired, or were refused, are waited for', async () => {
    const clock = new VirtualClock();
    const cache = new TokenCache<string>(clock);
    const { asked, renew } = scripted(clock);
    const first = cache.get('a', renew, calm);
    asked[0]?.resolve(3_600_000);
    await first;
    clock.advance(3_600_000);
    const second = cache.get('a', renew, calm);
    asked[1]?.resolve(3_600_000);
    expect(await second).toBe('token 2');
    cache.forget('a');
    const third = cache.get('a', renew, calm);
    asked[2]?.resolve(3_600_000);
    expect(await third).toBe('token 3');
  });

  test('an attempt that is given up stops waiting; the others get theirs', async () => {
    const clock = new VirtualClock();
    const cache = new TokenCache<string>(clock);
    const { asked, renew } = scripted(clock);
    const leaving = new AbortController();
    const gone = cache.get('a', renew, leaving.signal);
    const stays = cache.get('a', renew, calm);
    leaving.abort(new Error('client gone'));
    expect(gone).rejects.toThrow('client gone');
    asked[0]?.resolve(3_600_000);
    expect(await stays).toBe('token 1');
  });

  test('nobody waits longer than the bound, and the renewal is told', async () => {
    const clock = new VirtualClock();
    const cache = new TokenCache<string>(clock);
    const { asked, renew } = scripted(clock);
    const waiting = cache.get('a', renew, calm);
    clock.advance(20_000);
    expect(waiting).rejects.toThrow('nobody answered');
    await Bun.sleep(0);
    expect(asked[0]?.signal.aborted).toBe(true);
    // The next one asks anew.
    const again = cache.get('a', renew, calm);
    asked[1]?.resolve(3_600_000);
    expect(await again).toBe('token 2');
  });
});
