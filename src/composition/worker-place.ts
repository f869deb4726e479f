// One of several workers: a part of the journal of its own, the address shared, and a line to the supervisor.

import { openChannel } from '#server/workers/worker-channel.ts';
import type { Place } from './place.ts';

/** In the environment of a worker whose supervisor runs the simulator. */
export const SIMULATOR_URL = 'CLEW_WORKER_SIMULATOR';

/** The folder of a worker in the journal. */
export function shardOf(number: number): string {
  return `worker-${number}`;
}

export function workerPlace(number: number): Place {
  return {
    shard: shardOf(number),
    shared: true,
    simulatorUrl: process.env[SIMULATOR_URL],
    show: ({ series }) => {
      const channel = openChannel({ metrics: series });
      channel.ready();
      return { stop: async () => channel.close() };
    },
  };
}
