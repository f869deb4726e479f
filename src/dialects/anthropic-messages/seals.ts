// Signatures of thoughts, both ways. Those of this language stand in its own blocks. Those of other languages travel to
// clients inside a signature of Clew's making, so that a client that gives its blocks back unchanged, as it must, brings
// them home; no provider ever sees such a mark.

import { asArray, asObject, asString, isObject, parseJson } from '#base/json.ts';
import type { Json, JsonObject } from '#base/json.ts';
import type { Opaque } from '#canonical/foreign.ts';
import { ID } from './wire.ts';

const MARK = 'clew:v1:';
const FORMS = ['signature', 'encrypted', 'redacted'] as const;

export interface Marked {
  readonly seals: readonly Opaque[];
  /** Id of the tool call to which the seal belongs, where it does not belong to a thought. */
  readonly call?: string;
}

export function isMark(signature: string): boolean {
  return signature.startsWith(MARK);
}

export function writeMark({ seals, call }: Marked): string {
  const body = JSON.stringify(call === undefined ? { seals } : { seals, call });
  let binary = '';
  for (const byte of new TextEncoder().encode(body)) binary += String.fromCharCode(byte);
  return MARK + btoa(binary);
}

/** Never throws; a mark that was tampered with holds no seals. */
export function readMark(signature: string): Marked {
  const body = asObject(parseJson(decodeBase64(signature.slice(MARK.length)) ?? ''));
  const call = asString(body?.['call']);
  const seals = (asArray(body?.['seals']) ?? []).map(readSeal).filter((seal) => seal !== undefined);
  return call === undefined ? { seals } : { seals, call };
}

function readSeal(value: Json): Opaque | undefined {
  const seal: JsonObject | undefined = isObject(value) ? value : undefined;
  const dialect = asString(seal?.['dialect']);
  const form = FORMS.find((known) => known === seal?.['form']);
  const text = asString(seal?.['value']);
  const id = asString(seal?.['id']);
  const issuer = asString(seal?.['issuer']);
  if (dialect === undefined || form === undefined || text === undefined) return undefined;
  // What this vendor issued itself stands in its own field, never in a mark.
  if (dialect === ID && issuer === undefined) return undefined;
  return {
    dialect,
    form,
    value: text,
    ...(id === undefined ? {} : { id }),
    ...(issuer === undefined ? {} : { issuer }),
  };
}

/** Undefined when it is no base64. */
export function decodeBase64(text: string): string | undefined {
  try {
    const binary = atob(text);
    return new TextDecoder().decode(Uint8Array.from(binary, (character) => character.charCodeAt(0)));
  } catch {
    return undefined;
  }
}

/** One that may stand in a field of this language as it is: whoever sends it back sends it to its issuer. */
export function bareSeal(seals: readonly Opaque[] | undefined, form: Opaque['form']): Opaque | undefined {
  const seal = ownSeal(seals, form);
  return seal?.issuer === undefined ? seal : undefined;
}

export function ownSeal(seals: readonly Opaque[] | undefined, form: Opaque['form']): Opaque | undefined {
  return seals?.find((seal) => seal.dialect === ID && seal.form === form);
}
