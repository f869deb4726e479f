// One way to serve a model: everything a call needs to know, resolved when the configuration is loaded.

import type { Secret } from '#base/secret.ts';
import type { DialectId } from '#canonical/foreign.ts';
import type { Quirks } from '#canonical/quirk.ts';
import type { AuthScheme, DataPolicy, PromptCache, Trait } from '#providers/entry.ts';
import type { Price } from '#providers/price.ts';

export interface Target {
  /** `provider/upstream-model`, the name in headers, logs and records. */
  readonly id: string;
  readonly provider: string;
  /** The provider's display name. */
  readonly providerName: string;
  readonly dialect: DialectId;
  readonly url: string;
  readonly quirks: Quirks;
  /** Who seals its reasoning: see ProviderEntry. Absent where nobody has said so. */
  readonly issuer?: string;
  /** `auto`: the prompt is marked for the provider's cache where the client has not done so. */
  readonly promptCache?: PromptCache;
  readonly auth: AuthScheme;
  readonly credentials: readonly Credential[];
  /** The model's id in the provider's words. */
  readonly model: string;
  readonly price?: Price;
  readonly contextTokens?: number;
  readonly maxOutputTokens?: number;
  /** Empty when nothing is known: then nothing is filtered by capability. */
  readonly traits: readonly Trait[];
  /** What the provider states about data; absent where nothing is known. */
  readonly dataPolicy?: DataPolicy;
  /** How the weights of the model are stored, such as `fp8`; absent where nobody says. */
  readonly quantization?: string;
  readonly weight: number;
  /** How good its answers are to the operator, above 0 and up to 1; absent where nobody says. */
  readonly quality?: Quality;
  /** The same target in the further languages of its provider, by dialect. */
  readonly others?: Readonly<Record<DialectId, Target>>;
}

/** The same for everything; or by what a request is about, a task or a language, with `other` for the rest. */
export type Quality = number | Readonly<Record<string, number>>;

export interface Credential {
  /** For logs and records, never the secret: `openai#1`. */
  readonly id: string;
  readonly secret: Secret;
  readonly weight: number;
}
