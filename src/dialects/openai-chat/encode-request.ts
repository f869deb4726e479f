// A request body, from the centre's words to a provider's. Whatever is left out or changed is declared.

import { asObject } from '#base/json.ts';
import type { Json, JsonDraft, JsonObject } from '#base/json.ts';
import type { Loss } from '#canonical/loss.ts';
import type { Quirks } from '#canonical/quirk.ts';
import type { CallableTool, ChatRequest } from '#canonical/request.ts';
import { loseForeignFields } from '../foreign-fields.ts';
import { encodeMessages } from './encode-message.ts';
import {
  encodeOutput,
  encodeReasoningRequest,
  encodeSampling,
  encodeStop,
  reasoningObject,
  writtenReasoning,
} from './parameters.ts';
import { quirk, REFUSED_FIELDS } from './quirks.ts';
import type { QuirkName } from './quirks.ts';
import { addCarried, carried, present, sameJson, spelled } from './spelling.ts';
import { decodeToolChoice, encodeLegacyFunction, encodeTool, encodeToolChoice } from './tools.ts';
import { ID } from './wire.ts';

export interface EncodedRequest {
  readonly body: JsonObject;
  readonly losses: readonly Loss[];
}

export function encodeRequest(request: ChatRequest, model: string, quirks: Quirks): EncodedRequest {
  const losses: Loss[] = [];
  const body: JsonDraft = { model, messages: encodeMessages(request.messages, { quirks, losses }) };
  encodeTools(request, body, quirks, losses);
  encodeParameters(request, body);
  encodeMaxTokens(request, body, quirks);
  encodeReasoning(request, body, quirks, losses);
  if (quirk(quirks, 'seedField') === 'random_seed' && body['seed'] !== undefined) {
    body['random_seed'] = body['seed'];
    delete body['seed'];
  }
  encodeUnknown(request, body, quirks, losses);
  encodeStream(request, body, quirks);
  dropRefused(body, quirks, losses);
  loseForeignFields(request, ID, losses);
  encodeRouting(request, body, quirks);
  return { body: present(body), losses };
}

function encodeParameters(request: ChatRequest, body: JsonDraft): void {
  encodeSampling(request.sampling, body);
  body['stop'] = encodeStop(request);
  body['response_format'] = encodeOutput(request);
  body['parallel_tool_calls'] = request.parallelToolCalls;
  body['n'] = request.choices;
  if (request.logprobs !== undefined) {
    body['logprobs'] = true;
    body['top_logprobs'] = request.logprobs.top;
  }
  body['prompt_cache_key'] = request.cacheKey;
  body['service_tier'] = request.serviceTier;
  body['user'] = request.user;
  body['metadata'] = request.metadata;
}

function encodeTools(request: ChatRequest, body: JsonDraft, quirks: Quirks, losses: Loss[]): void {
  const legacy = spelled(request.extras, 'functions') === true;
  const list: Json[] = [];
  for (const [index, tool] of request.tools.entries()) {
    if (tool.form !== 'hosted') {
      const fitted = fitTool(tool, `tools[${index}]`, quirks, losses);
      list.push(legacy ? encodeLegacyFunction(fitted) : encodeTool(fitted));
    } else if (tool.dialect === ID) list.push(tool.value);
    else {
      const why = `Only ${tool.dialect} knows the hosted tool ${tool.name}.`;
      losses.push({ path: `tools[${index}]`, did: 'dropped', why });
    }
  }
  if (list.length > 0) body[legacy ? 'functions' : 'tools'] = list;
  encodeChoice(request, body, { legacy, losses });
}

function fitTool(tool: CallableTool, path: string, quirks: Quirks, losses: Loss[]): CallableTool {
  if (tool.cache === undefined || quirk(quirks, 'cacheMarks') === 'sent') return tool;
  losses.push({ path: `${path}.cache`, did: 'dropped', why: 'The provider refuses cache marks.' });
  const { cache: _cache, ...rest } = tool;
  return rest;
}

function encodeChoice(
  request: ChatRequest,
  body: JsonDraft,
  { legacy, losses }: { readonly legacy: boolean; readonly losses: Loss[] },
): void {
  const { toolChoice } = request;
  if (toolChoice === undefined) return;
  if (toolChoice.kind === 'foreign' && toolChoice.dialect !== ID) {
    const why = `Only ${toolChoice.dialect} knows this choice of tools.`;
    losses.push({ path: 'toolChoice', did: 'dropped', why });
    return;
  }
  const [field, written] = Object.entries(asObject(spelled(request.extras, 'choice')) ?? {})[0] ?? [];
  if (field !== undefined && sameJson(decodeToolChoice(written), toolChoice)) body[field] = written;
  else if (!legacy) body['tool_choice'] = encodeToolChoice(toolChoice);
  else body['function_call'] = toolChoice.kind === 'named' ? { name: toolChoice.name } : toolChoice.kind;
}

function encodeMaxTokens(request: ChatRequest, body: JsonDraft, quirks: Quirks): void {
  if (request.maxOutputTokens === undefined) return;
  const field = quirk(quirks, 'maxTokensField');
  const asSent =
    spelled(request.extras, 'maxTokens') === 'max_tokens' ? 'max_tokens' : 'max_completion_tokens';
  body[field === 'as-sent' ? asSent : String(field)] = request.maxOutputTokens;
}

function encodeReasoning(request: ChatRequest, body: JsonDraft, quirks: Quirks, losses: Loss[]): void {
  const { reasoning } = request;
  if (reasoning === undefined) return;
  const how = quirk(quirks, 'reasoningRequest');
  if (how === 'as-sent') Object.assign(body, writtenReasoning(request) ?? encodeReasoningRequest(reasoning));
  else if (how === 'reasoning') body['reasoning'] = reasoningObject(reasoning);
  else if (how === 'none') {
    losses.push({
      path: 'reasoning',
      did: 'dropped',
      why: 'The provider has no field to ask for reasoning.',
    });
  } else {
    const { effort, ...rest } = reasoning;
    body['reasoning_effort'] = effort ?? (reasoning.enabled === false ? 'none' : undefined);
    for (const wish of Object.keys(rest)) {
      if (wish === 'enabled') continue;
      losses.push({
        path: `reasoning.${wish}`,
        did: 'dropped',
        why: 'The provider only knows an effort of reasoning.',
      });
    }
  }
}

/** What Clew does not know is carried along, unless the provider refuses what it does not know either. */
function encodeUnknown(request: ChatRequest, body: JsonDraft, quirks: Quirks, losses: Loss[]): void {
  if (quirk(quirks, 'unknownFields') === 'sent') {
    body['modalities'] = request.modalities;
    addCarried(body, request.extras);
    return;
  }
  for (const field of Object.keys(carried(request.extras) ?? {})) {
    losses.push({
      path: `extras.${field}`,
      did: 'dropped',
      why: 'The provider refuses fields that it does not know.',
    });
  }
}

/** Clew asks for a usage report whether the client did or not. */
function encodeStream(request: ChatRequest, body: JsonDraft, quirks: Quirks): void {
  if (!request.stream) return;
  body['stream'] = true;
  if (quirk(quirks, 'streamUsage') === 'none') delete body['stream_options'];
  else body['stream_options'] = { ...asObject(body['stream_options']), include_usage: true };
}

function dropRefused(body: JsonDraft, quirks: Quirks, losses: Loss[]): void {
  for (const name in quirks) {
    if (quirks[name] !== 'dropped') continue;
    for (const field of REFUSED_FIELDS[name as QuirkName] ?? []) {
      if (body[field] === undefined) continue;
      delete body[field];
      losses.push({ path: field, did: 'dropped', why: 'The provider refuses this field.' });
    }
  }
}

/** Wishes to the router are Clew's own business, and no loss: only another router is told of them. */
function encodeRouting(request: ChatRequest, body: JsonDraft, quirks: Quirks): void {
  if (request.routing === undefined) return;
  const { models, fields } = request.routing;
  const wishes: JsonObject = { ...(models && { models }), ...fields };
  if (quirk(quirks, 'routerFields') === 'forward') Object.assign(body, wishes);
}
