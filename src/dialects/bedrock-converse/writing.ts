// What the writers of one request share: the losses so far, and names that may stand in a request once.

import type { Loss } from '#canonical/loss.ts';
import type { Family } from './family.ts';

export interface Writing {
  readonly family: Family;
  readonly losses: Loss[];
  readonly documentNames: Set<string>;
  /** Names of tools that the history calls, in order. */
  readonly called: Set<string>;
}

export function lose(writing: Writing, path: string, did: Loss['did'], why: string): void {
  writing.losses.push({ path, did, why });
}
