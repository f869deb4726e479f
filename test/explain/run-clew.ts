// The command line as main.ts composes it, in this process.

import { SystemClock } from '#base/system-clock.ts';
import { buildProgram } from '#cli/program.ts';
import { explain } from '#composition/explain.ts';
import { loadCatalogue } from '#config/catalogue-files.ts';
import type { Catalogue } from '#providers/catalogue.ts';
import { VOCABULARIES as vocabularies } from '#dialects/index.ts';

export interface Ran {
  readonly printed: string;
  readonly complained: string;
  readonly code: number | undefined;
}

export async function runClew(words: readonly string[], piped?: string): Promise<Ran> {
  let printed = '';
  let complained = '';
  let code: number | undefined;
  const parts = {
    version: '0',
    catalogue: loadedCatalogue(),
    vocabularies,
    clock: new SystemClock(),
    draw: Math.random,
  };
  const program = buildProgram({
    serve: () => Promise.reject(new Error('started')),
    explain: (options) => explain(options, parts),
    env: {},
    print: (text) => void (printed += text),
    printError: (text) => void (complained += text),
    setExitCode: (given) => void (code = given),
    readPiped: () => piped,
    ...parts,
  });
  await program.parseAsync(['node', 'clew', ...words]);
  return { printed, complained, code };
}

function loadedCatalogue(): Catalogue {
  const loaded = loadCatalogue();
  if (!loaded.ok) throw new Error(loaded.error.join('\n'));
  return loaded.value;
}
