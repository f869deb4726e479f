// Models, listed and alone, as OpenAI's clients read it.

import type { Json } from '#base/json.ts';
import type { ListedModel } from './dialect.ts';

export function encodeModels(models: readonly ListedModel[]): Json {
  return { object: 'list', data: models.map(encodeModel) };
}

export function encodeModel({ id, owner, contextTokens }: ListedModel): Json {
  return {
    id,
    object: 'model',
    // Nobody tells when a model was made; clients want a number.
    created: 0,
    owned_by: owner,
    ...(contextTokens === undefined ? {} : { context_length: contextTokens }),
  };
}
