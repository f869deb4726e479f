import { expect, test } from 'bun:test';
import { join } from 'node:path';

import { freshFolder } from '../../test/support/folder.ts';
import { lockFor } from './process-lock.ts';

test('one holder at a time, and the next one after it has gone', () => {
  const path = join(freshFolder(), 'journal', 'lock');
  const first = lockFor(path);
  if (!first.ok) throw new Error(first.error);
  const second = lockFor(path);
  expect(second.ok ? '' : second.error).toContain('held by another running Clew');
  first.value.release();
  const third = lockFor(path);
  expect(third.ok).toBe(true);
  if (third.ok) third.value.release();
});

test('a holder that is killed leaves nothing behind', async () => {
  const path = join(freshFolder(), 'lock');
  const source = new URL('./process-lock.ts', import.meta.url).pathname;
  // Held as the program holds it: a lock that nobody refers to goes when the memory is collected.
  const script = `const { lockFor } = await import(${JSON.stringify(source)});
    globalThis.held = lockFor(${JSON.stringify(path)});
    console.log(globalThis.held.ok); setInterval(() => {}, 1000);`;
  const child = Bun.spawn([process.execPath, '-e', script], { stdout: 'pipe' });
  const { value } = await child.stdout.getReader().read();
  expect(new TextDecoder().decode(value)).toBe('true\n');
  expect(lockFor(path).ok).toBe(false);
  child.kill('SIGKILL');
  await child.exited;
  const after = lockFor(path);
  expect(after.ok).toBe(true);
  if (after.ok) after.value.release();
});

test('says what is wrong where no lock can be made', () => {
  const refused = lockFor('/dev/null/lock');
  expect(refused.ok ? '' : refused.error).toContain('cannot be locked');
});
