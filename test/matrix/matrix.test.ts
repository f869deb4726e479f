// The matrix, sampled: for each client a part of the recorded answers, another part for each, and every request and every
// broken stream of probes.ts. The whole is `npm run matrix`.

import { afterAll, beforeAll, describe, expect, test } from 'bun:test';

import { untilIdle } from '../support/gateway.ts';
import { LANES } from './lanes/index.ts';
import { faultCases, requestCases } from './probes.ts';
import { readCases } from './recordings.ts';
import type { Case } from './recordings.ts';
import { runLane } from './run-lane.ts';
import { startMatrix } from './server.ts';
import type { Matrix } from './server.ts';
import { columnsOf } from './table.ts';

/** One of so many recorded answers is read by each client. */
const ONE_OF = 12;
const recorded = readCases();
const probes = [...requestCases(recorded), ...faultCases()];

/** The same in every run: by the places of the client and of the case. */
function sampleFor(lane: number): readonly Case[] {
  return recorded.filter((_, index) => (index + lane) % ONE_OF === 0);
}

// Skipped where the recordings are absent: fixtures.ts says so.
describe.skipIf(recorded.length === 0)('the matrix, sampled (skipped without ../shared/fixtures)', () => {
  let matrix: Matrix;
  beforeAll(async () => {
    matrix = await startMatrix([...recorded, ...probes]);
  });
  afterAll(() => matrix.stop());

  test('there is as much of it as there should be, in every column', () => {
    expect(recorded.length).toBeGreaterThan(1_600);
    const filled = new Set([...recorded, ...probes].flatMap((one) => columnsOf(one)));
    expect(filled.size).toBe(8);
    const sampled = new Set(LANES.flatMap((_, index) => sampleFor(index)).map(({ dialect }) => dialect));
    expect(sampled.size).toBe(6);
  });

  test.each(LANES.map((lane, index) => [lane.name, lane, index] as const))(
    '%s is shown what the providers said',
    async (_, lane, index) => {
      const cases = [...sampleFor(index), ...probes];
      const verdicts = await runLane(lane, cases, matrix);
      const wrong = verdicts
        .filter(({ problems }) => problems.length > 0)
        .map(({ one, problems }) => [one.id, one.recording.name, ...problems]);
      expect(wrong).toEqual([]);
      expect(verdicts.length).toBe(cases.length);
    },
  );

  test('leaves nothing running', async () => {
    await untilIdle(matrix.gateway);
    expect(matrix.gateway.alarms).toEqual([]);
  });
});
