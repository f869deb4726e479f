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
  | { readonly scheme: 'none' };

export interface Spoken {
  /** Base URL; the dialect's path is appended. */
  readonly url: string;
  readonly quirks: Quirks;
}

export interface ProviderEntry {
  /** The file name, or the key in `clew.yaml`. */
  readonly id: string;
  readonly name: string;
  readonly speaks: Readonly<Record<DialectId, Spoken>>;
  /** `secret` names the environment variable that switches the provider on; without one, only configuration does. */
  readonly auth: AuthScheme;
  /** Absent: nothing is known. */
  readonly dataPolicy?: DataPolicy | undefined;
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
