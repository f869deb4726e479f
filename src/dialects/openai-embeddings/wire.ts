// The words of the embeddings API that this dialect knows. Everything else is carried along in `extras`.

import { ROUTER_FIELDS } from '../operation-wishes.ts';

export const ID = 'openai-embeddings';

export const REQUEST_FIELDS: ReadonlySet<string> = new Set([
  'model',
  'input',
  'dimensions',
  'encoding_format',
  'user',
  ...ROUTER_FIELDS,
]);

export const RESPONSE_FIELDS: ReadonlySet<string> = new Set(['id', 'object', 'data', 'model', 'usage']);
