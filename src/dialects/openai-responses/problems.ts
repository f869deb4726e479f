// The first thing that is wrong with a request, with its path and how to mend it.

import { failure } from '#canonical/failure.ts';
import type { Failure } from '#canonical/failure.ts';

export class Problems {
  first: Failure | undefined;

  /** `rule` completes the sentence "`field` …". Gives false, for the one who checks. */
  refuse(field: string, rule: string): false {
    this.first ??= failure('invalid_request', `\`${field}\` ${rule}.`, { field });
    return false;
  }
}
