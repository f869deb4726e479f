// A request body, from the client's words to the centre's. It checks only what Clew itself relies on: what else is wrong
// is for the provider to say.

import { asArray, asNumber, asObject, asString, isObject } from '#base/json.ts';
import type { Json, JsonDraft, JsonObject } from '#base/json.ts';
import { err, ok } from '#base/result.ts';
import type { Result } from '#base/result.ts';
import { failure } from '#canonical/failure.ts';
import type { Failure } from '#canonical/failure.ts';
import type { ChatRequest, OutputFormat, Sampling } from '#canonical/request.ts';
import type { Head } from '../dialect.ts';
import { decodeMessage, decodeSystem } from './decode-message.ts';
import { Leftovers, OURS } from './notes.ts';
import { Problems } from './problems.ts';
import { decodeWishes } from '../wishes.ts';
import { readThinking } from './thinking.ts';
import { decodeTool, decodeToolChoice } from './tools.ts';
import { REQUEST_FIELDS, ROUTER_FIELDS } from './wire.ts';

type Draft = { -readonly [Key in keyof ChatRequest]: ChatRequest[Key] };

/** The headers of a client that go on to a server of this language. */
const HEADERS = ['anthropic-version', 'anthropic-beta'] as const;

/** The service tiers that both ends know under another name. */
export const TIERS: ReadonlyMap<string, string> = new Map([
  ['auto', 'auto'],
  ['standard_only', 'default'],
]);

export function decodeRequest(body: Json, head?: Pick<Head, 'header'>): Result<ChatRequest, Failure> {
  if (!isObject(body)) return err(failure('invalid_request', 'The body must be a JSON object.'));
  const problems = new Problems();
  const left = new Leftovers(body, REQUEST_FIELDS);
  const request: Draft = {
    model: decodeModel(body, problems),
    messages: decodeMessages(body, problems),
    tools: decodeTools(body, left, problems),
    sampling: decodeSampling(left),
    stream: decodeStream(body, left, problems),
    streamUsage: true,
  };
  decodeRest(body, left, request);
  const routing = decodeWishes(body, ROUTER_FIELDS, (field, rule) => problems.refuse(field, rule));
  if (routing !== undefined) request.routing = routing;
  if (problems.first !== undefined) return err(problems.first);
  for (const name of HEADERS) {
    const value = head?.header(name);
    if (value !== undefined) left.note(name, value);
  }
  request.extras = left.extras() ?? OURS;
  return ok(request);
}

function decodeModel(body: JsonObject, problems: Problems): string {
  const model = asString(body['model']);
  if (model !== undefined && model !== '') return model;
  problems.refuse('model', 'must name the model to ask');
  return '';
}

function decodeMessages(body: JsonObject, problems: Problems): ChatRequest['messages'] {
  const list = asArray(body['messages']);
  if (list === undefined || list.length === 0)
    problems.refuse('messages', 'must be a list of at least one message');
  const turns = (list ?? []).flatMap((message, index) =>
    decodeMessage(message, `messages[${index}]`, problems),
  );
  const system = decodeSystem(body['system'], problems);
  return system === undefined ? turns : [system, ...turns];
}

function decodeTools(body: JsonObject, left: Leftovers, problems: Problems): ChatRequest['tools'] {
  const list = asArray(body['tools']);
  if (list === undefined || list.length === 0) left.leave('tools');
  return (list ?? [])
    .map((tool, index) => decodeTool(tool, `tools[${index}]`, problems))
    .filter((tool) => tool !== undefined);
}

function decodeSampling(left: Leftovers): Sampling {
  const temperature = left.read('temperature', asNumber);
  const topP = left.read('top_p', asNumber);
  const topK = left.read('top_k', asNumber);
  return {
    ...(temperature === undefined ? {} : { temperature }),
    ...(topP === undefined ? {} : { topP }),
    ...(topK === undefined ? {} : { topK }),
  };
}

function decodeStream(body: JsonObject, left: Leftovers, problems: Problems): boolean {
  const stream = body['stream'];
  if (stream === true) return true;
  left.leave('stream');
  if (stream !== undefined && stream !== null && stream !== false)
    problems.refuse('stream', 'must be true or false');
  return false;
}

function decodeRest(body: JsonObject, left: Leftovers, request: Draft): void {
  const choice = decodeToolChoice(body['tool_choice']);
  if (choice === undefined) left.leave('tool_choice');
  else Object.assign(request, choice);
  const maxOutputTokens = left.read('max_tokens', asNumber);
  if (maxOutputTokens !== undefined) request.maxOutputTokens = maxOutputTokens;
  const stop = asArray(body['stop_sequences']);
  const texts = stop?.filter((text) => typeof text === 'string');
  if (texts !== undefined && texts.length === stop?.length) request.stop = texts;
  else left.leave('stop_sequences');
  decodeOutputConfig(body, left, request);
  decodeMetadata(body, left, request);
  const tier = TIERS.get(asString(body['service_tier']) ?? '');
  if (tier === undefined) left.leave('service_tier');
  else request.serviceTier = tier;
}

/** `output_config: {effort, format, …}`; before it there was `output_format`, which some clients still send. */
function decodeOutputConfig(body: JsonObject, left: Leftovers, request: Draft): void {
  const config = asObject(body['output_config']);
  if (config === undefined) left.leave('output_config');
  const { effort, format, ...rest } = config ?? {};
  const kept: JsonDraft = { ...rest };
  const written: JsonDraft = { thinking: body['thinking'], effort };
  const reasoning = effort === undefined || typeof effort === 'string' ? readThinking(written) : undefined;
  if (reasoning === undefined) {
    left.leave('thinking');
    if (effort !== undefined) kept['effort'] = effort;
  } else {
    request.reasoning = reasoning;
    left.note('reasoning', written);
  }
  const output = readFormat(format);
  const older = format === undefined ? readFormat(body['output_format']) : undefined;
  if (format !== undefined && output === undefined) kept['format'] = format;
  if (older === undefined) left.leave('output_format');
  else left.note('output', 'output_format');
  if (output !== undefined || older !== undefined) request.output = output ?? (older as OutputFormat);
  if (Object.keys(kept).length > 0 || (config !== undefined && Object.keys(config).length === 0))
    left.leave('output_config', kept);
}

function readFormat(format: Json | undefined): OutputFormat | undefined {
  const { type, schema, ...rest } = asObject(format) ?? {};
  if (type !== 'json_schema' || schema === undefined || Object.keys(rest).length > 0) return undefined;
  return { kind: 'json-schema', schema, strict: true };
}

function decodeMetadata(body: JsonObject, left: Leftovers, request: Draft): void {
  const metadata = asObject(body['metadata']);
  const { user_id: user, ...rest } = metadata ?? {};
  if (typeof user !== 'string') {
    left.leave('metadata');
    return;
  }
  request.user = user;
  if (Object.keys(rest).length > 0) left.leave('metadata', rest);
}
