// Where a gateway's process stands: alone, or as one of several workers beneath a supervisor.

import type { Address, Snapshot } from '#config/snapshot.ts';
import type { AdminPorts } from '#server/admin-plane.ts';
import type { WorkerMetrics } from '#telemetry/metrics.ts';

export interface Place {
  /** The part of the journal that is this process's own; absent: all of it. */
  readonly shard?: string;
  /** Others listen on the same address, and the kernel shares the connections out. */
  readonly shared: boolean;
  /** Of a simulator that runs already, for the case that no provider is on. */
  readonly simulatorUrl?: string | undefined;
  /** Tells the world, or the supervisor, that the gateway takes requests, and lets itself be looked at from then on. */
  readonly show: (facts: Shown) => Showing;
}

export interface Shown extends AdminPorts {
  readonly snapshot: Snapshot;
  readonly listen: Address;
  /** As data, so that those of several processes can be added up. */
  readonly series: () => Promise<WorkerMetrics>;
}

export interface Showing {
  stop(): Promise<void>;
}
