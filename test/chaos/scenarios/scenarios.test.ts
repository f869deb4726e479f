// The sixteen public scenarios in four client languages, with shortened times; `npm run chaos` keeps the full ones. All of
// them run at the same time, so it lasts as long as the longest.

import { beforeAll, describe, expect, test } from 'bun:test';

import { CLIENT_NAMES } from '../clients/index.ts';
import { SCENARIOS } from './catalogue.ts';
import { runScenarios } from './run-scenarios.ts';
import type { Ran } from './run-scenarios.ts';
import { SHORT } from './scenario.ts';
import type { SettingsName } from './scenario.ts';

/**
 * Of sixteen, for each client, with what the benchmark gives everybody. Without a terminal event an answer in Responses has no
 * end at all, since that event is the answer: S11 is a clean error there.
 */
const BASELINE_PASS_MIN = { chat: 12, responses: 11, messages: 12, gemini: 12 } as const;

let ran: Readonly<Record<SettingsName, readonly Ran[]>>;
beforeAll(async () => {
  const [baseline, recovery] = await Promise.all([
    runScenarios('baseline', SHORT),
    runScenarios('recovery', SHORT),
  ]);
  ran = { baseline, recovery };
}, 60_000);

const found = (settings: SettingsName, id: string, name: string): Ran => {
  const one = ran[settings].find(({ scenario, client }) => scenario.id === id && client === name);
  if (one === undefined) throw new Error(`${id} was not run`);
  return one;
};

describe.each(CLIENT_NAMES)('a client of %s', (client) => {
  test.each(SCENARIOS.map(({ id, title }) => [id, title] as const))('%s %s: passes', (id) => {
    const { verdict, why, log } = found('recovery', id, client);
    expect({ verdict, why, log }).toEqual({ verdict: 'pass', why: expect.any(String), log });
  });

  test('with the usual settings none fails, and most pass', () => {
    const judged = SCENARIOS.map(({ id }) => found('baseline', id, client));
    const failed = judged.filter(({ verdict }) => verdict === 'fail');
    expect(failed.map(({ scenario, why, log }) => ({ id: scenario.id, why, log }))).toEqual([]);
    expect(judged.filter(({ verdict }) => verdict === 'pass').length).toBeGreaterThanOrEqual(
      BASELINE_PASS_MIN[client],
    );
  });
});
