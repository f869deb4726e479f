// The whole matrix: every recorded answer, every client, written anew by Clew also where client and provider speak one
// language; then what passes through, beside what the provider itself shows. Prints one table and writes it to
// docs/matrix.md. `npm run matrix -- openai` runs the clients whose names hold the word.

import { writeFileSync } from 'node:fs';

import { PYTHON_LACKS } from '../support/python-lane.ts';
import { LANES } from './lanes/index.ts';
import { startPythonLanes } from './lanes/python.ts';
import { idleRows, LEFT_OUT } from './left-out.ts';
import { compareLane, OTHERWISE, unexplained } from './passthrough.ts';
import type { Compared } from './passthrough.ts';
import { faultCases, requestCases } from './probes.ts';
import { readCases } from './recordings.ts';
import { runLane } from './run-lane.ts';
import type { Verdict } from './run-lane.ts';
import { startMatrix } from './server.ts';
import { tableOf } from './table.ts';

const wanted = process.argv[2] ?? '';
const recorded = readCases();
const cases = [...recorded, ...requestCases(recorded), ...faultCases()];
const matrix = await startMatrix(cases);
const python = PYTHON_LACKS === undefined ? await startPythonLanes() : undefined;
if (PYTHON_LACKS !== undefined) console.log(`without the Python clients: ${PYTHON_LACKS}`);

const verdicts: Verdict[] = [];
const began = performance.now();
for (const lane of [...LANES, ...(python?.lanes ?? [])].filter(({ name }) => name.includes(wanted))) {
  const shown = await runLane(lane, cases, matrix);
  verdicts.push(...shown);
  const wrong = shown.filter(({ problems }) => problems.length > 0);
  const seconds = ((performance.now() - began) / 1_000).toFixed(0);
  console.log(`${seconds} s  ${lane.name}: ${shown.length - wrong.length} of ${shown.length}`);
  for (const { one, problems } of wrong)
    console.log(
      `  ${one.id} ${one.recording.name}${one.stream ? ', streamed' : ''}\n    ${problems.join('\n    ')}`,
    );
}
await matrix.stop();

const passing = await startMatrix(recorded, true);
const compared: Compared[] = [];
for (const lane of [...LANES, ...(python?.lanes ?? [])].filter(({ name }) => name.includes(wanted))) {
  const shown = await compareLane(lane, recorded, passing);
  compared.push(...shown);
  const others = unexplained(shown);
  console.log(`${lane.name}, bytes that pass: ${shown.length - others.length} of ${shown.length}`);
  for (const { one, throughClew, direct } of others)
    console.log(`  ${one.recording.name}\n    ${JSON.stringify(throughClew)}\n    ${JSON.stringify(direct)}`);
}
await python?.stop();
await passing.stop();
const otherwise = unexplained(compared).length;

const table = tableOf(verdicts);
const wrong = verdicts.filter(({ problems }) => problems.length > 0).length;
const idle = wanted === '' ? idleRows() : [];
console.log(`\n${table}\n\n${verdicts.length} answers read, ${wrong} of them wrong.`);
console.log(`${compared.length} answers read with Clew and without, ${otherwise} of them otherwise.`);
for (const { why } of idle) console.log(`a reason that nothing needs: ${why}`);
if (wanted === '' && wrong === 0 && otherwise === 0)
  writeFileSync(new URL('../../docs/matrix.md', import.meta.url), page());
process.exit(wrong === 0 && otherwise === 0 && idle.length === 0 && !table.includes('no reason') ? 0 : 1);

function page(): string {
  const reasons = LEFT_OUT.map(({ of, features, when, why }) => {
    const who = of === undefined ? 'all' : of.join(', ');
    return `| ${who} | ${features.join(', ')} | ${when === undefined ? 'always' : 'some'} | ${why} |`;
  });
  return `# The matrix

Written by \`npm run matrix\`; how it works is told in [test/matrix](../test/matrix/README.md). Each number counts recorded answers
of six provider languages that went through Clew and were read by an official client library, unmodified: text, refusals,
calls with their arguments, finish, and tokens as the client shows them are what the recording says. A picture or a schema must
reach the provider; an error must be raised in the client's usual class.

${table}

${verdicts.length} answers read, ${wrong} of them wrong.

## Bytes that pass through

Where client and provider speak one language and nothing has to change, a client must be shown what it would be shown without
Clew, be that right or wrong. ${compared.length} answers were read both ways: ${otherwise} of them are shown otherwise, but for these.

| recording | why |
|---|---|
${Object.entries(OTHERWISE)
  .map(([name, why]) => `| ${name} | ${why} |`)
  .join('\n')}

## What is not compared

| client | what | when | why |
|---|---|---|---|
${reasons.join('\n')}
`;
}
