// A request body, from the centre's words to Cohere's. Whatever is left out or changed is declared.

import { asArray } from '#base/json.ts';
import type { Json, JsonDraft, JsonObject } from '#base/json.ts';
import { fieldsFor } from '#canonical/foreign.ts';
import type { Loss } from '#canonical/loss.ts';
import type { ChatRequest } from '#canonical/request.ts';
import { loseForeignFields } from '../foreign-fields.ts';
import { encodeMessages } from './encode-messages.ts';
import { encodeParameters } from './parameters.ts';
import { encodeTools } from './tools.ts';
import { ID, present } from './wire.ts';
import type { Writing } from './writing.ts';

export interface EncodedRequest {
  readonly body: JsonObject;
  readonly losses: readonly Loss[];
}

export function encodeRequest(request: ChatRequest, model: string): EncodedRequest {
  const writing: Writing = { model, losses: [], documents: [] };
  const messages = encodeMessages(request.messages, writing);
  const own = fieldsFor(ID, request.extras);
  const body: JsonDraft = {
    model,
    messages,
    ...encodeTools(request, writing),
    ...encodeParameters(request, writing),
    stream: request.stream,
  };
  const documents: readonly Json[] = [...(asArray(own?.['documents']) ?? []), ...writing.documents];
  if (documents.length > 0) body['documents'] = documents;
  for (const key in own) if (key !== '__proto__' && body[key] === undefined) body[key] = own[key];
  loseForeignFields(request, ID, writing.losses);
  return { body: present(body), losses: writing.losses };
}
