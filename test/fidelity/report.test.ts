// A sample of the report that `npm run fidelity` makes over everything: every seventh recording.

import { describe, expect, test } from 'bun:test';

import { RECORDINGS_ARE_HERE } from '../recordings/fixtures.ts';
import { makeReport } from './report.ts';

// Skipped where the recordings are absent: fixtures.ts says so.
describe.skipIf(!RECORDINGS_ARE_HERE)('a sample of the report (skipped without ../shared/fixtures)', () => {
  test('everything is decoded, and nothing differs without being declared', () => {
    const { totals, counts, problems } = makeReport({ every: 7, cutRuns: 4 });
    expect(problems).toEqual([]);
    expect(counts.recordings).toBeGreaterThan(200);
    expect(counts.crossings).toBeGreaterThan(1_500);
    expect(totals.all).toMatchObject({ decoded: counts.recordings, equal: counts.recordings, undeclared: 0 });
    // A report that sees no losses sees nothing.
    expect(totals.all.declared).toBeGreaterThan(2_000);
  });
});
