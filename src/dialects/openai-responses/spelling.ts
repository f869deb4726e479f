// How the same meaning was written. The centre keeps one spelling of each thing; what a body used instead of our usual
// one is noted in `extras`, so that it can be written again as it came. Only this dialect reads these notes.

import { asBoolean, asNumber, asObject, asString, otherFields } from '#base/json.ts';
import type { Json, JsonDraft, JsonObject } from '#base/json.ts';
import { fieldsFor } from '#canonical/foreign.ts';
import type { Foreign } from '#canonical/foreign.ts';
import { ID, OURS } from './wire.ts';

/** The key of our notes among the fields of `extras`. A wire field of this name is not carried along. */
export const SPELLING = '$spelling';

export function ours(fields: JsonObject): Foreign {
  return { dialect: ID, fields };
}

/**
 * Reads the fields it is asked for and remembers what it could not read: a known field of another type than expected is
 * somebody's extension, and goes through like an unknown field.
 */
export class FieldReader {
  readonly #object: JsonObject;
  #left: JsonDraft | undefined;
  #spelling: JsonDraft | undefined;

  constructor(object: JsonObject) {
    this.#object = object;
  }

  string(key: string): string | undefined {
    return this.#read(key, asString);
  }

  number(key: string): number | undefined {
    return this.#read(key, asNumber);
  }

  boolean(key: string): boolean | undefined {
    return this.#read(key, asBoolean);
  }

  object(key: string): JsonObject | undefined {
    return this.#read(key, asObject);
  }

  raw(key: string): Json | undefined {
    return this.#object[key];
  }

  /** Carries a field along as it is. */
  leave(key: string, value: Json | undefined = this.#object[key]): void {
    if (value === undefined) return;
    this.#left ??= {};
    this.#left[key] = value;
  }

  spell(key: string, how: Json): void {
    this.#spelling ??= {};
    this.#spelling[key] = how;
  }

  /** What was not read, and the notes. Undefined when there is nothing. */
  extras(known: ReadonlySet<string>): Foreign | undefined {
    const other = otherFields(this.#object, known);
    if (other === undefined && this.#left === undefined && this.#spelling === undefined) return undefined;
    const fields: JsonDraft = { ...other, ...this.#left };
    delete fields[SPELLING];
    if (this.#spelling !== undefined) fields[SPELLING] = this.#spelling;
    return { dialect: ID, fields };
  }

  #read<Value>(key: string, as: (value: Json | undefined) => Value | undefined): Value | undefined {
    const value = this.#object[key];
    if (value === undefined) return undefined;
    const read = as(value);
    if (read === undefined) this.leave(key);
    return read;
  }
}

/** The fields that were carried along, without our notes. */
export function carried(extras: Foreign | undefined): JsonObject | undefined {
  const fields = fieldsFor(ID, extras);
  if (fields === undefined || !(SPELLING in fields)) return fields;
  const { [SPELLING]: _notes, ...rest } = fields;
  return rest;
}

/** How one thing was spelled. */
export function spelled(extras: Foreign | undefined, key: string): Json | undefined {
  return asObject(fieldsFor(ID, extras)?.[SPELLING])?.[key];
}

/** Adds the fields that were carried along, where the body does not have them: what the centre knows goes first. */
export function addCarried(body: JsonDraft, extras: Foreign | undefined): JsonDraft {
  return addFields(body, fieldsFor(ID, extras));
}

/** The same for fields that stood inside a member. */
export function addFields(body: JsonDraft, fields: JsonObject | undefined): JsonDraft {
  for (const key in fields) {
    if (key !== SPELLING && body[key] === undefined) body[key] = fields[key];
  }
  return body;
}

/** Members without a value are not written. */
export function present(body: JsonDraft): JsonObject {
  for (const key in body) if (body[key] === undefined) delete body[key];
  return body;
}

export function sameJson(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
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
