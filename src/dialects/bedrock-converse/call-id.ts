// Ids of tool calls in the alphabet that Bedrock accepts. The same id becomes the same id, so that a result still finds its
// call; Bedrock gives new calls ids of its own, so nothing has to be mapped back.

import { lose } from './writing.ts';
import type { Writing } from './writing.ts';

const ACCEPTED = /^[a-zA-Z0-9_.:-]{1,64}$/;

export function encodeCallId(id: string, path: string, writing: Writing): string {
  if (ACCEPTED.test(id)) return id;
  lose(
    writing,
    `${path}.id`,
    'changed',
    'Bedrock accepts 1 to 64 of the characters A-Z a-z 0-9 _ . : - in an id.',
  );
  return `call_${hash(id, 0)}${hash(id, 1)}`;
}

/** FNV-1a, 32 bits. Cutting an id short would make two calls of one turn the same. */
function hash(text: string, seed: number): string {
  let value = 0x81_1c_9d_c5 ^ seed;
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01_00_01_93);
  }
  return (value >>> 0).toString(16).padStart(8, '0');
}
