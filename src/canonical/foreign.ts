// What one dialect says and the centre does not understand: kept with its origin, given back only to the same dialect.

import type { JsonObject } from '#base/json.ts';

/** The folder name under dialects/. A plain string here: the centre does not know which languages exist. */
export type DialectId = string;

export interface Foreign {
  readonly dialect: DialectId;
  readonly fields: JsonObject;
}

/** Bytes that only their issuer may see again, unchanged: a reasoning signature, an encrypted thought. */
export interface Opaque {
  readonly dialect: DialectId;
  readonly form: 'signature' | 'encrypted' | 'redacted';
  readonly value: string;
  readonly id?: string;
  /**
   * Who can read it, where that is not the vendor whose language this is: another provider that speaks it, or a family of
   * providers that share their keys.
   */
  readonly issuer?: string;
}

/** The foreign fields, when they come from `dialect`. */
export function fieldsFor(dialect: DialectId, foreign: Foreign | undefined): JsonObject | undefined {
  return foreign !== undefined && foreign.dialect === dialect ? foreign.fields : undefined;
}
