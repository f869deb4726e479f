// A request body, from the client's words to the centre's. It checks only what Clew itself relies on: what else is wrong
// is for the provider to say, since providers accept different things.

import { asArray, asObject, asString, isObject } from '#base/json.ts';
import type { Json, JsonObject } from '#base/json.ts';
import { err, ok } from '#base/result.ts';
import type { Result } from '#base/result.ts';
import { failure } from '#canonical/failure.ts';
import type { Failure } from '#canonical/failure.ts';
import type { ChatRequest, Tool, ToolChoice } from '#canonical/request.ts';
import { decodeMessage } from './decode-message.ts';
import {
  decodeMaxTokens,
  decodeOutput,
  decodeReasoningRequest,
  decodeSampling,
  decodeStop,
} from './parameters.ts';
import { Problems } from './problems.ts';
import { modalitiesOf } from '../modalities.ts';
import { decodeWishes } from '../wishes.ts';
import { FieldReader } from './spelling.ts';
import { decodeLegacyFunction, decodeTool, decodeToolChoice, encodeToolChoice } from './tools.ts';
import { sameJson } from './spelling.ts';
import { ID, REQUEST_FIELDS, ROUTER_FIELDS } from './wire.ts';

type Draft = { -readonly [Key in keyof ChatRequest]: ChatRequest[Key] };

export function decodeRequest(body: Json): Result<ChatRequest, Failure> {
  if (!isObject(body)) return err(failure('invalid_request', 'The body must be a JSON object.'));
  const problems = new Problems();
  const fields = new FieldReader(body);
  const request: Draft = {
    model: decodeModel(body, problems),
    messages: decodeMessages(body, problems),
    tools: decodeTools(fields, body, problems),
    sampling: decodeSampling(fields),
    stream: decodeStream(fields, problems),
  };
  decodeRest(fields, request);
  const routing = decodeWishes(body, ROUTER_FIELDS, (field, rule) => problems.refuse(field, rule));
  if (routing !== undefined) request.routing = routing;
  if (problems.first !== undefined) return err(problems.first);
  const extras = fields.extras(REQUEST_FIELDS);
  if (extras !== undefined) request.extras = extras;
  return ok(request);
}

function decodeModel(body: JsonObject, problems: Problems): string {
  const model = asString(body['model']);
  if (model !== undefined && model !== '') return model;
  // OpenRouter takes the first of `models` when `model` is absent.
  const first = asArray(body['models'])?.[0];
  if (body['model'] === undefined && typeof first === 'string' && first !== '') return first;
  problems.refuse('model', 'must name the model to ask');
  return '';
}

function decodeMessages(body: JsonObject, problems: Problems): ChatRequest['messages'] {
  const list = asArray(body['messages']);
  if (list === undefined || list.length === 0) {
    problems.refuse('messages', 'must be a list of at least one message');
    return [];
  }
  return list.map((message, index) => decodeMessage(message, `messages[${index}]`, problems));
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

function decodeTools(fields: FieldReader, body: JsonObject, problems: Problems): readonly Tool[] {
  const legacy = asArray(body['functions']);
  if (body['tools'] === undefined && legacy !== undefined) {
    const tools = legacy.map((value) => (isObject(value) ? decodeLegacyFunction(value) : undefined));
    const whole = tools.filter((tool) => tool !== undefined);
    if (whole.length === tools.length) {
      fields.spell('functions', true);
      return whole;
    }
  }
  fields.leave('functions');
  const list = asArray(body['tools']);
  if (list === undefined) {
    fields.leave('tools');
    return [];
  }
  if (list.length === 0) fields.leave('tools');
  const tools: Tool[] = [];
  list.forEach((value, at) => {
    const tool = isObject(value) ? decodeTool(value) : undefined;
    if (tool !== undefined) tools.push(tool);
    else if (isObject(value) && isObject(value['function'])) {
      problems.refuse(`tools[${at}].function.name`, 'must be a text');
    } else if (isObject(value)) {
      tools.push({ form: 'hosted', name: asString(value['type']) ?? '', dialect: ID, value });
    } else problems.refuse(`tools[${at}]`, 'must be an object with `type` and `function`');
  });
  return tools;
}

function decodeRest(fields: FieldReader, request: Draft): void {
  const choice = decodeChoice(fields);
  if (choice !== undefined) request.toolChoice = choice;
  const parallel = fields.boolean('parallel_tool_calls');
  if (parallel !== undefined) request.parallelToolCalls = parallel;
  const output = decodeOutput(fields);
  if (output !== undefined) request.output = output;
  const reasoning = decodeReasoningRequest(fields);
  if (reasoning !== undefined) request.reasoning = reasoning;
  const maxOutputTokens = decodeMaxTokens(fields);
  if (maxOutputTokens !== undefined) request.maxOutputTokens = maxOutputTokens;
  // It goes on as it was written, too.
  const modalities = modalitiesOf(fields.raw('modalities'));
  if (modalities !== undefined) request.modalities = modalities;
  const stop = decodeStop(fields);
  if (stop !== undefined) request.stop = stop;
  const choices = fields.number('n');
  if (choices !== undefined) request.choices = choices;
  decodeLogprobs(fields, request);
  decodeStreamOptions(fields, request);
  const cacheKey = fields.string('prompt_cache_key');
  if (cacheKey !== undefined) request.cacheKey = cacheKey;
  const serviceTier = fields.string('service_tier');
  if (serviceTier !== undefined) request.serviceTier = serviceTier;
  const user = fields.string('user');
  if (user !== undefined) request.user = user;
  const metadata = fields.object('metadata');
  if (metadata !== undefined) request.metadata = metadata;
}

function decodeChoice(fields: FieldReader): ToolChoice | undefined {
  const field = fields.raw('tool_choice') === undefined ? 'function_call' : 'tool_choice';
  if (field === 'tool_choice') fields.leave('function_call');
  const written = fields.raw(field);
  const choice = decodeToolChoice(written);
  if (choice === undefined) {
    fields.leave(field);
    return undefined;
  }
  if (field === 'function_call' || !sameJson(encodeToolChoice(choice), written)) {
    fields.spell('choice', { [field]: written });
  }
  return choice;
}

function decodeLogprobs(fields: FieldReader, request: Draft): void {
  if (fields.raw('logprobs') !== true) {
    fields.leave('logprobs');
    fields.leave('top_logprobs');
    return;
  }
  const top = fields.number('top_logprobs');
  request.logprobs = top === undefined ? {} : { top };
}

function decodeStreamOptions(fields: FieldReader, request: Draft): void {
  const options = asObject(fields.raw('stream_options'));
  if (options === undefined) {
    fields.leave('stream_options');
    return;
  }
  const { include_usage: usage, ...rest } = options;
  if (typeof usage === 'boolean') request.streamUsage = usage;
  if (!request.stream || Object.keys(rest).length > 0)
    fields.leave('stream_options', request.stream ? rest : options);
}
