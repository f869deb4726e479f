// The list of models, as OpenAI's clients read it.

import type { Json } from '#base/json.ts';
import type { ListedModel } from '../dialect.ts';

export function encodeModels(models: readonly ListedModel[]): Json {
  return {
    object: 'list',
    data: models.map(({ id, owner, contextTokens }) => ({
      id,
      object: 'model',
      // Nobody tells when a model was made; clients want a number.
      created: 0,
      owned_by: owner,
      ...(contextTokens === undefined ? {} : { context_length: contextTokens }),
    })),
  };
}
