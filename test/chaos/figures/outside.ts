// A gateway in a process of its own, as it is served, before a simulator in this process, where faults are set and calls counted.

import { startSimulator } from '#simulator/index.ts';
import type { AttemptEntry, Simulator } from '#simulator/index.ts';
import { startGatewayProcess } from '../../support/processes.ts';
import type { GatewayProcess } from '../../support/processes.ts';
import { ask } from '../clients/ask.ts';
import type { Seen } from '../clients/ask.ts';
import { CLIENT_NAMES, CLIENTS } from '../clients/index.ts';
import type { ClientName } from '../clients/index.ts';

const PATIENCE_MS = 60_000;
/** Short enough to be quick, long enough to be cut in many places. */
export const SAID = 'What was said once is to be said again, to the letter and to the end.';

export interface Outside {
  readonly simulator: Simulator;
  readonly gateway: GatewayProcess;
  ask(model: string, client?: ClientName): Promise<Seen>;
  /** The calls that a model of the simulator had. */
  callsOf(model: string): readonly AttemptEntry[];
  stop(): Promise<void>;
}

export interface OutsideOptions {
  /** YAML lines under `models:`; targets are `chat/…` and so on, a provider for each client. */
  readonly models: string;
  /** YAML lines under `providers:`. */
  readonly providers?: string;
  readonly args?: readonly string[];
}

export async function startOutside({ models, providers = '', args = [] }: OutsideOptions): Promise<Outside> {
  const simulator = await startSimulator({ maxEntries: 200_000 });
  const own = CLIENT_NAMES.map((client) => {
    const { dialect } = CLIENTS[client];
    return `  ${client}: { dialect: ${dialect}, url: "${simulator.url}/${dialect}", auth: none }`;
  });
  const gateway = await startGatewayProcess(
    // What a busy machine makes Clew refuse is no failure of a provider, and measured elsewhere.
    `server: { shed: off }\nproviders:\n${own.join('\n')}\n${providers}\nmodels:\n${models}\n`,
    { args },
  );
  return {
    simulator,
    gateway,
    ask: (model, client = 'chat') =>
      ask(CLIENTS[client], {
        origin: `http://127.0.0.1:${gateway.port}`,
        model,
        stream: true,
        say: SAID,
        patienceMs: PATIENCE_MS,
      }),
    callsOf: (model) => simulator.entries().filter((entry) => entry.model === model),
    stop: async () => {
      await gateway.stop();
      await simulator.stop();
    },
  };
}

/** Does all the work, so much at a time. */
export async function atOnce<Item>(
  items: Iterable<Item>,
  width: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const left = items[Symbol.iterator]();
  const worker = async (): Promise<void> => {
    for (let next = left.next(); next.done !== true; next = left.next()) await work(next.value);
  };
  await Promise.all(Array.from({ length: width }, worker));
}
