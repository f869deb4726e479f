import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'bun:test';

import { freshFolder } from '../../test/support/folder.ts';
import { JournalWindow } from './journal-window.ts';

function opened(written: string) {
  const path = join(freshFolder(), 'segment');
  const file = openSync(path, 'wx+');
  writeSync(file, written, 0);
  return { path, file, window: JournalWindow.open(path, file, written.length) };
}

test('what is written to it is in the file, behind what was there', () => {
  const { path, file, window } = opened('a'.repeat(70_000));
  expect(window?.write(Buffer.from('one\n'), 70_000)).toBe(true);
  expect(window?.write(Buffer.from('two\n'), 70_004)).toBe(true);
  expect(readFileSync(path, 'latin1').replace(/\0+$/, '')).toBe(`${'a'.repeat(70_000)}one\ntwo\n`);
  closeSync(file);
});

test('what does not fit is not written', () => {
  const { path, file, window } = opened('');
  expect(window?.write(new Uint8Array(2 * 1024 * 1024).fill(65), 0)).toBe(false);
  expect(readFileSync(path, 'latin1').replace(/\0+$/, '')).toBe('');
  closeSync(file);
});

test('a file that cannot be written has none', () => {
  const path = join(freshFolder(), 'segment');
  closeSync(openSync(path, 'w'));
  const file = openSync(path, 'r');
  expect(JournalWindow.open(path, file, 0)).toBeUndefined();
  closeSync(file);
});
