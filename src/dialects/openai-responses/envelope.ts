// The object around an answer. The API repeats in it what was asked for, with its defaults where nothing was; clients and
// their strict schemas rely on the members being there.

import { asArray, asObject } from '#base/json.ts';
import type { Json, JsonDraft, JsonObject } from '#base/json.ts';
import { fieldsFor } from '#canonical/foreign.ts';
import type { Foreign } from '#canonical/foreign.ts';
import type { ChatRequest } from '#canonical/request.ts';
import type { EncodeContext } from '../dialect.ts';
import { encodeRequest } from './encode-request.ts';
import { ID } from './wire.ts';

/** Every member of a response object that repeats the request, with what the API says when nothing was asked. */
const DEFAULTS: JsonObject = {
  background: false,
  instructions: null,
  max_output_tokens: null,
  max_tool_calls: null,
  parallel_tool_calls: true,
  previous_response_id: null,
  prompt_cache_key: null,
  safety_identifier: null,
  service_tier: 'default',
  temperature: 1,
  tool_choice: 'auto',
  tools: [],
  top_logprobs: 0,
  top_p: 1,
  truncation: 'disabled',
  user: null,
  metadata: {},
};

/** `resp_` and the letters of the generation's own id. */
export function responseId(generationId: string): string {
  return `resp_${generationId.replace(/^gen-/, '').replaceAll('-', '')}`;
}

/** Ids of items: unique in the conversation, since each answer has letters of its own. */
export function itemIds(generationId: string): (prefix: string) => string {
  const tail = generationId.replace(/^gen-\d*-?/, '');
  let count = 0;
  return (prefix) => {
    const id = `${prefix}_${tail}${String(count).padStart(4, '0')}`;
    count += 1;
    return id;
  };
}

/** Twenty letters of an exchange's id and four of a count: ids of the vendor's are longer. */
const MADE_ID = /^[a-z]+_[0-9A-Za-z]{20}\d{4}$/;

/** Whether an item has an id of our making. */
export function isMadeId(id: string): boolean {
  return MADE_ID.test(id);
}

/** What repeats the request: from the answer itself where its provider spoke this language. */
export function echo({ request }: EncodeContext, extras: Foreign | undefined): JsonObject {
  const told = fieldsFor(ID, extras);
  if (told !== undefined) return told;
  const asked = askedFor(request);
  const body: JsonDraft = { frequency_penalty: null, presence_penalty: null };
  for (const field in DEFAULTS) body[field] = asked[field] ?? DEFAULTS[field];
  const reasoning = asObject(asked['reasoning']);
  body['reasoning'] = { effort: null, summary: null, ...reasoning };
  body['text'] = { format: { type: 'text' }, ...asObject(asked['text']) };
  body['store'] = request.keep ?? true;
  body['previous_response_id'] = request.continues ?? null;
  return body;
}

/** The request in this language's words, for clients of other languages too: they never see it, tests do. */
function askedFor(request: ChatRequest): JsonObject {
  const { body } = encodeRequest({ ...request, messages: request.messages.slice(0, 1) }, request.model, {});
  return { ...body, tools: (asArray(body['tools']) ?? []).map(shownTool) };
}

/** The API fills in what a function's declaration left out. */
function shownTool(tool: Json): Json {
  const fields = asObject(tool);
  if (fields?.['type'] !== 'function') return tool;
  return { ...fields, description: fields['description'] ?? null, strict: fields['strict'] ?? true };
}

/** Whether the client wants sealed reasoning, to give it back. */
export function wantsSeals({ extras }: ChatRequest): boolean {
  return (asArray(fieldsFor(ID, extras)?.['include']) ?? []).includes('reasoning.encrypted_content');
}
