// Fields that this dialect does not know, told once and again when they change. Most providers repeat theirs in every
// chunk: a fingerprint, a tier, a list of sources.

import type { Json, JsonDraft, JsonObject } from '#base/json.ts';

/** More unknown fields than any provider has; further ones are told each time. */
const FIELDS_MAX = 64;

export class Novelties {
  readonly #known: ReadonlySet<string>;
  readonly #last = new Map<string, Json>();

  constructor(known: ReadonlySet<string>) {
    this.#known = known;
  }

  /** The unknown fields of `object` that are new or have changed. Null says nothing, unless it takes something back. */
  fresh(object: JsonObject): JsonDraft | undefined {
    let fields: JsonDraft | undefined;
    for (const key in object) {
      if (this.#known.has(key)) continue;
      const value = object[key];
      if (value === undefined || this.#isOld(key, value)) continue;
      if (key === '__proto__') continue;
      if (this.#last.size < FIELDS_MAX) this.#last.set(key, value);
      fields ??= {};
      fields[key] = value;
    }
    return fields;
  }

  #isOld(key: string, value: Json): boolean {
    const last = this.#last.get(key);
    if (last === value) return true;
    if (value === null) return last === undefined;
    if (typeof value !== 'object' || typeof last !== 'object') return false;
    return JSON.stringify(last) === JSON.stringify(value);
  }
}
