import { describe, expect, test } from 'bun:test';

import { Broadcast } from './broadcast.ts';
import type { BroadcastEnd } from './broadcast.ts';

const MEGABYTE = 1024 * 1024;

/** A provider's answer of so many megabytes, and how much of it was read. */
function answerOf(megabytes: number, broken?: Error) {
  const seen = { read: 0, cancelled: false };
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (seen.read < megabytes) controller.enqueue(new Uint8Array(MEGABYTE).fill(seen.read));
        else if (broken === undefined) controller.close();
        else controller.error(broken);
        seen.read += 1;
      },
      cancel() {
        seen.cancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  const ends: BroadcastEnd[] = [];
  return { seen, ends, broadcast: new Broadcast(body, (end) => ends.push(end)) };
}

const nothing = (): void => {};

async function lengthOf(stream: ReadableStream<Uint8Array>): Promise<number> {
  return (await new Response(stream).bytes()).length;
}

describe('Broadcast', () => {
  test('shows all of it to those who come at once, late, and after its end', async () => {
    const { broadcast, ends } = answerOf(3);
    let done = 0;
    const count = (): void => void (done += 1);
    const [first, second] = [broadcast.listen(count), broadcast.listen(count)];
    expect(await lengthOf(first)).toBe(3 * MEGABYTE);
    expect(await lengthOf(second)).toBe(3 * MEGABYTE);
    expect(await lengthOf(broadcast.listen(count))).toBe(3 * MEGABYTE);
    expect(done).toBe(3);
    expect(ends.map(({ body }) => body?.length)).toEqual([3 * MEGABYTE]);
  });

  test('reads nothing that nobody has asked for', async () => {
    const { broadcast, seen } = answerOf(3);
    const reader = broadcast.listen(nothing).getReader();
    broadcast.listen(nothing);
    expect(seen.read).toBe(0);
    await reader.read();
    expect(seen.read).toBe(1);
  });

  test('keeps a bounded part: a long answer goes on, but nobody joins it, and who lags is cut off', async () => {
    const { broadcast, ends } = answerOf(40);
    const slow = broadcast.listen(nothing).getReader();
    await slow.read();
    expect(await lengthOf(broadcast.listen(nothing))).toBe(40 * MEGABYTE);
    expect(broadcast.whole).toBe(false);
    expect(ends).toEqual([{ body: undefined }]);
    expect(await slow.read().catch(String)).toContain('went on without this client');
  });

  test('breaks off for everyone when it breaks off', async () => {
    const { broadcast, ends } = answerOf(1, new Error('cut'));
    const both = await Promise.allSettled([
      lengthOf(broadcast.listen(nothing)),
      lengthOf(broadcast.listen(nothing)),
    ]);
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(ends).toEqual([{ body: undefined }]);
  });

  test('stops the reading when the last one leaves', async () => {
    const { broadcast, seen, ends } = answerOf(3);
    const [one, two] = [broadcast.listen(nothing), broadcast.listen(nothing)];
    await one.cancel();
    expect(seen.cancelled).toBe(false);
    await two.cancel();
    expect(seen.cancelled).toBe(true);
    expect(ends).toEqual([{ body: undefined }]);
  });
});
