// The first thing that is wrong with a request, with its path and how to mend it.

import { failure } from '#canonical/failure.ts';
import type { Failure } from '#canonical/failure.ts';

export class Problems {
  first: Failure | undefined;

  /** `rule` completes the sentence "`field` …". */
  refuse(field: string, rule: string): void {
    this.first ??= failure('invalid_request', `\`${field}\` ${rule}.`, { field });
  }
}
