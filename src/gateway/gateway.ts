// What every exchange uses, handed in by main.ts. The gateway knows HTTP only as these few words; server/ owns sockets.

import type { Generation } from '#accounting/generation.ts';
import type { Journal } from '#accounting/journal.ts';
import type { Keyring } from '#access/keyring.ts';
import type { Result } from '#base/result.ts';
import type { Failure } from '#canonical/failure.ts';
import type { DialectId } from '#canonical/foreign.ts';
import type { ServerSettings, Snapshot } from '#config/snapshot.ts';
import type { Engine } from '#execution/engine.ts';
import type { Watch } from '#execution/watch.ts';
import type { Statistics } from '#routing/statistics/statistics.ts';
import type { ProviderPorts } from '#upstream/call-provider.ts';
import type { Answers } from './kept-answers.ts';
import type { KeptDetail } from './kept-detail.ts';
import type { SharedAnswers } from './sharing/shared-answers.ts';
import type { Seals } from './kept-seals.ts';
import type { Load } from './shedding.ts';

/** A request as the server hands it over: the head is there, the body is not read yet. */
export interface Incoming {
  readonly method: string;
  readonly path: string;
  /** Without the question mark; empty when there is none. */
  readonly query: string;
  /** Undefined when absent; `name` in lower case. */
  readonly header: (name: string) => string | undefined;
  /** Aborted when the client leaves. */
  readonly signal: AbortSignal;
  /** The body as text; refused before it is buffered when it is too large, and given up when it takes too long. */
  readonly readText: (limits: BodyLimits) => Promise<Result<string, Failure>>;
  /** The same as bytes. */
  readonly readBytes: (limits: BodyLimits) => Promise<Result<Uint8Array<ArrayBuffer>, Failure>>;
  /** A streamed answer has ended: what the connection does next is the server's business again. Harmless when it is gone. */
  readonly ended: () => void;
}

export type BodyLimits = Pick<ServerSettings, 'bodyLimit' | 'bodyDeadlineMs'>;

export interface Outgoing {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array> | null;
}

/** A snapshot and what is made from it once. */
export interface Current {
  readonly snapshot: Snapshot;
  readonly keyring: Keyring;
}

export interface Telemetry {
  /** `text` is the generation as JSON. */
  generation(generation: Generation, text: string): void;
  /** An exchange that ended before it had a plan: no record is kept of those, so that strangers cannot fill the disk. */
  refused(path: string, failure: Failure): void;
  /** A bug, or a loss that must be seen: goes to the log as an error. */
  alarm(message: string, detail: unknown): void;
}

export interface Gateway extends ProviderPorts {
  /** Answers that later requests go on from. */
  readonly answers: Answers;
  /** Answers that several requests share. */
  readonly shared: SharedAnswers;
  /** Seals of turns that clients give back without them. */
  readonly seals: Seals;
  /** The configuration in force now. An exchange asks once and keeps the answer. */
  readonly current: () => Current;
  /** For each language of clients, those in which providers can be asked the same, its own first. */
  readonly languages: ReadonlyMap<DialectId, readonly DialectId[]>;
  readonly journal: Journal;
  /** How targets are doing, and what may be repeated. */
  readonly engine: Engine;
  readonly telemetry: Telemetry;
  /** How targets did of late: what plans are made from. */
  readonly statistics: Statistics;
  /** How much records keep of why a target was chosen. */
  readonly detail: KeptDetail;
  /** How much this process has to do. */
  readonly load: Load;
  /** Exchanges that have begun and not ended, for the drain. */
  readonly live: Live;
}

export interface Live {
  count: number;
  /** Set once, when the process is told to stop: nothing new is begun. */
  draining: boolean;
  /** What keeps the running attempts; a drain that is out of patience abandons them. */
  readonly running: Set<Watch>;
}
