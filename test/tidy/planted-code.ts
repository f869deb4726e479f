// Bad trees for the rules about code: who imports whom, purity, dead files, sizes.

import { deadFiles, importProblems, purityProblems } from './import-rules.ts';
import type { Garden } from './planted.ts';
import { sizeProblems, unreadable } from './size-rules.ts';

const lines = (count: number, line = 'x();'): string => `${line}\n`.repeat(count);

export const PLANTED_CODE: Garden = {
  'who may import whom': {
    rule: importProblems,
    files: {
      'src/main.ts': "import { a } from '#base/a.ts';\nimport manifest from '../package.json';\n",
      'package.json': '{}',
      'src/base/a.ts': "import type { B } from '#canonical/b.ts';\n",
      'src/canonical/b.ts': "import { a } from '../base/a.ts';\nexport { a } from '#base/a.ts';\n",
      'src/canonical/c.ts': "const late = await import('#upstream/d.ts');\n",
      'src/canonical/e.ts': "export * from '#base/missing.ts';\nimport '#main.ts';\n",
      'src/upstream/d.ts':
        "import {\n  a,\n} from '#base/a.ts';\nimport { z } from 'zod';\nimport 'node:fs';\n",
      'src/routing/f.ts': "import { readFileSync } from 'node:fs';\nimport type { Stats } from 'node:fs';\n",
      'src/routing/g.ts': 'const name = pick();\nconst late = import(name);\n',
      'src/storage/h.ts':
        "import type { I } from '#accounting/i.ts';\nimport { i } from '#accounting/i.ts';\n",
      'src/accounting/i.ts': "import helper from '../../test/helper.ts';\n",
      'test/helper.ts': 'export default 1;\n',
      'src/attic/j.ts': "import { a } from '#base/a.ts';\n",
      'src/base/free.test.ts': "import { anything } from '#upstream/d.ts';\n",
    },
    finds: [
      'src/accounting/i.ts:1 imports ../../test/helper.ts: outside src/',
      'src/attic/j.ts:1 imports #base/a.ts: no folder that the table knows',
      'src/base/a.ts:1 imports #canonical/b.ts: base may not import canonical',
      'src/canonical/b.ts:1 imports ../base/a.ts: a relative path that leaves its folder',
      'src/canonical/c.ts:1 imports #upstream/d.ts: canonical may not import upstream',
      'src/canonical/e.ts:1 imports #base/missing.ts: no such file',
      'src/canonical/e.ts:2 imports #main.ts: nothing imports the composition root',
      'src/routing/f.ts:1 imports node:fs: the pure zone has no platform',
      'src/routing/g.ts:2 imports what only the running program knows',
      'src/storage/h.ts:2 imports #accounting/i.ts: storage may use types of accounting only',
      'src/upstream/d.ts:4 imports zod: not a package for upstream',
    ],
  },
  'dialects do not know each other': {
    rule: importProblems,
    files: {
      'src/dialects/dialect.ts': "import { a } from './talk/a.ts';\n",
      'src/dialects/talk/a.ts': "import type { D } from '../dialect.ts';\nimport { b } from './b.ts';\n",
      'src/dialects/talk/b.ts': "import { c } from '../sing/c.ts';\n",
      'src/dialects/sing/c.ts':
        "import { a } from '#dialects/talk/a.ts';\nimport type { D } from '#dialects/dialect.ts';\n",
    },
    finds: [
      'src/dialects/dialect.ts:1 imports ./talk/a.ts: what all dialects share knows none of them',
      'src/dialects/sing/c.ts:1 imports #dialects/talk/a.ts: another dialect',
      'src/dialects/talk/b.ts:1 imports ../sing/c.ts: another dialect',
    ],
  },
  'the pure zone': {
    rule: purityProblems,
    files: {
      'src/base/tick.ts': 'export const now = () => performance.now();\n',
      'src/base/text.ts':
        '// Date.now() is only spoken of, "fetch(" too.\nexport const text = "process.env";\n',
      'src/routing/a.ts':
        "import { now } from '#base/tick.ts';\nimport type { Tick } from '#base/tick.ts';\nimport { text } from '#base/text.ts';\n",
      'src/routing/b.ts': 'export const b = () => [Date.now(), new Date(), new Date(5), Math.random()];\n',
      'src/execution/c.ts': 'setTimeout(wake, 5); clock.setTimeout(); this.fetch(1);\nfetch(url);\n',
      'src/framing/d.ts': 'const a = process.env.A; const b = Bun.hash(a); const c = crypto.randomUUID();\n',
      'src/accounting/e.ts': "import { write } from './journal-file.ts';\nglobalThis.now = 1;\n",
      'src/accounting/journal-file.ts': 'export const write = () => Date.now();\n',
      'src/upstream/f.ts': 'fetch(Date.now());\n',
    },
    finds: [
      'src/accounting/e.ts uses globalThis in the pure zone',
      'src/accounting/e.ts:1 imports src/accounting/journal-file.ts, which uses Date.now',
      'src/execution/c.ts uses a timer in the pure zone',
      'src/execution/c.ts uses fetch in the pure zone',
      'src/framing/d.ts uses Bun in the pure zone',
      'src/framing/d.ts uses crypto in the pure zone',
      'src/framing/d.ts uses process in the pure zone',
      'src/routing/a.ts:1 imports src/base/tick.ts, which uses performance',
      'src/routing/b.ts uses Date.now in the pure zone',
      'src/routing/b.ts uses Math.random in the pure zone',
      'src/routing/b.ts uses new Date() in the pure zone',
    ],
  },
  'dead files': {
    rule: deadFiles,
    files: {
      'src/main.ts': "import { a } from '#base/a.ts';\n",
      'src/base/a.ts': "const worker = new Worker(new URL('./worker.ts', import.meta.url));\n",
      'src/base/worker.ts': "import type { C } from './c.ts';\n",
      'src/base/c.ts': 'export type C = 1;\n',
      'src/base/only-tested.ts': 'export const one = 1;\n',
      'src/base/only-tested.test.ts': "import { one } from './only-tested.ts';\n",
      'src/base/for-scripts.ts': 'export const two = 2;\n',
      'scripts/make.ts': "import { two } from '#base/for-scripts.ts';\n",
    },
    finds: ['src/base/only-tested.ts is reached from nowhere'],
  },
  sizes: {
    rule: sizeProblems,
    files: {
      'src/base/long.ts': lines(401),
      'src/base/full.ts': lines(400),
      'src/main.ts': lines(120),
      'src/execution/execute.ts': lines(100),
      'src/base/functions.ts': `function tall() {\n${lines(69)}}\nfunction right(): void {\n${lines(68)}}\n`,
      'src/base/many.ts':
        'class Box {\n  put(a: A, b: Map<B, C>, c: [D, E], d = f(1, 2), e: F): void {}\n  get(a: A, b: Map<B, C>, c: [D, E], d: F): void {}\n}\n',
      'bench/tall.ts': `run(async () => {\n${lines(70)}});\n`,
      'src/base/group.test.ts': `describe('a group', () => {\n${lines(90)}});\ntest('one test', () => {\n${lines(90)}});\n`,
    },
    finds: [
      'bench/tall.ts:1 an arrow function has 72 lines',
      'src/base/functions.ts:1 tall has 71 lines',
      'src/base/group.test.ts:93 an arrow function has 92 lines',
      'src/base/long.ts has 401 lines',
      'src/base/many.ts:2 put has 5 parameters',
      'src/execution/execute.ts has 100 lines',
      'src/main.ts has 120 lines',
    ],
  },
  'code that cannot be read': {
    rule: unreadable,
    files: {
      'src/base/torn.ts': 'export const torn = () => {\n',
      'src/base/whole.ts': 'export const whole = `${{}}}`;\n',
    },
    finds: ['src/base/torn.ts: the brackets do not match'],
  },
};
