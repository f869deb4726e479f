// Models, listed and alone, as this vendor's clients read them (ai.google.dev/api/models).

import type { Json } from '#base/json.ts';
import type { ListedModel } from '../dialect.ts';

export function encodeModels(models: readonly ListedModel[]): Json {
  return { models: models.map(encodeModel) };
}

export function encodeModel({ id, owner, contextTokens, maxOutputTokens }: ListedModel): Json {
  return {
    name: `models/${id}`,
    displayName: id,
    description: `Served by ${owner}.`,
    ...(contextTokens === undefined ? {} : { inputTokenLimit: contextTokens }),
    ...(maxOutputTokens === undefined ? {} : { outputTokenLimit: maxOutputTokens }),
    supportedGenerationMethods: ['generateContent', 'countTokens'],
  };
}
