// `npm run fidelity`: prints the report over all recordings, writes docs/fidelity.md, and fails when anything was not
// decoded or differs without being declared.

import { writeFileSync } from 'node:fs';

import { RECORDINGS_ARE_HERE } from '../recordings/fixtures.ts';
import { tally as ofChat } from '../recordings/openai-chat-normal.ts';
import { tally as ofMessages } from '../recordings/anthropic-messages-normal.ts';
import { tally as ofGemini } from '../recordings/gemini-normal.ts';
import { pageOf, summaryOf } from './page.ts';
import { makeReport, WHOLE_SCOPE } from './report.ts';

if (!RECORDINGS_ARE_HERE) {
  console.error('No recordings at ../shared/fixtures: nothing to report on.');
  process.exit(1);
}
const report = makeReport(WHOLE_SCOPE);
const normalisations = { 'openai-chat': ofChat, 'anthropic-messages': ofMessages, gemini: ofGemini };
writeFileSync(new URL('../../docs/fidelity.md', import.meta.url), pageOf(report, normalisations));
console.table(summaryOf(report));
for (const problem of report.problems.slice(0, 50)) console.error(problem);
const { all } = report.totals;
console.log(
  `${all.all} recordings: ${all.decoded} decoded, ${all.equal} written again equal; ` +
    `${report.counts.crossings} requests to other languages: ${all.declared} declared losses, ${all.undeclared} undeclared.`,
);
process.exitCode = report.problems.length === 0 ? 0 : 1;
