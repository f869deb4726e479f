// The composition root: it gathers what is fixed, and gives each command what it starts. Modules do nothing when imported.

import { SystemClock } from '#base/system-clock.ts';
import { buildProgram } from '#cli/program.ts';
import { explain } from '#composition/explain.ts';
import { orExit } from '#composition/or-exit.ts';
import type { Parts } from '#composition/parts.ts';
import { runGateway } from '#composition/run-gateway.ts';
import { loadCatalogue } from '#config/catalogue-files.ts';
import { VOCABULARIES as vocabularies } from '#dialects/index.ts';
import manifest from '../package.json' with { type: 'json' };

const { version } = manifest;
const catalogue = orExit(loadCatalogue(), (problems) => problems.join('\n'));
const parts: Parts = { version, catalogue, vocabularies, clock: new SystemClock(), draw: Math.random };
const program = buildProgram({
  serve: (options) => runGateway(options, parts),
  explain: (options) => explain(options, parts),
  ...parts,
});
await program.parseAsync(process.argv);
