// What the writers of one request share.

import type { Json } from '#base/json.ts';
import type { Loss } from '#canonical/loss.ts';

export interface Writing {
  readonly model: string;
  readonly losses: Loss[];
  /** Documents of the conversation: Cohere wants them beside the messages. */
  readonly documents: Json[];
}

export function lose(writing: Writing, path: string, did: Loss['did'], why: string): void {
  writing.losses.push({ path, did, why });
}

/** Models that are known not to think. Others are asked, and say so themselves. */
const THOUGHTLESS = /^(?:command-(?:r|light|nightly|a-(?:03|vision|translate))|command$|c4ai|aya)/;

export function canThink(model: string): boolean {
  return !THOUGHTLESS.test(model);
}
