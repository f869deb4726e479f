import { describe, expect, test } from 'bun:test';
import { closeSync, constants, openSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';

import { freshFolder } from '../../test/support/folder.ts';
import { VirtualClock } from '../../test/support/virtual-clock.ts';
import { Log } from './log.ts';
import type { Level, LogOptions } from './log.ts';

function logTo(file: number, more: Partial<LogOptions> = {}): Log {
  return new Log({ clock: new VirtualClock(), format: 'json', level: 'debug', file, ...more });
}

function inFile(more: Partial<LogOptions> = {}) {
  const path = join(freshFolder(), 'log');
  const log = logTo(openSync(path, 'w'), more);
  const lines = () =>
    readFileSync(path, 'utf8')
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as { level: string; event: string; number?: number; count?: number });
  return { log, lines };
}

describe('the log', () => {
  test('writes all lines, in order, by itself', async () => {
    const { log, lines } = inFile();
    log.debug('a');
    log.info('b', { number: 1 });
    log.exchange('{"number":2}');
    log.warn('c');
    log.error('d');
    while (lines().length < 5) await Bun.sleep(5);
    expect(lines().map(({ level, event, number }) => [level, event, number])).toEqual([
      ['debug', 'a', undefined],
      ['info', 'b', 1],
      ['info', 'exchange', 2],
      ['warn', 'c', undefined],
      ['error', 'd', undefined],
    ]);
  });

  test('close waits for everything, however much', async () => {
    const { log, lines } = inFile();
    const numbers = Array.from({ length: 5_000 }, (_, number) => number);
    for (const number of numbers) {
      log.info('line', { number, pad: 'x'.repeat(200) });
      if (number % 500 === 0) await Bun.sleep(1);
    }
    await log.close();
    const written = lines().filter(({ event }) => event === 'line');
    expect(written.length + log.dropped).toBe(5_000);
    expect(log.dropped).toBe(0);
    expect(written.map(({ number }) => number)).toEqual(numbers);
  });

  test.each([
    ['debug', 5],
    ['info', 4],
    ['warn', 2],
    ['error', 1],
  ] as const)('at level %s it has %d of 5 lines', async (level: Level, count: number) => {
    const { log, lines } = inFile({ level });
    for (const each of ['debug', 'info', 'warn', 'error'] as const) log[each]('line');
    log.exchange('{"number":2}');
    await log.close();
    expect(lines()).toHaveLength(count);
  });

  test('drops and counts rather than wait for a reader that does not read', async () => {
    const path = join(freshFolder(), 'pipe');
    Bun.spawnSync(['mkfifo', path]);
    // Open for both, so that nobody need read; a pipe takes 64 KB and then no more.
    const pipe = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
    const log = logTo(pipe);
    for (let number = 0; number < 3_000; number += 1) {
      log.info('line', { number, pad: 'x'.repeat(1_000) });
      if (number % 100 === 0) await Bun.sleep(1);
    }
    const { dropped } = log;
    expect(dropped).toBeGreaterThan(1_000);
    expect(dropped).toBeLessThan(3_000);
    const closing = log.close();
    const text = await readUntil(pipe, 'log lines dropped');
    await closing;
    closeSync(pipe);
    const lines = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { event: string; count?: number });
    expect(lines.at(-1)).toMatchObject({ event: 'log lines dropped', count: dropped });
    expect(lines).toHaveLength(3_000 - dropped + 1);
  });

  test('lives on without a reader', async () => {
    const log = logTo(openSync('/dev/full', 'w'));
    log.info('a');
    await log.close();
    expect(log.dropped).toBe(1);
    const closed = openSync(join(freshFolder(), 'log'), 'w');
    const orphan = logTo(closed);
    closeSync(closed);
    orphan.info('a');
    await orphan.close();
    orphan.info('b');
    expect(orphan.dropped).toBeGreaterThanOrEqual(1);
  });
});

/** Reads what is in the pipe until the line with `words` is whole. */
async function readUntil(pipe: number, words: string): Promise<string> {
  const buffer = Buffer.alloc(64 * 1024);
  let text = '';
  while (!text.includes(words) || !text.endsWith('\n')) {
    try {
      text += buffer.toString('latin1', 0, readSync(pipe, buffer));
    } catch {
      await Bun.sleep(2);
    }
  }
  return text;
}
