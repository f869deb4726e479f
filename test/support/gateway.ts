// A whole gateway inside the test process, wired as main.ts wires it, in front of a simulator on a real socket.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Keyring } from '#access/keyring.ts';
import type { Generation } from '#accounting/generation.ts';
import { openJournal } from '#accounting/journal-file.ts';
import { SystemClock } from '#base/system-clock.ts';
import { loadCatalogue } from '#config/catalogue-files.ts';
import { loadConfig } from '#config/load.ts';
import { CLIENT_DIALECTS, DIALECTS, LANGUAGES, VOCABULARIES } from '#dialects/index.ts';
import type { Gateway } from '#gateway/gateway.ts';
import { startDataPlane } from '#server/data-plane.ts';
import { startSimulator } from '#simulator/index.ts';
import type { Simulator } from '#simulator/index.ts';
import { openRecords } from '#storage/records.ts';
import { ConnectWatch } from '#upstream/connect-watch.ts';

export interface TestGateway {
  /** Base URL for clients, with `/v1`. */
  readonly url: string;
  readonly port: number;
  readonly simulator: Simulator;
  /** Records of all exchanges, oldest first. */
  readonly generations: readonly Generation[];
  /** What went to the log as an error. */
  readonly alarms: readonly string[];
  liveCount(): number;
  armedAlarms(): number;
  stop(): Promise<void>;
}

export interface TestGatewayOptions {
  readonly passthrough?: boolean;
  readonly keys?: string;
  /** YAML lines under `models:`; targets are `sim/…`. */
  readonly models?: string;
  /** YAML lines under `providers:`, beside `sim`. */
  readonly providers?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export async function startTestGateway(options: TestGatewayOptions = {}): Promise<TestGateway> {
  const simulator = await startSimulator({});
  const directory = mkdtempSync(join(tmpdir(), 'clew-test-'));
  const clock = new SystemClock();
  const catalogue = loadCatalogue();
  if (!catalogue.ok) throw new Error(catalogue.error.join('\n'));
  const loaded = loadConfig({
    text: configText(simulator.url, options),
    env: options.env ?? {},
    catalogue: catalogue.value,
    vocabularies: VOCABULARIES,
    overrides: { listen: '127.0.0.1:0', admin: '127.0.0.1:0', data: directory },
  });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.error, null, 1));
  const current = { snapshot: loaded.value, keyring: new Keyring(loaded.value.keys) };
  const alarms: string[] = [];
  const opened = await openRecords({
    url: loaded.value.storage.url,
    openJournal,
    clock,
    draw: Math.random,
    onProblem: (message) => alarms.push(message),
  });
  if (!opened.ok) throw new Error(opened.error);
  const records = opened.value;
  const generations: Generation[] = [];
  const live: Gateway['live'] = { count: 0, draining: false, running: new Set() };
  const gateway: Gateway = {
    current: () => current,
    dialects: DIALECTS,
    languages: LANGUAGES,
    clock,
    draw: Math.random,
    journal: records.journal,
    live,
    connects: new ConnectWatch(clock),
    telemetry: {
      generation: (generation) => generations.push(generation),
      refused: () => {},
      alarm: (message, detail) => alarms.push(`${message}: ${String(detail)}`),
    },
  };
  const ports = {
    gateway,
    dialects: CLIENT_DIALECTS,
    findGeneration: (id: string) => records.find(id),
    ready: () => true,
  };
  const server = startDataPlane(loaded.value.server.listen, ports, clock);
  return {
    url: `http://127.0.0.1:${server.port}/v1`,
    port: server.port ?? 0,
    simulator,
    generations,
    alarms,
    liveCount: () => live.count,
    armedAlarms: () => clock.armed(),
    stop: async () => {
      await server.stop(true);
      await simulator.stop();
      await records.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function configText(
  url: string,
  { passthrough = true, keys, models, providers }: TestGatewayOptions,
): string {
  const listed = ['hello', 'words-50', 'tools-1', 'tools-2'].map((name) => `"${name}": ${PRICED}`);
  // The simulator under the name of each language that it may be spoken to in; `sim` speaks the first.
  const speakers = [...DIALECTS.values()].filter(({ provider }) => provider !== undefined);
  const simulated = speakers.map(({ id }, index) => {
    const name = index === 0 ? 'sim' : `sim-${id}`;
    return `  ${name}: { dialect: ${id}, url: "${url}", auth: none, models: { ${listed.join(', ')} } }`;
  });
  return `server: { passthrough: ${passthrough} }
${keys === undefined ? '' : `keys: ${keys}`}
environment: off
providers:
${simulated.join('\n')}
${providers ?? ''}
${models === undefined ? '' : `models:\n${models}`}
`;
}

/** Dollars for a million tokens, as the simulator bills. */
const PRICED = '{ price: { input: 1, output: 2 } }';

/** Waits until nothing runs and no alarm is armed; the drain of the journal has one for a moment. Fails after 5 s. */
export async function untilIdle(gateway: TestGateway): Promise<void> {
  await until(() => gateway.liveCount() === 0 && gateway.armedAlarms() === 0);
}

export async function until(condition: () => boolean): Promise<void> {
  for (let waited = 0; waited < 500; waited += 1) {
    if (condition()) return;
    await Bun.sleep(10);
  }
  throw new Error(`not within 5 s: ${condition.toString()}`);
}
