// How the same meaning was written, and what was written besides: the fields of `extras`. Only this dialect reads them.

import { asObject, otherFields } from '#base/json.ts';
import type { Json, JsonDraft, JsonObject } from '#base/json.ts';
import { fieldsFor } from '#canonical/foreign.ts';
import type { Foreign } from '#canonical/foreign.ts';
import { ID } from './wire.ts';

/** The key of our notes among the fields. A wire field of this name is not carried along. */
const NOTES = '$notes';
/** The field of a foreign event that counts frames that were not JSON, or out of place. */
export const MALFORMED = '$malformed';
/** The field of a foreign event with what stood in the last event of the stream. */
export const LAST_WORDS = '$messageStop';
const OWN: ReadonlySet<string> = new Set([NOTES, MALFORMED, LAST_WORDS]);

/** Marks what came from this language and has nothing unusual about it. */
export const OURS: Foreign = { dialect: ID, fields: {} };

export function isOurs(extras: Foreign | undefined): boolean {
  return extras?.dialect === ID;
}

export function ours(fields: JsonObject): Foreign {
  return { dialect: ID, fields };
}

/** Collects what is not understood in one object, and notes on how the rest was written. */
export class Leftovers {
  readonly #object: JsonObject;
  #fields: JsonDraft | undefined;
  #notes: JsonDraft | undefined;

  constructor(object: JsonObject, known: ReadonlySet<string>) {
    this.#object = object;
    this.#fields = otherFields(object, known);
    if (this.#fields !== undefined) delete this.#fields[NOTES];
  }

  /** A known field that cannot be read as expected is somebody's extension, and goes along as it is. */
  leave(key: string, value: Json | undefined = this.#object[key]): void {
    if (value === undefined) return;
    this.#fields ??= {};
    this.#fields[key] = value;
  }

  note(key: string, how: Json): void {
    this.#notes ??= {};
    this.#notes[key] = how;
  }

  /** The field as `as` reads it; left where it cannot be read. */
  read<Value>(key: string, as: (value: Json | undefined) => Value | undefined): Value | undefined {
    const value = as(this.#object[key]);
    if (value === undefined) this.leave(key);
    return value;
  }

  extras(): Foreign | undefined {
    if (this.#notes === undefined) return this.#fields === undefined ? undefined : ours(this.#fields);
    return ours({ ...this.#fields, [NOTES]: this.#notes });
  }
}

/** The fields that were carried along, without our notes. */
export function carried(extras: Foreign | undefined): JsonObject | undefined {
  const fields = fieldsFor(ID, extras);
  if (fields === undefined) return undefined;
  return otherFields(fields, OWN) ?? {};
}

export function noted(extras: Foreign | undefined, key: string): Json | undefined {
  return asObject(fieldsFor(ID, extras)?.[NOTES])?.[key];
}

/** Adds the fields that were carried along, where the body does not have them: what the centre knows goes first. */
export function addCarried(body: JsonDraft, extras: Foreign | undefined): JsonDraft {
  const fields = fieldsFor(ID, extras);
  for (const key in fields) {
    if (!OWN.has(key) && body[key] === undefined) body[key] = fields[key];
  }
  return body;
}

/** Members without a value are not written. */
export function present(body: JsonDraft): JsonDraft {
  for (const key in body) if (body[key] === undefined) delete body[key];
  return body;
}

export function sameJson(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
