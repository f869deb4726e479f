// The table: client × stream × what was asked of it. A cell counts answers that were shown rightly; an empty one says why.

import type { Case } from './recordings.ts';
import type { Verdict } from './run-lane.ts';

/** In the order of the columns. A case may stand in several. */
const COLUMNS: readonly (readonly [name: string, holds: (one: Case) => boolean])[] = [
  ['text', ({ expected, more }) => more === undefined && expected.text !== ''],
  ['tools', ({ expected }) => expected.toolCalls.length === 1],
  ['parallel tools', ({ expected }) => expected.toolCalls.length > 1],
  ['images', ({ more }) => more === 'image'],
  ['structured output', ({ more }) => more === 'schema'],
  ['reasoning', ({ expected }) => expected.reasoning !== ''],
  ['errors before', ({ expected: { failed } }) => failed?.status !== undefined],
  ['errors in the stream', ({ expected: { failed } }) => failed !== undefined && failed.status === undefined],
];

/** Why a column has nothing for an answer in one piece, or for a stream. */
const EMPTY: Readonly<Record<string, string>> = {
  'errors in the stream, whole': 'an answer in one piece',
};

/** Why a whole column is not compared for a client; left-out.ts has the sentences. */
const NOT_SHOWN: Readonly<Record<string, string>> = {
  'ai + openai chat, reasoning': 'not read',
};

export function columnsOf(one: Case): readonly string[] {
  return COLUMNS.filter(([, holds]) => holds(one)).map(([name]) => name);
}

export function tableOf(verdicts: readonly Verdict[]): string {
  const names = COLUMNS.map(([name]) => name);
  const lines = [`| client | | ${names.join(' | ')} |`, `|---|---|${names.map(() => '--:|').join('')}`];
  for (const client of new Set(verdicts.map(({ lane }) => lane.name))) {
    for (const stream of [false, true]) {
      const mine = verdicts.filter(({ lane, one }) => lane.name === client && one.stream === stream);
      const how = stream ? 'stream' : 'whole';
      const cells = names.map((column) => cellOf(mine, client, column, how));
      lines.push(`| ${client} | ${how} | ${cells.join(' | ')} |`);
    }
  }
  return lines.join('\n');
}

function cellOf(verdicts: readonly Verdict[], client: string, column: string, how: string): string {
  const here = verdicts.filter(({ one }) => columnsOf(one).includes(column));
  const right = here.filter(({ problems }) => problems.length === 0).length;
  const notShown = NOT_SHOWN[`${client}, ${column}`];
  if (notShown !== undefined) return notShown;
  if (here.length === 0) return EMPTY[`${column}, ${how}`] ?? '**no reason**';
  return right === here.length ? String(right) : `**${right} of ${here.length}**`;
}
