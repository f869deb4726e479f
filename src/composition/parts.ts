// What is fixed for the whole life of the process: handed to everything that is started.

import type { Draw } from '#base/random.ts';
import type { SystemClock } from '#base/system-clock.ts';
import type { LoadOptions } from '#config/load.ts';
import type { Catalogue } from '#providers/catalogue.ts';

export interface Parts {
  /** Of Clew. */
  readonly version: string;
  readonly catalogue: Catalogue;
  readonly vocabularies: LoadOptions['vocabularies'];
  readonly clock: SystemClock;
  readonly draw: Draw;
}
