// Ids of calls: at most 64 characters here, while other languages know longer ones.

import type { Loss } from '#canonical/loss.ts';

/** API reference, `call_id`. */
const LENGTH_MAX = 64;

/** The same id for the same text, wherever it stands: a call and its result meet again. */
export function callId(id: string, path: string, losses: Loss[]): string {
  if (id.length <= LENGTH_MAX) return id;
  const why = `The API takes ids of at most ${LENGTH_MAX} characters.`;
  losses.push({ path: `${path}.id`, did: 'changed', why });
  return `call_${hash(id, 0x811c9dc5)}${hash(id, 0x01000193)}${hash(id, 0x9e3779b9)}`;
}

/** FNV-1a from several starts: cut ids would meet, hashes do not. */
function hash(text: string, start: number): string {
  let value = start;
  for (let at = 0; at < text.length; at += 1) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  return (value >>> 0).toString(16).padStart(8, '0');
}
