// A request body, from the client's words to the centre's. It checks only what Clew itself relies on: what else is wrong
// is for the provider to say.

import { asArray, asBoolean, asObject, asString, isObject } from '#base/json.ts';
import type { Json, JsonObject } from '#base/json.ts';
import { err, ok } from '#base/result.ts';
import type { Result } from '#base/result.ts';
import { failure } from '#canonical/failure.ts';
import type { Failure } from '#canonical/failure.ts';
import type { ChatRequest, Message, Tool } from '#canonical/request.ts';
import { decodeItems } from './decode-input.ts';
import { decodeOutput, decodeReasoningRequest, decodeSampling, wantsLogprobs } from './parameters.ts';
import { Problems } from './problems.ts';
import { decodeWishes } from '../wishes.ts';
import { FieldReader, sameJson, withExtras } from './spelling.ts';
import { decodeTool, decodeToolChoice, encodeToolChoice } from './tools.ts';
import { ID, OURS, REQUEST_FIELDS, ROUTER_FIELDS } from './wire.ts';

type Draft = { -readonly [Key in keyof ChatRequest]: ChatRequest[Key] };

export function decodeRequest(body: Json): Result<ChatRequest, Failure> {
  if (!isObject(body)) return err(failure('invalid_request', 'The body must be a JSON object.'));
  const problems = new Problems();
  const fields = new FieldReader(body);
  const request: Draft = {
    model: decodeModel(body, problems),
    messages: decodeMessages(fields, problems),
    tools: decodeTools(fields, problems),
    sampling: decodeSampling(fields),
    stream: decodeStream(fields, problems),
  };
  decodeRest(fields, request);
  decodeState(fields, request);
  const routing = decodeWishes(body, ROUTER_FIELDS, (field, rule) => problems.refuse(field, rule));
  if (routing !== undefined) request.routing = routing;
  if (problems.first !== undefined) return err(problems.first);
  request.extras = fields.extras(REQUEST_FIELDS) ?? OURS;
  return ok(request);
}

function decodeModel(body: JsonObject, problems: Problems): string {
  const model = asString(body['model']);
  if (model !== undefined && model !== '') return model;
  // A router that speaks this language takes the first of `models` when `model` is absent.
  const first = asArray(body['models'])?.[0];
  if (body['model'] === undefined && typeof first === 'string' && first !== '') return first;
  problems.refuse('model', 'must name the model to ask');
  return '';
}

/** `instructions` is a system message before all others; only they are not remembered for later requests. */
function decodeMessages(fields: FieldReader, problems: Problems): readonly Message[] {
  const instructions = fields.string('instructions');
  const messages: Message[] = [];
  if (instructions !== undefined) {
    const parts = [{ kind: 'text', text: instructions }] as const;
    messages.push({ role: 'system', parts, ...withExtras({}, { in: 'instructions' }) });
  }
  const input = fields.raw('input');
  if (typeof input === 'string') {
    fields.spell('input', 'text');
    return [...messages, { role: 'user', parts: [{ kind: 'text', text: input }] }];
  }
  const list = asArray(input);
  if (list === undefined) {
    if (input !== undefined && input !== null) problems.refuse('input', 'must be a text or a list of items');
    fields.spell('input', input === null ? 'null' : 'absent');
    return messages;
  }
  return [...messages, ...decodeItems(list, problems)];
}

function decodeTools(fields: FieldReader, problems: Problems): readonly Tool[] {
  const list = asArray(fields.raw('tools'));
  if (list === undefined || list.length === 0) {
    fields.leave('tools');
    return [];
  }
  const tools: Tool[] = [];
  list.forEach((value, index) => {
    const tool = decodeTool(value);
    if (tool !== undefined) tools.push(tool);
    else if (isObject(value) && value['type'] !== undefined)
      problems.refuse(`tools[${index}].name`, 'must be a text');
    else problems.refuse(`tools[${index}].type`, 'must say what kind of tool it is');
  });
  return tools;
}

function decodeStream(fields: FieldReader, problems: Problems): boolean {
  const stream = fields.raw('stream');
  if (stream === true) return true;
  // Written or not, it means the same; it is written again as it came.
  fields.leave('stream');
  if (stream !== undefined && stream !== null && stream !== false)
    problems.refuse('stream', 'must be true or false');
  return false;
}

const PLAIN = [
  ['prompt_cache_key', 'cacheKey'],
  ['service_tier', 'serviceTier'],
  ['user', 'user'],
] as const;

function decodeRest(fields: FieldReader, request: Draft): void {
  const written = fields.raw('tool_choice');
  const choice = decodeToolChoice(written);
  if (choice === undefined) fields.leave('tool_choice');
  else {
    request.toolChoice = choice;
    if (!sameJson(encodeToolChoice(choice), written)) fields.spell('choice', written ?? null);
  }
  const parallel = fields.boolean('parallel_tool_calls');
  if (parallel !== undefined) request.parallelToolCalls = parallel;
  const output = decodeOutput(fields);
  if (output !== undefined) request.output = output;
  const reasoning = decodeReasoningRequest(fields);
  if (reasoning !== undefined) request.reasoning = reasoning;
  const maxOutputTokens = fields.number('max_output_tokens');
  if (maxOutputTokens !== undefined) request.maxOutputTokens = maxOutputTokens;
  for (const [field, setting] of PLAIN) {
    const value = fields.string(field);
    if (value !== undefined) request[setting] = value;
  }
  const metadata = fields.object('metadata');
  if (metadata !== undefined) request.metadata = metadata;
  if (wantsLogprobs(fields.raw('include'))) {
    const top = fields.number('top_logprobs');
    request.logprobs = top === undefined ? {} : { top };
  } else fields.leave('top_logprobs');
  // This language reports usage in every stream.
  if (request.stream) request.streamUsage = true;
}

/** What is kept between requests, and what only this API can do. */
function decodeState(fields: FieldReader, request: Draft): void {
  const previous = fields.string('previous_response_id');
  if (previous !== undefined) request.continues = previous;
  request.keep = asBoolean(fields.raw('store')) !== false;
  const needs = neededHere(fields, request);
  if (needs !== undefined) request.onlyFor = { dialect: ID, ...needs };
}

function neededHere(
  fields: FieldReader,
  { toolChoice }: Draft,
): { readonly field: string; readonly why: string } | undefined {
  if (fields.raw('background') === true) {
    return { field: 'background', why: 'Answers in the background are kept by the API that makes them.' };
  }
  for (const [field, what] of [
    ['conversation', 'Conversations'],
    ['prompt', 'Stored prompts'],
  ] as const) {
    const value = fields.raw(field);
    if (value !== undefined && value !== null)
      return { field, why: `${what} are kept by the API that made them.` };
  }
  const items = asArray(fields.raw('input')) ?? [];
  const reference = items.findIndex((item) => asObject(item)?.['type'] === 'item_reference');
  if (reference >= 0) {
    return {
      field: `input[${reference}]`,
      why: 'A reference names an item that the API keeps that made it.',
    };
  }
  const forced = toolChoice?.kind === 'foreign' ? asString(asObject(toolChoice.value)?.['type']) : undefined;
  if (forced === undefined || forced === 'allowed_tools') return undefined;
  return { field: 'tool_choice', why: `The tool ${forced.slice(0, 100)} is one that the API itself runs.` };
}
