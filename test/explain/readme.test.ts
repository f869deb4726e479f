// What the README shows of `clew explain` is what the command prints: its fenced blocks are the files, the words and the
// expected output. Versions of snapshots are made from more than these files, and are not compared.

import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dir, '../..');
const TITLE = '## Where would it go, and why?';

/** The text of a section up to the next one. */
function section(title: string): string {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  const after = readme.slice(readme.indexOf(title) + title.length);
  return after.slice(0, after.indexOf('\n## '));
}

function blocks(text: string, kind: string): readonly string[] {
  return [...text.matchAll(new RegExp(`^\`\`\`${kind}\\n(.*?)^\`\`\``, 'gms'))].map(
    (match) => match[1] ?? '',
  );
}

interface Example {
  readonly words: readonly string[];
  readonly output: string;
}

/** `$ npx clew …` and what follows up to the next of these. */
function examplesIn(console: string): readonly Example[] {
  return console
    .split(/^\$ npx clew /m)
    .slice(1)
    .map((text) => {
      const end = text.indexOf('\n');
      return { words: text.slice(0, end).split(' '), output: text.slice(end + 1).trim() };
    });
}

const text = section(TITLE);
const examples = blocks(text, 'console').flatMap(examplesIn);
const directory = mkdtempSync(join(tmpdir(), 'clew-readme-'));

beforeAll(() => {
  writeFileSync(join(directory, 'clew.yaml'), blocks(text, 'yaml')[0] ?? '');
  writeFileSync(join(directory, 'request.json'), blocks(text, 'json')[0] ?? '');
  writeFileSync(join(directory, 'nightly.key'), 'a-key');
});
afterAll(() => rmSync(directory, { recursive: true }));

const withoutVersion = (output: string): string => output.replace(/snapshot [0-9a-f]{12}/, 'snapshot x');

describe('the README', () => {
  test('has examples of clew explain', () => {
    expect(examples.length).toBeGreaterThanOrEqual(2);
    expect(examples.every(({ words }) => words[0] === 'explain')).toBe(true);
  });

  test.each(examples.map(({ words, output }) => [words.join(' '), { words, output }] as const))(
    'npx clew %s',
    async (_, { words, output }) => {
      const command = [process.execPath, join(ROOT, 'src/main.ts'), ...words];
      const { PATH = '' } = process.env;
      const child = Bun.spawn(command, { cwd: directory, env: { PATH }, stdin: 'ignore', stderr: 'pipe' });
      const [printed, complained] = await Promise.all([child.stdout.text(), child.stderr.text()]);
      expect([complained, await child.exited]).toEqual(['', 0]);
      expect(withoutVersion(printed.trim())).toBe(withoutVersion(output));
    },
  );
});
