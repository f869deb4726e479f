// To the wire: what a provider is asked, and what a client is answered.

import type { Json, JsonDraft, JsonObject } from '#base/json.ts';
import { fieldsFor } from '#canonical/foreign.ts';
import type { Loss } from '#canonical/loss.ts';
import type { RerankRequest, RerankResponse } from '#canonical/operation.ts';
import type { Usage } from '#canonical/usage.ts';
import { ranked } from '../ranking.ts';
import { ID } from './wire.ts';

export function encodeRequest(
  request: RerankRequest,
  model: string,
): { readonly body: Json; readonly losses: readonly Loss[] } {
  const { query, documents, top, returnDocuments, extras } = request;
  const body: JsonDraft = { model, query, documents: documents.map(({ text, value }) => value ?? text) };
  if (top !== undefined) body['top_n'] = top;
  if (returnDocuments !== undefined) body['return_documents'] = returnDocuments;
  Object.assign(body, fieldsFor(ID, extras));
  return { body, losses: [] };
}

export function encodeResponse(response: RerankResponse, request: RerankRequest): JsonObject {
  const { id, model, usage, extras } = response;
  const results = ranked(response, request).map(({ index, score, document }) => ({
    index,
    relevance_score: score,
    ...(document === undefined ? {} : { document }),
  }));
  return {
    ...(id === '' ? {} : { id }),
    model: model === '' ? request.model : model,
    results,
    ...(usage === undefined ? {} : encodeUsage(usage)),
    ...fieldsFor(ID, extras),
  };
}

function encodeUsage(usage: Usage): JsonObject {
  const raw = fieldsFor(ID, usage.raw);
  if (raw !== undefined) return raw;
  const searches = usage.requests === undefined ? {} : { search_units: usage.requests };
  return {
    usage: { total_tokens: usage.inputTotal, ...searches },
    meta: { billed_units: { input_tokens: usage.inputTotal, ...searches } },
  };
}
