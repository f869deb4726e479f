// What every exchange uses, handed in by main.ts. The gateway knows HTTP only as these few words; server/ owns sockets.

import type { Generation } from '#accounting/generation.ts';
import type { Journal } from '#accounting/journal.ts';
import type { Keyring } from '#access/keyring.ts';
import type { Result } from '#base/result.ts';
import type { DialectId } from '#canonical/foreign.ts';
import type { Failure } from '#canonical/failure.ts';
import type { Snapshot } from '#config/snapshot.ts';
import type { Watch } from '#execution/watch.ts';
import type { ProviderPorts } from '#upstream/call-provider.ts';

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
  /** The body as text; refused before it is buffered when it is larger than `limit` bytes. */
  readonly readText: (limit: number) => Promise<Result<string, Failure>>;
  /** The same as bytes. */
  readonly readBytes: (limit: number) => Promise<Result<Uint8Array<ArrayBuffer>, Failure>>;
}

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
  /** The configuration in force now. An exchange asks once and keeps the answer. */
  readonly current: () => Current;
  /** For each language of clients, those in which providers can be asked the same, its own first. */
  readonly languages: ReadonlyMap<DialectId, readonly DialectId[]>;
  readonly journal: Journal;
  readonly telemetry: Telemetry;
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
