// What a part of another language says besides its text, and this API would refuse: left out of requests and declared.

import type { Loss } from '#canonical/loss.ts';
import type { Part } from '#canonical/part.ts';
import { spelled } from './spelling.ts';
import { ID } from './wire.ts';

export function withoutForeign(part: Part, path: string, losses: Loss[]): Part {
  if (part.kind === 'foreign' || part.kind === 'refusal' || part.kind === 'tool-call') return part;
  if (part.kind === 'reasoning') return part;
  const lose = (field: string, why: string): void => {
    losses.push({ path: `${path}.${field}`, did: 'dropped', why });
  };
  if (part.cache !== undefined && spelled(part.extras, 'breakpoint') === undefined)
    lose('cache', 'This API caches by itself.');
  if (part.kind !== 'text') {
    const named = part.kind === 'document' || part.kind === 'tool-result';
    if (part.name !== undefined && !named) lose('name', 'Only documents have names here.');
    return part;
  }
  const cited = part.annotations !== undefined && part.annotations.length > 0;
  if (!cited || part.extras?.dialect === ID) return part;
  lose('annotations', 'What was cited cannot be told again: the text stays.');
  const { annotations: _annotations, ...rest } = part;
  return rest;
}
