// From the wire: what a client asks for, and what a provider answers.

import { asArray, asBoolean, asNumber, asObject, asString, isObject, otherFields } from '#base/json.ts';
import type { Json, JsonObject } from '#base/json.ts';
import { err, ok } from '#base/result.ts';
import type { Result } from '#base/result.ts';
import { failure } from '#canonical/failure.ts';
import type { Failure } from '#canonical/failure.ts';
import type { RerankDocument, RerankRequest, RerankResponse } from '#canonical/operation.ts';
import type { Usage } from '#canonical/usage.ts';
import { wishesIn } from '../operation-wishes.ts';
import { readResults } from '../ranking.ts';
import { ID, REQUEST_FIELDS, RESPONSE_FIELDS } from './wire.ts';

export function decodeRequest(body: Json): Result<RerankRequest, Failure> {
  if (!isObject(body)) return refuse('The body is not an object.', '');
  const model = asString(body['model']);
  if (model === undefined || model === '') return refuse('`model` is missing.', 'model');
  const query = asString(body['query']);
  if (query === undefined) return refuse('`query` must be a text.', 'query');
  const documents = asArray(body['documents'])?.map(readDocument);
  if (documents === undefined || documents.includes(undefined)) {
    return refuse('`documents` must be a list of texts, or of objects with a text.', 'documents');
  }
  const top = asNumber(body['top_n']);
  const returnDocuments = asBoolean(body['return_documents']);
  const wishes = wishesIn(body);
  if (!wishes.ok) return wishes;
  const rest = otherFields(body, REQUEST_FIELDS);
  return ok({
    model,
    stream: false,
    query,
    documents: documents as readonly RerankDocument[],
    ...(top === undefined ? {} : { top }),
    ...(returnDocuments === undefined ? {} : { returnDocuments }),
    ...wishes.value,
    ...(rest === undefined ? {} : { extras: { dialect: ID, fields: rest } }),
  });
}

/** The first version took objects, and so do some imitators: with a text, or with fields that together are one. */
function readDocument(document: Json): RerankDocument | undefined {
  if (typeof document === 'string') return { text: document };
  if (!isObject(document)) return undefined;
  return { text: asString(document['text']) ?? JSON.stringify(document), value: document };
}

function refuse(message: string, field: string): { readonly ok: false; readonly error: Failure } {
  return err(failure('invalid_request', message, { field }));
}

export function decodeResponse(body: Json): Result<RerankResponse, Failure> {
  const results = isObject(body) ? readResults(body['results'], 'relevance_score') : undefined;
  if (!isObject(body) || results === undefined) {
    return err(failure('upstream_protocol', 'The answer of the provider holds no ranking.'));
  }
  const usage = readUsage(body);
  const rest = otherFields(body, RESPONSE_FIELDS);
  return ok({
    id: asString(body['id']) ?? '',
    model: asString(body['model']) ?? '',
    results,
    losses: [],
    ...(usage === undefined ? {} : { usage }),
    ...(rest === undefined ? {} : { extras: { dialect: ID, fields: rest } }),
  });
}

/** Cohere bills searches of up to a hundred documents each, its imitators tokens. */
function readUsage(body: JsonObject): Usage | undefined {
  const meta = asObject(body['meta']);
  const billed = asObject(meta?.['billed_units']);
  const usage = asObject(body['usage']);
  const searches = asNumber(billed?.['search_units']) ?? asNumber(usage?.['search_units']);
  const tokens =
    asNumber(usage?.['total_tokens']) ??
    asNumber(usage?.['prompt_tokens']) ??
    asNumber(billed?.['input_tokens']) ??
    asNumber(asObject(meta?.['tokens'])?.['input_tokens']);
  if (searches === undefined && tokens === undefined) return undefined;
  return {
    inputTotal: tokens ?? 0,
    outputTotal: 0,
    ...(searches === undefined ? {} : { requests: searches }),
    raw: { dialect: ID, fields: { ...(meta && { meta }), ...(usage && { usage }) } },
  };
}
