// In what an answer may come. Languages that say so say it with the same three words, in capitals or not.

import { asArray } from '#base/json.ts';
import type { Json } from '#base/json.ts';
import type { Modality } from '#canonical/request.ts';

const MODALITIES: readonly Modality[] = ['text', 'image', 'audio'];

/** Undefined when it is no such list, or only asks for text, which nobody has to ask for. */
export function modalitiesOf(value: Json | undefined): readonly Modality[] | undefined {
  const list = asArray(value);
  if (list === undefined) return undefined;
  const wanted = MODALITIES.filter((modality) =>
    list.some((word) => typeof word === 'string' && word.toLowerCase() === modality),
  );
  return wanted.some((modality) => modality !== 'text') ? wanted : undefined;
}
