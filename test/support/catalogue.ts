// A small catalogue for tests of the configuration: providers that do not exist.

import type { JsonObject } from '#base/json.ts';
import type { QuirkVocabulary } from '#canonical/quirk.ts';
import { buildCatalogue } from '#providers/catalogue.ts';
import type { Catalogue } from '#providers/catalogue.ts';

export const VOCABULARIES: Readonly<Record<string, QuirkVocabulary>> = {
  'plain-chat': {
    maxTokensField: { about: 'The name of the limit.', values: ['max_completion_tokens', 'max_tokens'] },
  },
  'other-chat': {},
  'plain-embeddings': {},
};

function providerFile(name: string, auth: JsonObject, url: string): JsonObject {
  return {
    name,
    speaks: { 'plain-chat': { url, quirks: {} } },
    auth,
    facts: [{ about: 'url', source: 'https://docs.example.com', checked: '2026-11-22' }],
  };
}

export function testCatalogue(): Catalogue {
  const catalogue = buildCatalogue({
    providers: new Map([
      [
        'acme',
        providerFile('Acme', { scheme: 'bearer', secret: 'ACME_API_KEY' }, 'https://api.acme.example/v1'),
      ],
      [
        'zeus',
        providerFile('Zeus', { scheme: 'bearer', secret: 'ZEUS_API_KEY' }, 'https://api.zeus.example/v1'),
      ],
      ['local', providerFile('Local', { scheme: 'none' }, 'http://127.0.0.1:11434/v1')],
    ]),
    models: new Map([
      [
        'acme',
        {
          source: 'https://docs.example.com/prices',
          checked: '2026-11-22',
          models: [
            { id: 'large', price: { input: 2, output: 8 }, contextTokens: 100_000, traits: ['tools'] },
            { id: 'small', price: { input: 0.1, output: 0.4 }, traits: ['tools'] },
          ],
        },
      ],
    ]),
  });
  if (!catalogue.ok) throw new Error(catalogue.error.join('\n'));
  return catalogue.value;
}
