// The catalogue inside the single executable: scripts/build.ts puts another file of the same form in the place of this one.
// When Clew runs from source nothing is embedded and the files are read.

import type { CatalogueTexts } from './catalogue-files.ts';

export const EMBEDDED: CatalogueTexts | undefined = undefined;
