// An exchange that has a plan. It lives as long as its answer is told, so it holds nothing large that is not told from.

import type { Caller } from '#access/keyring.ts';
import type { StreamFraming } from '#base/frame.ts';
import type { Asked } from '#canonical/asked.ts';
import type { Snapshot } from '#config/snapshot.ts';
import type { Plan } from '#routing/plan.ts';
import type { Incoming } from './gateway.ts';
import type { Arrival } from './record.ts';

/** Everything that follows is recorded. */
export interface Prepared {
  readonly incoming: Incoming;
  readonly arrival: Arrival;
  readonly snapshot: Snapshot;
  readonly caller: Caller;
  /** As the client asked. */
  readonly request: Asked;
  /** With what was said before, where it goes on from an answer that Clew keeps, and what its model's name asks; else the same. */
  readonly whole: Asked;
  /** How the client wants a stream laid out. */
  readonly framing: StreamFraming;
  readonly plan: Plan;
  /** The client wants to read in the answer how it came about. */
  readonly tellsRoute: boolean;
  /** Characters of the body: what the prompt's size is told by before a provider has counted it. */
  readonly inputChars: number;
}
