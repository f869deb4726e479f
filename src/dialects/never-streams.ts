// For operations whose answers come in one piece only: a stream in such a language is a failure of whoever sends it.

import { failure } from '#canonical/failure.ts';
import type { StreamDecoder, StreamEncoder } from './dialect.ts';

export function refuseStream(): StreamDecoder {
  let told = false;
  const finish = () => {
    if (told) return [];
    told = true;
    const problem = failure('upstream_protocol', 'The provider sent a stream where there is none.');
    return [{ kind: 'failure', failure: problem } as const];
  };
  return { push: () => finish(), finish };
}

/** Nobody asks for one, so there is nothing to encode. */
export function noStream(): StreamEncoder {
  return { push: () => [] };
}
