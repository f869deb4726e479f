// One frozen, versioned configuration. An exchange keeps the one it began with; a reload swaps the reference.

import type { Secret } from '#base/secret.ts';
import type { Priority } from '#canonical/priority.ts';
import type { ProviderEntry } from '#providers/entry.ts';
import type { Credential, Target } from '#providers/target.ts';
import type { Policy } from '#routing/policies/policy.ts';
import type { ModelRoute } from '#routing/routes.ts';

export interface Snapshot {
  /** First 12 hex digits of the SHA-256 of what it was made from. */
  readonly version: string;
  readonly server: ServerSettings;
  readonly storage: { readonly url: string };
  /** How much is kept of seals of reasoning; absent when that is off. */
  readonly reasoningState?: ReasoningState;
  readonly explanations: ExplanationSettings;
  readonly keys: readonly KeySettings[];
  /** Providers that are on, in the order in which bare model names are looked up. */
  readonly providers: ReadonlyMap<string, ProviderOn>;
  /** Models that the operator defined, by name. */
  readonly models: ReadonlyMap<string, ModelSettings>;
  /** In the order in which they count. */
  readonly policies: readonly Policy[];
}

export interface ServerSettings {
  readonly listen: Address;
  readonly admin: Address;
  /** Bytes. */
  readonly bodyLimit: number;
  /** Milliseconds from the head of a request to the last byte of its body. */
  readonly bodyDeadlineMs: number;
  /** Milliseconds that live exchanges get after SIGTERM. */
  readonly drainMs: number;
  /** Milliseconds of silence after which a client that waits for a stream is shown that it is alive; 0: never. */
  readonly keepAliveMs: number;
  /** Off: every exchange goes the canonical way, also where bytes could pass through. For the identity run. */
  readonly passthrough: boolean;
  /** From when on new requests are refused for load; absent: never. */
  readonly shed?: ShedLimits;
}

export interface ShedLimits {
  /** Milliseconds by which timers may be late. */
  readonly loopDelayMs: number;
  readonly heapBytes: number;
  /** Exchanges at once. */
  readonly inFlight: number;
}

/** For how many exchanges a record keeps the numbers behind its choice. */
export interface ExplanationSettings {
  /** Exchanges a second, in one process, up to which all do. */
  readonly above: number;
  /** Share of the exchanges beyond that, 0..1. */
  readonly detail: number;
}

/** Turns whose seals are kept. */
export interface ReasoningState {
  /** In all; the oldest are forgotten for new ones. */
  readonly turnsMax: number;
  /** Characters that they take in all. */
  readonly charactersMax: number;
  readonly lifetimeMs: number;
}

export interface Address {
  readonly host: string;
  readonly port: number;
}

export interface KeySettings {
  readonly name: string;
  readonly secret: Secret;
  /** Models this key may ask for; absent means all. */
  readonly models?: readonly string[];
  readonly tenant?: string;
  readonly priority?: Priority;
}

export interface ProviderOn {
  readonly entry: ProviderEntry;
  readonly credentials: readonly Credential[];
  /** Targets for the models that the catalogue or the operator lists, by upstream id. */
  readonly targets: ReadonlyMap<string, Target>;
}

export type ModelSettings = ModelRoute;
