// Reading objects of the wire: known fields in either spelling, and what nobody read, to be carried along. Keys that
// begin with `$` are our own notes among the carried fields; a wire field of such a name is not carried.

import { asArray, asBoolean, asNumber, asObject, asString } from '#base/json.ts';
import type { Json, JsonDraft, JsonObject } from '#base/json.ts';
import { fieldsFor } from '#canonical/foreign.ts';
import type { Foreign } from '#canonical/foreign.ts';
import { ID } from './wire.ts';

/** Marks what came from this dialect and has nothing unusual about it. */
export const OURS: Foreign = { dialect: ID, fields: {} };

const UNDERSCORES = /_([a-z0-9])/g;

export class Fields {
  readonly #left: JsonDraft = {};

  constructor(object: JsonObject, known: ReadonlySet<string>) {
    for (const key in object) {
      if (key === '__proto__' || key.startsWith('$')) continue;
      const camel = key.includes('_')
        ? key.replace(UNDERSCORES, (_, letter: string) => letter.toUpperCase())
        : key;
      this.#left[known.has(camel) ? camel : key] = object[key];
    }
  }

  /** Looks without taking. */
  see(key: string): Json | undefined {
    return this.#left[key];
  }

  take(key: string): Json | undefined {
    const value = this.#left[key];
    delete this.#left[key];
    return value;
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

  array(key: string): readonly Json[] | undefined {
    return this.#read(key, asArray);
  }

  /** Only a list of texts is taken. */
  texts(key: string): readonly string[] | undefined {
    const list = asArray(this.#left[key]);
    const texts = list?.filter((text) => typeof text === 'string');
    if (texts === undefined || texts.length !== list?.length) return undefined;
    delete this.#left[key];
    return texts;
  }

  /** A note of ours, or a field that is carried along after all. */
  leave(key: string, value: Json | undefined): void {
    if (value !== undefined) this.#left[key] = value;
  }

  /** What nobody took; undefined when there is nothing. */
  rest(): JsonObject | undefined {
    for (const key in this.#left) if (this.#left[key] !== undefined) return this.#left;
    return undefined;
  }

  extras(): Foreign | undefined {
    const fields = this.rest();
    return fields === undefined ? undefined : { dialect: ID, fields };
  }

  #read<Value>(key: string, as: (value: Json | undefined) => Value | undefined): Value | undefined {
    const read = as(this.#left[key]);
    if (read !== undefined) delete this.#left[key];
    return read;
  }
}

export function ours(fields: JsonObject): Foreign {
  return { dialect: ID, fields };
}

/** A note of ours. */
export function noted(extras: Foreign | undefined, key: string): Json | undefined {
  return fieldsFor(ID, extras)?.[key];
}

/** Adds carried fields where the body does not have them: what the centre knows goes first. Notes stay out. */
export function addCarried(body: JsonDraft, fields: JsonObject | undefined): JsonDraft {
  for (const key in fields) {
    if (!key.startsWith('$') && body[key] === undefined) body[key] = fields[key];
  }
  return body;
}

/** The same for the fields of `extras`. */
export function addExtras(body: JsonDraft, extras: Foreign | undefined): JsonDraft {
  return addCarried(body, fieldsFor(ID, extras));
}

/** Members without a value are not written. */
export function present(body: JsonDraft): JsonObject {
  for (const key in body) if (body[key] === undefined) delete body[key];
  return body;
}

export function isEmpty(body: JsonObject): boolean {
  for (const key in body) if (body[key] !== undefined) return false;
  return true;
}

export function sameJson(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
