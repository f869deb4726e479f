// Bad trees for the rules about words, documents, packages and data.

import { packageProblems } from './package-rules.ts';
import type { Garden } from './planted.ts';
import { danglingPaths } from './reference-rules.ts';
import { placesNamed, promises, skippedTests, unopened } from './text-rules.ts';
import { vendorProblems } from './vendor-rules.ts';
import { catalogueProblems, failureProblems, idleQuirks } from './vocabulary-rules.ts';

const PROMISE = ['TO', 'DO'].join('');
const PROVIDER = {
  name: 'Wild Garden',
  speaks: { talk: { url: 'https://api.example.com/v1' } },
  auth: { scheme: 'none' },
  facts: [{ about: 'url', source: 'https://example.com/docs', checked: '2026-11-22' }],
};
const VOCABULARIES = { talk: { hush: { about: 'Says nothing.', values: [false, true] } } };

export const PLANTED_WORDS: Garden = {
  vendors: {
    rule: (tree) =>
      vendorProblems(tree, [
        { path: 'src/main.ts', vendor: 'openai', why: 'Composes.' },
        { path: 'src/cli/', vendor: 'wildgarden', why: 'Not needed.' },
      ]),
    files: {
      'src/providers/catalogue/wild-garden.json': JSON.stringify(PROVIDER, null, 2),
      'src/main.ts': 'const openaiChat = 1;\n',
      'src/base/a.ts': '// As OpenAI does it.\n',
      'src/base/b.ts': "const name = 'https://wild_garden.example.com';\n",
      'src/base/c.ts': 'const useWildGardenHere = coherent(together, groqs);\n',
      'src/base/d.ts': "const target = 'together/some-model';\n",
      'src/base/e.ts': 'const ANTHROPIC_API_KEY = 1;\n',
      'src/base/told.test.ts': '// Anthropic\n',
      'src/dialects/talk/index.ts': '// Anthropic\n',
    },
    finds: [
      'src/base/a.ts:1 names openai',
      'src/base/b.ts:1 names wildgarden',
      'src/base/c.ts:1 names wildgarden',
      'src/base/d.ts:1 names together',
      'src/base/e.ts:1 names anthropic',
      'src/cli/ does not need its allowance for wildgarden',
    ],
  },
  promises: {
    rule: promises,
    files: { 'src/base/a.ts': `// ${PROMISE}: later.\n`, 'src/base/b.ts': 'const TODOS = 1;\n' },
    finds: ['src/base/a.ts:1'],
  },
  'tests that do not run': {
    rule: skippedTests,
    files: {
      'src/base/a.test.ts': "test.skip('one', run);\n",
      'src/base/b.test.ts':
        "// Skipped where the recordings are not there.\ndescribe.skipIf(absent)('two', run);\n",
      'src/base/c.test.ts': "test.only('three', run);\n",
      'src/base/d.test.ts': "list.skip(3); it.skipIf(true)('four (skipped: needs a server)', run);\n",
    },
    finds: ['src/base/a.test.ts:1 skips without saying why', 'src/base/c.test.ts:1 uses .only'],
  },
  openings: {
    rule: unopened,
    files: {
      'src/base/a.ts': 'x();\n',
      'bin/b.mjs': '#!/usr/bin/env node\n// Says it.\n',
      'src/c.test.ts': 'x();\n',
    },
    finds: ['src/base/a.ts does not open'],
  },
  places: {
    rule: placesNamed,
    files: {
      'docs/a.md': ['see /wo', 'rk/main/x'].join(''),
      'src/base/b.ts': ["fetch('https://reg", "istry.example.com/x')"].join(''),
      'docs/c.md': 'https://example.com/work/x and ./root/y and the registry. A registry of names.\n',
    },
    finds: ['docs/a.md:1 names a path of one machine', 'src/base/b.ts:1 names a package registry'],
  },
  'paths that lead nowhere': {
    rule: danglingPaths,
    files: {
      'docs/a.md':
        '[b](b.md) [c](deep/c.md) [out](https://example.com/d.md) `src/base/e.ts` `base/f.ts`, base/no and src/base/.\n',
      'docs/b.md': '[back](../src/base/) `test/gone.test.ts`\n',
      'src/base/e.ts':
        '// See docs/b.md and docs/z.md, routing/g.ts too.\nconst path = "docs/not-a-comment.md";\n',
    },
    finds: [
      'docs/a.md names src/base/f.ts',
      'docs/a.md:1 names docs/deep/c.md',
      'docs/b.md names test/gone.test.ts',
      'src/base/e.ts:1 names docs/z.md',
      'src/base/e.ts:1 names src/routing/g.ts',
    ],
  },
  packages: {
    rule: packageProblems,
    files: {
      'package.json': JSON.stringify({
        dependencies: { a: '1.0.0', b: '^2.0.0', c: '3.0.0' },
        devDependencies: { d: '4.0.0' },
      }),
      'package-lock.json': JSON.stringify({
        packages: {
          '': {},
          'node_modules/a': { version: '1.0.0', hasInstallScript: true },
          'node_modules/b': { version: '^2.0.0', resolved: 'https://example.com/b.tgz' },
          'node_modules/c': {
            version: '3.0.1',
            optionalDependencies: { 'c-linux': '3.0.1', 'c-other': '3.0.1' },
          },
          'node_modules/c-linux': { version: '3.0.1', optional: true },
          'node_modules/d': { version: '4.0.0', dev: true, hasInstallScript: true },
          'node_modules/bun': { version: '1.0.0', hasInstallScript: true },
        },
      }),
      'docs/dependencies.md': '| `a` | … |\n| `b` | … |\n| `d` | … |\n',
      'src/base/a.ts': "import 'a';\nimport 'b';\n",
    },
    finds: [
      'b: ^2.0.0 is not one exact version',
      'c has no line in docs/dependencies.md',
      'c is used nowhere in src/',
      'c: the lock file has another version',
      'node_modules/a has an install script',
      'node_modules/b: the lock file says where it was downloaded from',
      'node_modules/c: 1 of its optional packages are not in the lock file',
    ],
  },
  'the catalogue': {
    rule: (tree) => catalogueProblems(tree, VOCABULARIES),
    files: {
      'src/providers/catalogue/good.json': JSON.stringify(PROVIDER),
      'src/providers/catalogue/Bad Name.json': JSON.stringify(PROVIDER),
      'src/providers/catalogue/code.ts': '// Not data.\n',
      'src/providers/catalogue/odd.json': JSON.stringify({ ...PROVIDER, colour: 'red' }),
      'src/providers/catalogue/quirky.json': JSON.stringify({
        ...PROVIDER,
        speaks: { talk: { url: 'https://api.example.com', quirks: { loud: true } } },
      }),
      'src/providers/catalogue/comment.json': `// ${JSON.stringify(PROVIDER)}`,
      'src/providers/models/twice.json': '{"source":"https://a.example","source":"https://b.example"}',
    },
    finds: [
      'src/providers/catalogue/Bad Name.json: the id',
      'src/providers/catalogue/code.ts is not a JSON file',
      'src/providers/catalogue/comment.json: not JSON',
      'src/providers/catalogue/odd.json: colour: unknown key',
      'src/providers/catalogue/quirky.json: speaks.talk.quirks.loud unknown quirk',
      'src/providers/models/twice.json: Map keys must be unique',
    ],
  },
  quirks: {
    rule: (tree) => idleQuirks(tree, VOCABULARIES),
    files: {
      'src/providers/catalogue/a.json': '{"hushed":true}',
      'src/dialects/talk/a.test.ts': '// whisper\n',
    },
    finds: ['talk: no catalogue entry has hush', 'talk: no test names hush'],
  },
  'failure codes': {
    rule: (tree) =>
      failureProblems(tree, {
        all: ['used', 'idle', 'kept', 'busy'],
        reserved: { kept: 'later', busy: 'later' },
      }),
    files: {
      'docs/errors.md': '`used` `kept` `busy`\n',
      'src/canonical/failure.ts': "const idle = 'idle';\n",
      'src/base/a.ts':
        "import { failure } from '#canonical/failure.ts';\nfailure('used'); failure('busy');\nconst theirs = ['idle', /idle/];\n",
      'src/base/b.ts': "fine('idle');\n",
    },
    finds: ['busy is reserved and in use', 'idle is not in docs/errors.md', 'idle is used nowhere'],
  },
};
