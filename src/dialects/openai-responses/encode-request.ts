// A request body, from the centre's words to a provider's. Whatever is left out or changed is declared.

import { asArray, asObject } from '#base/json.ts';
import type { Json, JsonDraft, JsonObject } from '#base/json.ts';
import { fieldsFor } from '#canonical/foreign.ts';
import type { Loss } from '#canonical/loss.ts';
import type { Quirks } from '#canonical/quirk.ts';
import type { ChatRequest } from '#canonical/request.ts';
import { loseForeignFields } from '../foreign-fields.ts';
import { encodeMessages } from './encode-input.ts';
import { encodeReasoningRequest, encodeSampling, encodeText } from './parameters.ts';
import { quirk } from './quirks.ts';
import { ownSeal } from './seal.ts';
import { addCarried, carried, present, sameJson, spelled } from './spelling.ts';
import { decodeToolChoice, encodeTool, encodeToolChoice } from './tools.ts';
import { ID } from './wire.ts';

export interface EncodedRequest {
  readonly body: JsonObject;
  readonly losses: readonly Loss[];
}

/** API reference, `max_output_tokens`: smaller limits are refused. */
const OUTPUT_TOKENS_MIN = 16;
const ENCRYPTED = 'reasoning.encrypted_content';
const LOGPROBS = 'message.output_text.logprobs';

export function encodeRequest(request: ChatRequest, model: string, quirks: Quirks): EncodedRequest {
  const losses: Loss[] = [];
  const fromUs = fieldsFor(ID, request.extras) !== undefined;
  const { instructions, items } = encodeMessages(request.messages, fromUs, losses);
  const body: JsonDraft = { model, instructions, input: encodeInput(request, items) };
  encodeTools(request, body, losses);
  encodeSampling(request.sampling, body, fromUs, losses);
  body['text'] = encodeText(request);
  body['max_output_tokens'] = encodeLimit(request, fromUs, losses);
  if (request.reasoning !== undefined) {
    const rest = asObject(carried(request.extras)?.['reasoning']);
    body['reasoning'] = { ...rest, ...encodeReasoningRequest(request.reasoning, fromUs, losses) };
  }
  encodePlain(request, body);
  encodeLogprobs(request, body, fromUs);
  encodeState(request, body, { fromUs, quirks });
  addCarried(body, request.extras);
  if (request.stream) body['stream'] = true;
  loseUnsayable(request, losses);
  loseForeignFields(request, ID, losses);
  encodeRouting(request, body, quirks);
  return { body: present(body), losses };
}

/** As one text, where a client of this language wrote one and nothing was added. */
function encodeInput({ extras }: ChatRequest, items: readonly JsonObject[]): Json | undefined {
  const written = spelled(extras, 'input');
  const only = items[0];
  if (
    written === 'text' &&
    items.length === 1 &&
    only?.['role'] === 'user' &&
    typeof only['content'] === 'string'
  ) {
    return only['content'];
  }
  if (items.length === 0 && written === 'absent') return undefined;
  return items.length === 0 && written === 'null' ? null : items;
}

function encodeTools(request: ChatRequest, body: JsonDraft, losses: Loss[]): void {
  const list: Json[] = [];
  for (const [index, tool] of request.tools.entries()) {
    const path = `tools[${index}]`;
    if (tool.form !== 'hosted') {
      if (tool.cache !== undefined) {
        losses.push({ path: `${path}.cache`, did: 'dropped', why: 'This API caches by itself.' });
      }
      list.push(encodeTool(tool));
    } else if (tool.dialect === ID) list.push(tool.value);
    else
      losses.push({ path, did: 'dropped', why: `Only ${tool.dialect} knows the hosted tool ${tool.name}.` });
  }
  if (list.length > 0) body['tools'] = list;
  const { toolChoice, extras } = request;
  if (toolChoice === undefined) return;
  const written = spelled(extras, 'choice');
  const asWritten = written !== undefined && sameJson(decodeToolChoice(written), toolChoice);
  body['tool_choice'] = asWritten ? written : encodeToolChoice(toolChoice);
  if (body['tool_choice'] !== undefined) return;
  const why = 'Only its own language knows this choice among the tools.';
  losses.push({ path: 'toolChoice', did: 'dropped', why });
}

function encodeLimit({ maxOutputTokens }: ChatRequest, fromUs: boolean, losses: Loss[]): number | undefined {
  if (fromUs || maxOutputTokens === undefined || maxOutputTokens >= OUTPUT_TOKENS_MIN) return maxOutputTokens;
  const why = `The API takes no limit under ${OUTPUT_TOKENS_MIN} tokens.`;
  losses.push({ path: 'maxOutputTokens', did: 'changed', why });
  return OUTPUT_TOKENS_MIN;
}

function encodePlain(request: ChatRequest, body: JsonDraft): void {
  body['parallel_tool_calls'] = request.parallelToolCalls;
  body['prompt_cache_key'] = request.cacheKey;
  body['service_tier'] = request.serviceTier;
  body['user'] = request.user;
  body['metadata'] = request.metadata;
}

function encodeLogprobs({ logprobs }: ChatRequest, body: JsonDraft, fromUs: boolean): void {
  if (logprobs === undefined) return;
  body['top_logprobs'] = logprobs.top;
  if (!fromUs) body['include'] = [LOGPROBS];
}

/**
 * Clients of other languages did not agree to have their words kept by the provider. Without that, reasoning comes back
 * only in encrypted form; models that do not reason refuse to be asked for it.
 */
function encodeState(
  request: ChatRequest,
  body: JsonDraft,
  { fromUs, quirks }: { readonly fromUs: boolean; readonly quirks: Quirks },
): void {
  const keeps = quirk(quirks, 'state') === 'kept';
  if (keeps) body['previous_response_id'] = request.continues;
  if (!fromUs || !keeps || request.keep === false) body['store'] = false;
  if (fromUs) return;
  const reasons = request.reasoning !== undefined || request.messages.some(holdsOwnSeal);
  if (reasons) body['include'] = [...(asArray(body['include']) ?? []), ENCRYPTED];
}

function holdsOwnSeal({ parts }: ChatRequest['messages'][number]): boolean {
  return parts.some((part) => part.kind === 'reasoning' && ownSeal(part.seals) !== undefined);
}

function loseUnsayable({ stop, choices }: ChatRequest, losses: Loss[]): void {
  if (stop !== undefined && stop.length > 0) {
    losses.push({ path: 'stop', did: 'dropped', why: 'The Responses API knows no stop sequences.' });
  }
  if (choices !== undefined && choices > 1) {
    losses.push({ path: 'choices', did: 'dropped', why: 'The Responses API gives one answer.' });
  }
}

/** Wishes to the router are Clew's own business, and no loss: only another router is told of them. */
function encodeRouting({ routing }: ChatRequest, body: JsonDraft, quirks: Quirks): void {
  if (routing === undefined || quirk(quirks, 'routerFields') !== 'forward') return;
  Object.assign(body, routing.models && { models: routing.models }, routing.fields);
}
