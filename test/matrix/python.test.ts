// The official Python clients in the matrix, sampled as matrix.test.ts samples the others: for each client a part of the
// recorded answers, another part for each, and every request and broken stream of probes.ts. The whole: `npm run matrix`.

import { afterAll, beforeAll, describe, expect, test } from 'bun:test';

import { untilIdle } from '../support/gateway.ts';
import { PYTHON_START_MS, skipsPython } from '../support/python-lane.ts';
import { PYTHON_LANES, startPythonLanes } from './lanes/python.ts';
import type { PythonLanes } from './lanes/python.ts';
import { faultCases, requestCases } from './probes.ts';
import { readCases } from './recordings.ts';
import { runLane } from './run-lane.ts';
import { startMatrix } from './server.ts';
import type { Matrix } from './server.ts';

/** One of so many recorded answers is read by each client. */
const ONE_OF = 24;
const recorded = readCases();
const probes = [...requestCases(recorded), ...faultCases()];
const skips = recorded.length === 0 || skipsPython('test/matrix/python');

// Skipped without the recordings, or without the Python clients; both are said aloud, and the second fails under CI=true.
describe.skipIf(skips)('the Python clients in the matrix, sampled', () => {
  let matrix: Matrix;
  let python: PythonLanes;
  beforeAll(async () => {
    matrix = await startMatrix([...recorded, ...probes]);
    python = await startPythonLanes();
  }, PYTHON_START_MS);
  afterAll(async () => {
    await python.stop();
    await matrix.stop();
  });

  test.each(PYTHON_LANES.map((name, index) => [name, index] as const))(
    '%s is shown what the providers said',
    async (name, index) => {
      const lane = python.lanes[index];
      if (lane === undefined) throw new Error(`no lane ${name}`);
      expect(lane.name).toBe(name);
      const cases = [...recorded.filter((_, place) => (place + index) % ONE_OF === 0), ...probes];
      const verdicts = await runLane(lane, cases, matrix);
      const wrong = verdicts
        .filter(({ problems }) => problems.length > 0)
        .map(({ one, problems }) => [one.id, one.recording.name, ...problems]);
      expect(wrong).toEqual([]);
      expect(verdicts.length).toBeGreaterThan(100);
    },
    // Seconds on a machine that does nothing else.
    120_000,
  );

  test('leaves nothing running', async () => {
    await untilIdle(matrix.gateway);
    expect(matrix.gateway.alarms).toEqual([]);
  });
});
