// How the same meaning was written in this language: the notes of ../spelling.ts under this dialect's name.

import { otherFields } from '#base/json.ts';
import type { JsonDraft, JsonObject } from '#base/json.ts';
import type { Foreign } from '#canonical/foreign.ts';
import { FieldReader as AnyFieldReader, present, SPELLING, spellingOf } from '../spelling.ts';
import { ID, OURS } from './wire.ts';

export { addFields, present, sameJson, SPELLING } from '../spelling.ts';

export const { ours, carried, spelled, addCarried } = spellingOf(ID);

export class FieldReader extends AnyFieldReader {
  constructor(object: JsonObject) {
    super(ID, object);
  }
}

/** Extras of a part or a tool, as a member to spread; `always` marks the origin even where nothing is unusual. */
export function withExtras(
  fields: JsonDraft,
  notes: JsonDraft,
  always = false,
): { readonly extras?: Foreign } {
  const written = present(notes);
  const all: JsonDraft = Object.keys(written).length === 0 ? fields : { ...fields, [SPELLING]: written };
  if (Object.keys(all).length > 0) return { extras: { dialect: ID, fields: all } };
  return always ? { extras: OURS } : {};
}

/** The members of `object` that are not in `known`, as a draft. */
export function othersOf(object: JsonObject, known: ReadonlySet<string>): JsonDraft {
  return { ...otherFields(object, known) };
}
