// Models, listed and alone, as clients of this language read them.

import type { Json, JsonObject } from '#base/json.ts';
import type { ListedModel } from '../dialect.ts';

/** Nobody tells when a model was made; clients want a moment. */
const CREATED = '1970-01-01T00:00:00Z';

/** The whole list is one page. */
export function encodeModels(models: readonly ListedModel[]): Json {
  const data = models.map(encodeModel);
  return {
    data,
    has_more: false,
    first_id: models[0]?.id ?? null,
    last_id: models.at(-1)?.id ?? null,
  };
}

export function encodeModel({ id, contextTokens, maxOutputTokens }: ListedModel): JsonObject {
  return {
    type: 'model',
    id,
    display_name: id,
    created_at: CREATED,
    ...(contextTokens === undefined ? {} : { max_input_tokens: contextTokens }),
    ...(maxOutputTokens === undefined ? {} : { max_tokens: maxOutputTokens }),
  };
}
