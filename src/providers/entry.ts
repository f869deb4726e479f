// A provider is data: an address, an auth scheme and named quirks of a dialect. The same shape for the catalogue's files
// and for an operator's own entries (schema: providers/schema.ts).

import type { DialectId } from '#canonical/foreign.ts';
import type { Quirks } from '#canonical/quirk.ts';
import type { PriceList } from '#providers/price.ts';

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
  /** The models that are spoken to so, where not all are: ids, or beginnings of ids with a star. */
  readonly models?: readonly string[] | undefined;
}

export interface ProviderEntry {
  /** The file name, or the key in `clew.yaml`. */
  readonly id: string;
  readonly name: string;
  readonly speaks: Readonly<Record<DialectId, Spoken>>;
  /** `secret` names the environment variable that switches the provider on; without one, only configuration does. */
  readonly auth: AuthScheme;
  readonly facts: readonly Fact[];
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
  /** Where the facts come from, when not from the source of the whole file. */
  readonly source?: string | undefined;
}

export type Trait =
  | 'vision'
  | 'files'
  | 'audio-input'
  | 'audio-output'
  | 'video-input'
  | 'image-output'
  | 'tools'
  | 'json-schema'
  | 'reasoning';
