// Encrypted reasoning: bytes of the issuer's that come back unchanged. Seals of other vendors travel to clients of this
// language inside the same field, under a mark of ours, so that a conversation survives its round trip through them.

import { asArray, asObject, asString, parseJson } from '#base/json.ts';
import type { Json } from '#base/json.ts';
import type { Opaque } from '#canonical/foreign.ts';
import { ID } from './wire.ts';

/** Begins what is no encrypted reasoning of this API, but seals of others as JSON. Never sent to a provider. */
const MARK = 'clew:v1:';

/** A call's seal of another vendor, on the item of the call: clients give items back as they got them. */
export const SEAL_FIELD = 'clew_seal';

/** Undefined when nothing is sealed. */
export function readSeal(sealed: Json | undefined, itemId: Json | undefined): readonly Opaque[] | undefined {
  const value = asString(sealed);
  if (value === undefined || value === '') return undefined;
  const marked = value.startsWith(MARK) ? readMarked(value.slice(MARK.length)) : undefined;
  if (marked !== undefined) return marked;
  const id = asString(itemId);
  return [{ dialect: ID, form: 'encrypted', value, ...(id === undefined ? {} : { id }) }];
}

function readMarked(text: string): readonly Opaque[] | undefined {
  const list = asArray(parseJson(text));
  const seals = list?.map((entry) => readSealObject(entry)).filter((seal) => seal !== undefined);
  return seals === undefined || seals.length === 0 ? undefined : seals;
}

export function readSealObject(value: Json | undefined): Opaque | undefined {
  const fields = asObject(value);
  const dialect = asString(fields?.['dialect']);
  const form = fields?.['form'];
  const sealed = asString(fields?.['value']);
  const id = asString(fields?.['id']);
  if (dialect === undefined || sealed === undefined) return undefined;
  const issuer = asString(fields?.['issuer']);
  if (form !== 'signature' && form !== 'encrypted' && form !== 'redacted') return undefined;
  return {
    dialect,
    form,
    value: sealed,
    ...(id === undefined ? {} : { id }),
    ...(issuer === undefined ? {} : { issuer }),
  };
}

/** The seal of this API among them. */
export function ownSeal(seals: readonly Opaque[] | undefined): Opaque | undefined {
  return seals?.find((seal) => seal.dialect === ID && seal.form === 'encrypted');
}

/** For a client: its own seal as it is, those of others under our mark. Undefined when there are none. */
export function writeSeals(seals: readonly Opaque[] | undefined): string | undefined {
  if (seals === undefined || seals.length === 0) return undefined;
  const own = ownSeal(seals);
  return own === undefined || own.issuer !== undefined ? MARK + JSON.stringify(seals) : own.value;
}
