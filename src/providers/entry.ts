// A provider is data: an address, an auth scheme and named quirks of a dialect. The same shape for the catalogue's files
// and for an operator's own entries (schema: providers/schema.ts).

import type { DialectId } from '#canonical/foreign.ts';
import type { Quirks } from '#canonical/quirk.ts';
import type { PriceList } from '#providers/price.ts';
import type { Trait } from '#providers/trait.ts';

export type { Trait } from '#providers/trait.ts';

export type AuthScheme =
  /** `Authorization: Bearer <secret>` */
  | { readonly scheme: 'bearer'; readonly secret?: string | undefined }
  /** `<header>: <secret>` */
  | { readonly scheme: 'header'; readonly header: string; readonly secret?: string | undefined }
  /**
   * AWS Signature 4: signed by a key pair, or with the credentials that the machine has. A secret without a colon is an API
   * key of the service and goes as a bearer token. `region` may be a variable, such as `{region}`.
   */
  | ({ readonly scheme: 'aws-sigv4'; readonly service: string; readonly region: string } & Ambient)
  /** Access tokens of Google: from a service account's key file (the secret), or those that the machine has. */
  | ({ readonly scheme: 'google' } & Ambient)
  /**
   * Access tokens of Microsoft Entra for `scope`: by a client's secret, or by the identity that the machine has. `tenant` and
   * `client` belong to the secret.
   */
  | ({
      readonly scheme: 'entra';
      readonly scope: string;
      readonly tenant?: string | undefined;
      readonly client?: string | undefined;
    } & Ambient)
  | { readonly scheme: 'none' };

/** Of schemes that do without a secret in the configuration. */
export interface Ambient {
  readonly secret?: string | undefined;
  /** An environment variable that says that the machine has credentials; switches the provider on as a secret does. */
  readonly ambient?: string | undefined;
}

export type AmbientScheme = Extract<AuthScheme, { readonly scheme: 'aws-sigv4' | 'google' | 'entra' }>;

export const MACHINE_SCHEMES: ReadonlySet<string> = new Set(['aws-sigv4', 'google', 'entra']);

/** Whether calls are authorised by tokens or signatures, which take a wait; no secret needs to be configured for these. */
export function isAmbient(auth: AuthScheme): auth is AmbientScheme {
  return MACHINE_SCHEMES.has(auth.scheme);
}

/** A part of an address that differs between accounts: a region, a project, the name of a resource. */
export interface UrlVariable {
  /** Environment variables that may hold it, in the order in which they are asked. */
  readonly env?: readonly string[] | undefined;
  readonly default?: string | undefined;
  /** What is left out of addresses for certain values: `{ "global": "{location}-" }`. */
  readonly without?: Readonly<Record<string, string>> | undefined;
}

export interface Spoken {
  /** Base URL; the dialect's path is appended. `{name}` stands for a variable of the entry. */
  readonly url: string;
  readonly quirks: Quirks;
  /** The models that are asked in it, where not all are: ids, or beginnings of ids with a star. */
  readonly models?: readonly string[] | undefined;
}

/** Who marks a prompt for the provider's cache: Clew where the client has not done so, or the client alone. */
export type PromptCache = 'auto' | 'client';

export interface ProviderEntry {
  /** The file name, or the key in `clew.yaml`. */
  readonly id: string;
  readonly name: string;
  readonly speaks: Readonly<Record<DialectId, Spoken>>;
  /** `secret` names the environment variable that switches the provider on; without one, only configuration does. */
  readonly auth: AuthScheme;
  /**
   * Who seals its reasoning: several providers may take each other's seals. In the catalogue the provider itself, unless it
   * says otherwise; of an operator's own provider nothing is known, and the vendor of its language is taken for it.
   */
  readonly issuer?: string | undefined;
  /** An operator's choice, never the catalogue's. */
  readonly promptCache?: PromptCache | undefined;
  /** Absent: nothing is known. */
  readonly dataPolicy?: DataPolicy | undefined;
  /** By the name that stands in braces in a URL. */
  readonly variables?: Readonly<Record<string, UrlVariable>> | undefined;
  readonly facts: readonly Fact[];
}

/** What the provider states about the data it is sent, on its own pages and for every account. Absent is unknown. */
export interface DataPolicy {
  /** Where requests are processed, as lower-case country or union codes (`fr`, `eu`, `us`); all of them, or none is given. */
  readonly regions?: readonly string[] | undefined;
  /** Prompts and answers are not kept after the answer (zero data retention), without a contract of one's own. */
  readonly zdr?: boolean | undefined;
  /** Prompts and answers are not used to train models, without a contract of one's own. */
  readonly noTraining?: boolean | undefined;
}

export interface Fact {
  readonly about: string;
  readonly source: string;
  /** YYYY-MM-DD */
  readonly checked: string;
}

/** What is known of a model at one provider. */
export interface ModelEntry {
  readonly id: string;
  readonly name?: string | undefined;
  readonly price?: PriceList | undefined;
  readonly contextTokens?: number | undefined;
  readonly maxOutputTokens?: number | undefined;
  readonly traits: readonly Trait[];
  /** Dialects that it answers in, when not in all that the provider speaks. */
  readonly speaks?: readonly DialectId[] | undefined;
  /** Which of the file's sources the price is from, counted in `also` from 1; the file's first if absent. */
  readonly from?: number | undefined;
  /** Where the facts come from, when not from the sources of the whole file. */
  readonly source?: string | undefined;
}
