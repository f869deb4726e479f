// Builds the single executable `dist/clew`: Bun, the program and the provider catalogue in one file.
//   npm run build [-- --out dist/clew]

import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { BunPlugin } from 'bun';
import { readCatalogueTexts } from '#config/catalogue-files.ts';

const ROOT = join(import.meta.dir, '..');

/**
 * An executable cannot list a folder of the sources, so the catalogue's files go into the one module that is empty
 * otherwise. They are read here as they are when Clew runs from source: a new provider is in both by its file alone.
 */
const embedCatalogue: BunPlugin = {
  name: 'embed-catalogue',
  setup(build) {
    build.onLoad({ filter: /[/\\]config[/\\]embedded-catalogue\.ts$/ }, () => ({
      contents: `export const EMBEDDED = ${JSON.stringify(readCatalogueTexts(join(ROOT, 'src')))};`,
      loader: 'js',
    }));
  },
};

/** Puts `program` in the place of src/main.ts. */
function begin(program: string): BunPlugin {
  return {
    name: 'begin',
    setup(build) {
      build.onResolve({ filter: /^\.\.\/src\/main\.ts$/ }, () => ({ path: program }));
    },
  };
}

/** Gives the path of the executable that runs `program`. Throws what the bundler says when it fails. */
export async function buildExecutable(program: string, outfile: string): Promise<string> {
  await Bun.build({
    entrypoints: [join(import.meta.dir, 'standalone.ts')],
    compile: { outfile },
    plugins: [embedCatalogue, begin(program)],
  });
  return outfile;
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { out: { type: 'string', default: join(ROOT, 'dist/clew') } } });
  console.log(`built ${await buildExecutable(join(ROOT, 'src/main.ts'), values.out)}`);
}
