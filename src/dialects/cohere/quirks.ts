// No provider differs from Cohere's own address yet.

import type { QuirkVocabulary } from '#canonical/quirk.ts';

export const QUIRKS = {} as const satisfies QuirkVocabulary;
