// Thought signatures. What this vendor issued goes back to it unchanged. What another issued rides to clients of this
// language in the same field, under a mark of ours, so that a client which echoes its history brings it back.

import { asString, isObject, parseJson } from '#base/json.ts';
import type { Opaque } from '#canonical/foreign.ts';
import { ID } from './wire.ts';

/** The field holds bytes in base64. This is the beginning of ours: `clew1:`. */
const MARK = 'Y2xldzE6';
const FORMS = ['signature', 'encrypted', 'redacted'] as const;

export function readSeal(signature: string): Opaque {
  return foreignSeal(signature) ?? { dialect: ID, form: 'signature', value: signature };
}

function foreignSeal(signature: string): Opaque | undefined {
  if (!signature.startsWith(MARK)) return undefined;
  const parsed = parseJson(fromBase64(signature.slice(MARK.length)));
  if (!isObject(parsed)) return undefined;
  const dialect = asString(parsed['dialect']);
  const value = asString(parsed['value']);
  const form = FORMS.find((known) => known === parsed['form']);
  const id = asString(parsed['id']);
  if (dialect === undefined || value === undefined || form === undefined) return undefined;
  const issuer = asString(parsed['issuer']);
  return {
    dialect,
    form,
    value,
    ...(id === undefined ? {} : { id }),
    ...(issuer === undefined ? {} : { issuer }),
  };
}

/** For clients: any seal. */
export function writeSeal(seal: Opaque): string {
  if (seal.dialect === ID && seal.issuer === undefined) return seal.value;
  const { dialect, form, value, id, issuer } = seal;
  return MARK + toBase64(JSON.stringify({ dialect, form, value, id, issuer }));
}

/** For providers: only what this vendor issued, in whatever form another language carried it. */
export function ownSeal(seals: readonly Opaque[] | undefined): Opaque | undefined {
  return seals?.find((seal) => seal.dialect === ID);
}

function toBase64(text: string): string {
  let binary = '';
  for (const byte of new TextEncoder().encode(text)) binary += String.fromCharCode(byte);
  return btoa(binary);
}

/** In either alphabet: the official Python client reads bytes and writes them in the other one. */
function fromBase64(text: string): string {
  const standard = text.replaceAll('-', '+').replaceAll('_', '/');
  try {
    return new TextDecoder().decode(Uint8Array.from(atob(standard), (char) => char.charCodeAt(0)));
  } catch {
    return '';
  }
}
