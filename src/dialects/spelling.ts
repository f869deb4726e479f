// How the same meaning was written. The centre keeps one spelling of each thing; what a body used instead of our usual
// one is noted in `extras`, so that it can be written again as it came. Only the dialect that wrote a note reads it.

import { asBoolean, asNumber, asObject, asString, otherFields } from '#base/json.ts';
import type { Json, JsonDraft, JsonObject } from '#base/json.ts';
import { fieldsFor } from '#canonical/foreign.ts';
import type { DialectId, Foreign } from '#canonical/foreign.ts';

/** The key of our notes among the fields of `extras`. A wire field of this name is not carried along. */
export const SPELLING = '$spelling';

/**
 * Reads the fields it is asked for and remembers what it could not read: a known field of another type than expected is
 * somebody's extension, and goes through like an unknown field.
 */
export class FieldReader {
  readonly #dialect: DialectId;
  readonly #object: JsonObject;
  #left: JsonDraft | undefined;
  #spelling: JsonDraft | undefined;

  constructor(dialect: DialectId, object: JsonObject) {
    this.#dialect = dialect;
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
    return { dialect: this.#dialect, fields };
  }

  #read<Value>(key: string, as: (value: Json | undefined) => Value | undefined): Value | undefined {
    const value = this.#object[key];
    if (value === undefined) return undefined;
    const read = as(value);
    if (read === undefined) this.leave(key);
    return read;
  }
}

export interface Spelling {
  readonly ours: (fields: JsonObject) => Foreign;
  /** The fields that were carried along, without our notes. */
  readonly carried: (extras: Foreign | undefined) => JsonObject | undefined;
  /** How one thing was spelled. */
  readonly spelled: (extras: Foreign | undefined, key: string) => Json | undefined;
  /** Adds the fields that were carried along, where the body does not have them: what the centre knows goes first. */
  readonly addCarried: (body: JsonDraft, extras: Foreign | undefined) => JsonDraft;
}

/** The notes of one dialect. */
export function spellingOf(dialect: DialectId): Spelling {
  return {
    ours: (fields) => ({ dialect, fields }),
    carried: (extras) => {
      const fields = fieldsFor(dialect, extras);
      if (fields === undefined || !(SPELLING in fields)) return fields;
      const { [SPELLING]: _notes, ...rest } = fields;
      return rest;
    },
    spelled: (extras, key) => asObject(fieldsFor(dialect, extras)?.[SPELLING])?.[key],
    addCarried: (body, extras) => addFields(body, fieldsFor(dialect, extras)),
  };
}

/** Adds fields that the body does not have; our notes are none. */
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
