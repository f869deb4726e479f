// The named differences between a recorded generateContent body and the same body written again: each is one meaning in
// two spellings.

import { isObject } from '#base/json.ts';
import type { Json, JsonDraft } from '#base/json.ts';

/** How often each normalisation had something to do, over both sides. */
export const tally = new Map<string, number>();

function count(name: string): void {
  tally.set(name, (tally.get(name) ?? 0) + 1);
}

/** What stands in these is the client's own, and not ours to spell. */
const OPAQUE = new Set([
  'args',
  'response',
  'parameters',
  'parametersJsonSchema',
  'responseSchema',
  'responseJsonSchema',
  'labels',
]);

export function normalise(body: Json, inside = ''): Json {
  if (Array.isArray(body)) return (body as readonly Json[]).map((item) => normalise(item, inside));
  if (!isObject(body) || OPAQUE.has(inside)) return body;
  const draft: JsonDraft = {};
  for (const [key, value] of Object.entries(body)) {
    if (value === undefined) continue;
    const name = camel(key);
    draft[name] = normalise(value, name);
  }
  for (const [name, apply] of Object.entries(NORMALISATIONS)) if (apply(draft)) count(name);
  return draft;
}

/** Both spellings are accepted on the wire; we write the documented one. */
function camel(key: string): string {
  if (!/[a-z]_[a-z]/.test(key)) return key;
  count('names are in camelCase');
  return key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

const NORMALISATIONS: Readonly<Record<string, (object: JsonDraft) => boolean>> = {
  /** A single part without its list. */
  'parts are a list': (object) => {
    if (!isObject(object['parts'])) return false;
    object['parts'] = [object['parts']];
    return true;
  },
  'a mode is in upper case': (object) => {
    const mode = object['mode'];
    if (typeof mode !== 'string' || mode === mode.toUpperCase()) return false;
    object['mode'] = mode.toUpperCase();
    return true;
  },
};
