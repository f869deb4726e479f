// The words of the reranking API that this dialect knows. Everything else is carried along in `extras`.

import { ROUTER_FIELDS } from '../operation-wishes.ts';

export const ID = 'cohere-rerank';

export const REQUEST_FIELDS: ReadonlySet<string> = new Set([
  'model',
  'query',
  'documents',
  'top_n',
  'return_documents',
  ...ROUTER_FIELDS,
]);

export const RESPONSE_FIELDS: ReadonlySet<string> = new Set([
  'id',
  'model',
  'results',
  'meta',
  'usage',
  'object',
  'provider',
]);
