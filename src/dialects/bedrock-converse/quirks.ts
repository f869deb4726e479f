// No provider differs from Amazon yet: Converse is spoken in one place.

import type { QuirkVocabulary } from '#canonical/quirk.ts';

export const QUIRKS = {} as const satisfies QuirkVocabulary;
