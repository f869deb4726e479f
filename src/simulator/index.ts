// The simulator: a fake provider over real sockets, for trying Clew without keys, and for every test that needs a
// provider to be slow, wrong or gone. `clew simulate` runs it by itself.

import type { AttemptEntry, SimulatedPrice } from './attempts.ts';
import { Connection } from './connection.ts';
import { House } from './house.ts';

export type { AttemptEnding, AttemptEntry, SimulatedPrice } from './attempts.ts';

export interface SimulatorOptions {
  /** Default `127.0.0.1`. */
  readonly host?: string | undefined;
  /** Default 0: any free port. */
  readonly port?: number | undefined;
  /** Said in greetings and in the header `x-simulator`. Default `sim`. */
  readonly name?: string | undefined;
  /** Answer from the recordings below this directory, and from nothing else. */
  readonly replayDir?: string | undefined;
  /** Called when an attempt is over. */
  readonly log?: ((entry: AttemptEntry) => void) | undefined;
  /** The same seed and request give the same answer. Default 1. */
  readonly seed?: number | undefined;
  /** Attempts to remember. Default 10,000. */
  readonly maxEntries?: number | undefined;
  /** US dollars for a million tokens, by model; `*` for all others. Default 1 in, 2 out. */
  readonly prices?: Readonly<Record<string, SimulatedPrice>> | undefined;
}

export interface Simulator {
  /** The base URL for clients: `http://127.0.0.1:PORT/v1`. */
  readonly url: string;
  readonly port: number;
  /** Oldest first; running attempts too. */
  entries(): readonly AttemptEntry[];
  /** Forgets the attempts; what is set stays set. */
  clear(): void;
  /**
   * The next requests for the model (`*`: every model that has none of its own) meet the fault; null takes it away.
   * `fault` is a name of faults.ts with or without its number: `stall-30`. Throws when there is no such fault.
   */
  setFault(model: string, fault: string | null, options?: { readonly times?: number }): void;
  /** So many calls of the model at once are answered, one more gets a 529; null: as many as come. */
  setCapacity(model: string, most: number | null): void;
  /** Closes the port and every connection. */
  stop(): Promise<void>;
}

/** Rejects when the port is taken or `replayDir` holds no recording. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const host = options.host ?? '127.0.0.1';
  const house = new House({
    name: options.name ?? 'sim',
    seed: options.seed ?? 1,
    maxEntries: options.maxEntries ?? 10_000,
    replayDir: options.replayDir,
    prices: options.prices ?? {},
    log: options.log ?? (() => {}),
  });
  const listener = listen(host, options.port ?? 0, house);
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${listener.port}/v1`,
    port: listener.port,
    entries: () => house.log.entries(),
    clear: () => house.log.clear(),
    setFault: (model, fault, { times } = {}) => {
      if (!house.overrides.setFault(model, fault, times)) throw new Error(`no such fault: ${fault}`);
    },
    setCapacity: (model, most) => {
      if (!house.overrides.setCapacity(model, most)) throw new Error('too many models have something set');
    },
    stop: async () => {
      listener.stop(true);
      house.wheel.stop();
    },
  };
}

function listen(hostname: string, port: number, house: House) {
  return Bun.listen<Connection>({
    hostname,
    port,
    exclusive: true,
    socket: {
      open(socket) {
        socket.data = new Connection(socket, house);
      },
      data: (socket, bytes) => socket.data.onData(bytes),
      drain: (socket) => socket.data.onDrain(),
      close: (socket) => socket.data.onClose(),
      timeout: (socket) => socket.terminate(),
      // What went wrong on a connection ends that connection and nothing else.
      error: (socket) => socket.terminate(),
    },
  });
}
