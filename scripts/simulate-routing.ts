// `npm run simulate:routing`: what routing achieves, over simulated targets on a virtual clock with the real engine. Prints the
// tables, and writes them and the plots to docs/routing.md. The seeds are fixed, so the same program gives the same page;
// `--dry` prints only. Ends with 1 when something that must hold does not.

import { writeFileSync } from 'node:fs';
import { runExperiments } from '../test/simulation/experiments/all.ts';
import { plotsOf } from './plots/routing-plots.ts';
import { problemsOf, reportOf } from './plots/routing-report.ts';
import { writeSection } from './plots/section.ts';

const DOCS = new URL('../docs/', import.meta.url);

const startedAt = performance.now();
const found = await runExperiments((what) => process.stderr.write(`${what} …\n`));
const report = reportOf(found);
console.log(report);
const problems = problemsOf(found);
for (const problem of problems) console.log(`does not hold: ${problem}`);
if (!process.argv.includes('--dry')) {
  for (const [name, svg] of plotsOf(found)) writeFileSync(new URL(`plots/${name}.svg`, DOCS), svg);
  writeSection(new URL('routing.md', DOCS), 'simulated', report);
}
console.error(`${((performance.now() - startedAt) / 1_000).toFixed(0)} s`);
process.exit(problems.length === 0 ? 0 : 1);
