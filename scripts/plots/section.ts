// A part of a page that a script writes, between `<!-- name -->` and `<!-- /name -->`.

import { readFileSync, writeFileSync } from 'node:fs';

/** Throws when the page has no such part: nothing that was measured may be lost silently. */
export function replaceSection(page: string, name: string, text: string): string {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  if (from < 0 || to < from) throw new Error(`the page has no part ${name}`);
  return `${page.slice(0, from + begin.length)}\n${text.trim()}\n${page.slice(to)}`;
}

export function writeSection(path: URL, name: string, text: string): void {
  writeFileSync(path, replaceSection(readFileSync(path, 'utf8'), name, text));
}
