// All scenarios, in the four languages of clients, against one gateway: each with models of its own, so that they can run at
// the same time and the simulator's log still tells whose calls are whose.

import type { AttemptEntry } from '#simulator/index.ts';
import { startTestGateway, untilIdle } from '../../support/gateway.ts';
import type { TestGateway } from '../../support/gateway.ts';
import { ask } from '../clients/ask.ts';
import type { Seen } from '../clients/ask.ts';
import { CLIENT_NAMES, CLIENTS } from '../clients/index.ts';
import type { ClientName } from '../clients/index.ts';
import { backAfterSec, callsInOutage, SCENARIOS } from './catalogue.ts';
import { judge } from './scenario.ts';
import type { Judged, Observed, Scenario, SettingsName, Timing } from './scenario.ts';

/** Sixty words, which the simulator repeats: every letter of a whole answer is known. */
export const SAID =
  'A door that never sticks teaches nobody anything about hinges; the one which jams on a wet morning shows how it was ' +
  'hung, who planed it, and whether anyone thought of winter when they cut the frame so close; what we trust is not the ' +
  'wood but the memory of it giving way, and then of it holding, again and again, through rain.';

/** Sixty-six words a second: 15 ms between two, as on the public wall. */
const PACE = 'echo+rate-66';
const PATIENCE_MS = 130_000;

export interface Ran extends Judged {
  readonly scenario: Scenario;
  readonly client: ClientName;
  readonly settings: SettingsName;
  /** The wall's log: a line for each call. */
  readonly log: readonly string[];
  readonly totalMs: number;
  /** Of the outage: how many calls the primary got, and how soon it was back, in seconds. */
  readonly outage?: { readonly calls: number; readonly backSec: number | undefined };
}

interface Cell {
  readonly scenario: Scenario;
  readonly client: ClientName;
  readonly name: string;
  /** As the simulator knows them. */
  readonly primary: string;
  readonly spare: string;
}

function cellOf(scenario: Scenario, client: ClientName, timing: Timing): Cell {
  const name = `${scenario.id}-${client}`;
  const always = scenario.once === true || scenario.outage === true ? '' : `+fault-${scenario.fault(timing)}`;
  const spare = `echo+${scenario.sparePrefill === undefined ? '' : 'no-prefill+'}${name}-spare`;
  return { scenario, client, name, primary: `${PACE}${always}+${name}`, spare };
}

function modelsOf(cells: readonly Cell[], settings: SettingsName, timing: Timing): string {
  const limit = `${timing.limitMs[settings]}ms`;
  const onCut = settings === 'recovery' ? ', on_cut: continue' : '';
  const limits = `first_content_limit: ${limit}, silence_limit: ${limit}${onCut}`;
  const lines = cells.flatMap(({ name, client, primary, spare }) => {
    const { provider } = CLIENTS[client];
    return [
      `  "${name}": { targets: [ "${provider}/${primary}" ], fallback: [ "${name}-spare" ], ${limits} }`,
      `  "${name}-spare": { targets: [ "${provider}/${spare}" ] }`,
    ];
  });
  const healthy = CLIENT_NAMES.map(
    (client) => `  "well-${client}": { targets: [ "${CLIENTS[client].provider}/echo" ] }`,
  );
  return [...lines, ...healthy].join('\n');
}

/** Passes each result on as it comes. */
export async function runScenarios(
  settings: SettingsName,
  timing: Timing,
  told: (ran: Ran) => void = () => {},
): Promise<readonly Ran[]> {
  const cells = SCENARIOS.flatMap((scenario) =>
    CLIENT_NAMES.map((client) => cellOf(scenario, client, timing)),
  );
  const refusing = cells.filter(({ scenario }) => scenario.sparePrefill === 'refused');
  const gateway = await startTestGateway({
    models: modelsOf(cells, settings, timing),
    traits: Object.fromEntries(refusing.map(({ spare }) => [spare, 'prefill'])),
  });
  try {
    const running = cells.map(async (cell) => {
      const observed = await observe(cell, gateway, timing);
      const ran = ranOf(cell, settings, observed);
      told(ran);
      return ran;
    });
    const all = await Promise.all(running);
    await untilIdle(gateway);
    if (gateway.alarms.length > 0) throw new Error(`alarms: ${gateway.alarms.join('; ')}`);
    return all;
  } finally {
    await gateway.stop();
  }
}

function ranOf({ scenario, client }: Cell, settings: SettingsName, observed: Observed): Ran {
  const totalMs = Math.max(...observed.seen.map((seen) => seen.totalMs));
  const outage = { calls: callsInOutage(observed), backSec: backAfterSec(observed) };
  const log = logOf(observed);
  const ran = { scenario, client, settings, log, totalMs, ...judge(scenario, observed) };
  return scenario.outage === true ? { ...ran, outage } : ran;
}

async function observe(cell: Cell, gateway: TestGateway, timing: Timing): Promise<Observed> {
  const { scenario, client, name, primary, spare } = cell;
  const { simulator } = gateway;
  const origin = `http://127.0.0.1:${gateway.port}`;
  const question = { origin, stream: true, say: SAID, patienceMs: PATIENCE_MS };
  if (scenario.once === true) simulator.setFault(primary, scenario.fault(timing), { times: 1 });
  const beganMs = performance.timeOrigin + performance.now();
  const asked = (): Promise<Seen> => ask(CLIENTS[client], { ...question, model: name });
  const { seen, sentMs } =
    scenario.outage === true
      ? await askInOutage(asked, timing, (down) =>
          simulator.setFault(primary, down ? scenario.fault(timing) : null),
        )
      : { seen: [await asked()], sentMs: [0] };
  const after = await ask(CLIENTS[client], { ...question, model: `well-${client}` });
  const callsOf = (model: string): readonly AttemptEntry[] =>
    simulator.entries().filter((entry) => entry.model === model);
  return {
    seen,
    sentMs,
    said: SAID,
    primary: callsOf(primary),
    spare: callsOf(spare),
    spareModel: spare,
    beganMs,
    after,
    timing,
  };
}

async function askInOutage(
  asked: () => Promise<Seen>,
  { outageMs, requests, everyMs }: Timing,
  setDown: (down: boolean) => void,
): Promise<{ seen: readonly Seen[]; sentMs: readonly number[] }> {
  const beganAt = performance.now();
  setDown(true);
  const over = setTimeout(() => setDown(false), outageMs);
  const sentMs: number[] = [];
  const seen: Promise<Seen>[] = [];
  for (let index = 0; index < requests; index += 1) {
    await Bun.sleep(Math.max(0, index * everyMs - (performance.now() - beganAt)));
    sentMs.push(performance.now() - beganAt);
    seen.push(asked());
  }
  const all = await Promise.all(seen);
  clearTimeout(over);
  return { seen: all, sentMs };
}

function logOf({ primary, spare, beganMs }: Observed): readonly string[] {
  const lines = (calls: readonly AttemptEntry[], who: string) =>
    calls.map(({ arrivedMs, status, fault, ended, outputTokens }, index) => ({
      arrivedMs,
      text: `${((arrivedMs - beganMs) / 1_000).toFixed(2)} s ${who} #${index + 1}: ${status ?? 'no status'}${
        fault === null ? '' : ` (${fault})`
      }, ${outputTokens} tokens, ${ended}`,
    }));
  const all = [...lines(primary, 'primary'), ...lines(spare, 'spare')];
  return all.toSorted((a, b) => a.arrivedMs - b.arrivedMs).map(({ text }) => text);
}
