// The words of the embeddings API that this dialect knows. Everything else is carried along in `extras`.

import { asArray, asString } from '#base/json.ts';
import type { JsonDraft, JsonObject } from '#base/json.ts';
import type { RoutingWishes } from '#canonical/request.ts';

export const ID = 'openai-embeddings';

/** Addressed to a router, not to a model (openrouter.ai/docs/api-reference). */
export const ROUTER_FIELDS = ['models', 'provider', 'route', 'trace', 'session_id'] as const;

export const REQUEST_FIELDS: ReadonlySet<string> = new Set([
  'model',
  'input',
  'dimensions',
  'encoding_format',
  'user',
  ...ROUTER_FIELDS,
]);

export const RESPONSE_FIELDS: ReadonlySet<string> = new Set(['id', 'object', 'data', 'model', 'usage']);

export function routingOf(body: JsonObject): RoutingWishes | undefined {
  const models = asArray(body['models'])?.flatMap((name) => asString(name) ?? []);
  let fields: JsonDraft | undefined;
  for (const field of ROUTER_FIELDS) {
    if (field === 'models' || body[field] === undefined) continue;
    fields ??= {};
    fields[field] = body[field];
  }
  if (models === undefined && fields === undefined) return undefined;
  return { ...(models === undefined ? {} : { models }), ...(fields === undefined ? {} : { fields }) };
}
