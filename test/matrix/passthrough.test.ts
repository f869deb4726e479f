// A client is shown the same with Clew and without, where bytes pass through: sampled. The whole is `npm run matrix`.

import { afterAll, beforeAll, describe, expect, test } from 'bun:test';

import { LANES } from './lanes/index.ts';
import { compareLane, OTHERWISE, unexplained } from './passthrough.ts';
import { readCases } from './recordings.ts';
import { startMatrix } from './server.ts';
import type { Matrix } from './server.ts';

/** Of the answers in its own language, each client reads one of so many. */
const ONE_OF = 10;
const recorded = readCases();
/** Clients in whose manners nothing passes as it is. */
const MANNERED = /openrouter/;

describe.skipIf(recorded.length === 0)(
  'bytes that pass, sampled (skipped without ../shared/fixtures)',
  () => {
    let matrix: Matrix;
    beforeAll(async () => {
      matrix = await startMatrix(recorded, true);
    });
    afterAll(() => matrix.stop());

    const lanes = LANES.filter(({ name }) => !MANNERED.test(name));
    test.each(lanes.map((lane, index) => [lane.name, lane, index] as const))(
      '%s is shown the same with Clew and without',
      async (_, lane, index) => {
        const own = recorded.filter(({ dialect }) => dialect === lane.language);
        const cases = own.filter((_one, at) => (at + index) % ONE_OF === 0);
        const compared = await compareLane(lane, cases, matrix);
        expect(compared.length).toBeGreaterThan(cases.length / 2);
        const wrong = unexplained(compared).map(({ one, throughClew, direct }) => [
          one.recording.name,
          throughClew,
          direct,
        ]);
        expect(wrong).toEqual([]);
      },
    );

    test('each reason is about a recording', () => {
      const names = new Set(recorded.map(({ recording }) => recording.name));
      expect(Object.keys(OTHERWISE).filter((name) => !names.has(name))).toEqual([]);
    });
  },
);
