// The words of the reranking API that this dialect knows. Everything else is carried along in `extras`.

export const ID = 'cohere-rerank';

/** Addressed to a router, not to a model (openrouter.ai/docs/api-reference). */
export const ROUTER_FIELDS = ['models', 'provider', 'route', 'trace', 'session_id'] as const;

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
