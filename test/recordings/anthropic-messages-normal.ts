// The named differences between a recorded Messages body and the same body written again: each is one meaning in two
// spellings.

import { isObject } from '#base/json.ts';
import type { Json, JsonDraft } from '#base/json.ts';

/** How often each normalisation had something to do, over both sides. */
export const tally = new Map<string, number>();

type Normalisation = (object: JsonDraft) => boolean;

export function normalise(body: Json): Json {
  if (Array.isArray(body)) return (body as readonly Json[]).map(normalise);
  if (!isObject(body)) return body;
  const draft: JsonDraft = {};
  for (const [key, item] of Object.entries(body)) {
    if (item !== undefined) draft[key] = normalise(item);
  }
  for (const [name, apply] of Object.entries(TABLE)) {
    if (apply(draft)) tally.set(name, (tally.get(name) ?? 0) + 1);
  }
  return draft;
}

const TABLE: Readonly<Record<string, Normalisation>> = {
  /** An answer with calls ended for calls, whatever its provider says. */
  'calls decide the finish reason': (answer) => {
    const content = answer['content'];
    const calls =
      Array.isArray(content) && content.some((block) => isObject(block) && block['type'] === 'tool_use');
    if (!calls || answer['stop_reason'] !== 'end_turn') return false;
    answer['stop_reason'] = 'tool_use';
    return true;
  },
};
