// The report as a page of the documentation.

import { GOALS } from './goals.ts';
import { FEATURES } from './features.ts';
import type { Cell, Report, Row } from './report.ts';

type Tallies = Readonly<Record<string, ReadonlyMap<string, number>>>;

/** By feature, over all providers. */
export function summaryOf({ totals }: Report): Readonly<Record<string, Cell>> {
  return Object.fromEntries(Object.entries(totals).map(([feature, cell]) => [feature, { ...cell }]));
}

export function pageOf(report: Report, tallies: Tallies): string {
  const { counts, totals, rows } = report;
  return `# Fidelity

Written by \`npm run fidelity\`, which reads every recorded exchange of real providers (fidelity \`wire\`,
\`wire_normalised\`, \`payload\`) in the six languages, and fails when one is not decoded or when anything differs without
being declared. The recordings are not part of this repository.

- **decoded**: request, answer, stream or error, in its own language.
- **equal**: written again it is the recorded JSON, but for the [named normalisations](#normalisations); a stream keeps the
  grammar, is the same wherever its bytes are cut, ends exactly once wherever it is cut off, and says what the answer in one
  piece would say.
- **declared**: losses that are told on the way of a client's request to ${GOALS.length} targets, those in its own language
  aside ([losses](losses.md)), counted over all of them, in the column that the loss is about.
- **undeclared**: leaves of a request that are neither found again in what is sent nor named by a loss, and differences in
  its own language that no normalisation names.

${counts.recordings} recordings, ${counts.checks} checks in their own language, ${counts.crossings} requests written in
another one: ${totals.all.decoded} decoded, ${totals.all.equal} equal, ${totals.all.declared} declared losses,
**${totals.all.undeclared} undeclared differences**.

## By feature

${table(
  ['feature', 'recordings', 'decoded', 'equal', 'declared', 'undeclared'],
  (['all', ...FEATURES] as const).map((feature) => [feature, ...numbersOf(totals[feature])]),
)}

## By provider

Each cell: decoded / equal / declared / undeclared.

${table(
  ['provider', 'all', ...FEATURES],
  [...rows].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([provider, row]) => [provider, ...cellsOf(row)]),
)}

## Normalisations

Each is one meaning in two spellings; how often it had something to do, over both sides. Responses need none. Converse and
Cohere, which no client speaks: neighbours of one role are one turn, blank texts and empty lists are left out, a list of one
text is a text, a schema as text is compared by its meaning.

${table(
  ['language', 'normalisation', 'times'],
  Object.entries(tallies).flatMap(([language, tally]) =>
    [...tally].map(([name, times]) => [language, name, String(times)]),
  ),
)}
`;
}

function numbersOf({ all, decoded, equal, declared, undeclared }: Cell): readonly string[] {
  return [all, decoded, equal, declared, undeclared].map(String);
}

function cellsOf(row: Row): readonly string[] {
  return (['all', ...FEATURES] as const).map((feature) => {
    const { all, decoded, equal, declared, undeclared } = row[feature];
    return all === 0 && declared === 0 && undeclared === 0
      ? ''
      : `${decoded}/${equal}/${declared}/${undeclared}`;
  });
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, at) => (at === 0 ? '---' : '--:'))), ...rows.map(line)].join('\n');
}
