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
import type { Snapshot } from '#config/snapshot.ts';
import type { ClientDialect, Dialect } from '#dialects/dialect.ts';
import { CLIENT_DIALECTS, DIALECTS, SPOKEN, VOCABULARIES } from '#dialects/index.ts';
import { Engine } from '#execution/engine.ts';
import type { Gateway } from '#gateway/gateway.ts';
import type { Load } from '#gateway/shedding.ts';
import { KeptDetail } from '#gateway/kept-detail.ts';
import { SharedAnswers } from '#gateway/sharing/shared-answers.ts';
import { Statistics } from '#routing/statistics/statistics.ts';
import { startDataPlane } from '#server/data-plane.ts';
import { startSimulator } from '#simulator/index.ts';
import type { Simulator, SimulatorOptions } from '#simulator/index.ts';
import { openRecords } from '#storage/records.ts';
import { CloudAuth } from '#upstream/cloud/cloud-auth.ts';
import type { CloudPorts } from '#upstream/cloud/cloud-auth.ts';
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
  readonly statistics: Statistics;
  /** Path of the database that the records go to. */
  readonly database: string;
  liveCount(): number;
  armedAlarms(): number;
  /** As while a real one stops: nothing new is begun. */
  setDraining(draining: boolean): void;
  stop(): Promise<void>;
}

export interface TestGatewayOptions {
  readonly passthrough?: boolean;
  /** Further settings under `server:`, in flow style. */
  readonly server?: string;
  readonly keys?: string;
  /** What stands behind `reasoning_state:`. */
  readonly reasoning?: string;
  /** What stands behind `explanations:`. */
  readonly explanations?: string;
  /** YAML lines under `models:`; targets are `sim/…`. */
  readonly models?: string;
  /** YAML lines under `providers:`, beside `sim`; `$URL` is the simulator's, and a function gets it. */
  readonly providers?: string | ((simulatorUrl: string) => string);
  readonly simulator?: SimulatorOptions;
  /** Seconds; see the data plane. */
  readonly idleSec?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** Where tokens of clouds come from; absent: from the clouds. */
  readonly cloud?: CloudPorts;
  /** Models of `sim` that have the simulator's price, beside the usual few. */
  readonly priced?: readonly string[];
  /** Traits of further models of the simulator, by name. */
  readonly traits?: Readonly<Record<string, string>>;
  /** How much the process has to do; nothing if absent. */
  readonly load?: Load;
  /** Breakers and budgets begin anew with each exchange: for tests that look at one failure at a time. */
  readonly forgetful?: boolean;
  /** The only language that is spoken, instead of all. */
  readonly dialect?: Dialect & { readonly client: ClientDialect };
}

export async function startTestGateway(options: TestGatewayOptions = {}): Promise<TestGateway> {
  const simulator = await startSimulator(options.simulator);
  const directory = mkdtempSync(join(tmpdir(), 'clew-test-'));
  const clock = new SystemClock();
  const loaded = load(configText(simulator.url, options), directory, options.env);
  const current = { snapshot: loaded, keyring: new Keyring(loaded.keys) };
  const alarms: string[] = [];
  const onProblem = (message: string): void => void alarms.push(message);
  const { url } = loaded.storage;
  const sealLimits = () => current.snapshot.reasoningState;
  const opened = await openRecords({ url, openJournal, clock, draw: Math.random, sealLimits, onProblem });
  if (!opened.ok) throw new Error(opened.error);
  const records = opened.value;
  const generations: Generation[] = [];
  const live: Gateway['live'] = { count: 0, draining: false, running: new Set() };
  const statistics = new Statistics();
  const gateway: Gateway = {
    current: () => current,
    answers: records.answers,
    shared: new SharedAnswers({ store: records.replays, clock, onProblem }),
    seals: records.seals,
    ...spokenIn(options),
    clock,
    draw: Math.random,
    journal: records.journal,
    live,
    load: options.load ?? { loopDelayMs: 0, heap: 0, shed: () => {} },
    connects: new ConnectWatch(clock),
    engine: new Engine(),
    detail: new KeptDetail(),
    cloud: new CloudAuth(clock, options.cloud),
    statistics,
    telemetry: {
      generation: (generation) => generations.push(generation),
      refused: () => {},
      alarm: (message, detail) => alarms.push(`${message}: ${String(detail)}`),
    },
  };
  const ports = {
    gateway: options.forgetful === true ? forgetful(gateway) : gateway,
    dialects: options.dialect === undefined ? CLIENT_DIALECTS : ([options.dialect.client] as const),
    records,
    ready: () => true,
  };
  const { idleSec } = options;
  const server = startDataPlane(loaded.server.listen, ports, { clock, idleSec });
  return {
    url: `http://127.0.0.1:${server.port}/v1`,
    port: server.port ?? 0,
    simulator,
    generations,
    alarms,
    statistics,
    database: url.replace('sqlite:', ''),
    liveCount: () => live.count,
    armedAlarms: () => clock.armed(),
    setDraining: (draining) => void Object.assign(live, { draining }),
    stop: async () => {
      await server.stop(true);
      await simulator.stop();
      await records.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Each look at the engine finds a new one. */
function forgetful(gateway: Gateway): Gateway {
  return Object.defineProperty(gateway, 'engine', { get: () => new Engine() });
}

function spokenIn({ dialect }: TestGatewayOptions): Pick<Gateway, 'dialects' | 'languages'> {
  return dialect === undefined ? SPOKEN : { ...SPOKEN, dialects: new Map([[dialect.id, dialect]]) };
}

function load(text: string, data: string, env: Readonly<Record<string, string>> = {}): Snapshot {
  const catalogue = loadCatalogue();
  if (!catalogue.ok) throw new Error(catalogue.error.join('\n'));
  const overrides = { listen: '127.0.0.1:0', admin: '127.0.0.1:0', data };
  const loaded = loadConfig({
    text,
    env,
    catalogue: catalogue.value,
    vocabularies: VOCABULARIES,
    overrides,
  });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.error, null, 1));
  return loaded.value;
}

function configText(
  url: string,
  {
    passthrough = true,
    server,
    keys,
    models,
    providers,
    priced = [],
    traits = {},
    reasoning,
    explanations,
  }: TestGatewayOptions,
): string {
  const listed = ['hello', 'words-50', 'tools-1', 'tools-2', ...priced].map((name) => `"${name}": ${PRICED}`);
  for (const [name, trait] of Object.entries(traits)) listed.push(`"${name}": { traits: [ ${trait} ] }`);
  // The simulator under the name of each language that it may be spoken to in; `sim` speaks the first, and all that are
  // no chats.
  const speakers = [...DIALECTS.values()].filter(({ provider }) => provider !== undefined);
  const operations = speakers.filter(({ operation }) => operation !== undefined).map(({ id }) => id);
  const simulated = speakers.map(({ id, operation }, index) => {
    const name = index === 0 ? `sim: { also: [ ${operations.join(', ')} ],` : `sim-${id}: {`;
    // Some languages share a path: the simulator tells them apart by what stands before it.
    const at = operation === undefined ? url : `${url}/${id}`;
    return `  ${name} dialect: ${id}, url: "${at}", auth: none, models: { ${listed.join(', ')} } }`;
  });
  return `server: { passthrough: ${passthrough}${server === undefined ? '' : `, ${server}`} }
${keys === undefined ? '' : `keys: ${keys}`}
environment: off
${reasoning === undefined ? '' : `reasoning_state: ${reasoning}`}
${explanations === undefined ? '' : `explanations: ${explanations}`}
providers:
${simulated.join('\n')}
${typeof providers === 'function' ? providers(url) : (providers?.replaceAll('$URL', url) ?? '')}
${models === undefined ? '' : `models:\n${models}`}
`;
}

/** Dollars for a million tokens, as the simulator bills. */
const PRICED = '{ price: { input: 1, output: 2 } }';

/** Waits until nothing runs and no alarm is armed; the drain of the journal has one for a moment. Fails after 5 s. */
export async function untilIdle(gateway: TestGateway): Promise<void> {
  await until(() => gateway.liveCount() === 0 && gateway.armedAlarms() === 0);
}

export async function until(condition: () => boolean, withinSec = 5): Promise<void> {
  for (let waited = 0; waited < withinSec * 100; waited += 1) {
    if (condition()) return;
    await Bun.sleep(10);
  }
  throw new Error(`not within ${withinSec} s: ${condition.toString()}`);
}
