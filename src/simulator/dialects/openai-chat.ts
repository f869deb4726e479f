// The provider side of Chat Completions: requests read as far as they shape an answer, answers written whole or as
// server-sent events, errors and the list of models.

import { asArray, asBoolean, asNumber, asObject, asString, type Json, type JsonObject } from '#base/json.ts';
import { err, ok, type Result } from '#base/result.ts';
import {
  estimateTokens,
  type SyntheticAnswer,
  type SyntheticChoice,
  type SyntheticRequest,
  type SyntheticTool,
} from '../answer.ts';
import type { AnswerEvent, Complaint, ReadProblem, SimulatedDialect } from './dialect.ts';
import { choiceEvents, finishReason, logprobsOf, usageOf, type ChunkHead } from './openai-chat-wire.ts';
import { said, type Turn } from './said.ts';

const CHOICES_MAX = 128;
/** For a picture, a file, a sound. */
const MEDIA_TOKENS = 85;

export const openaiChat = {
  id: 'openai-chat',
  streamType: 'text/event-stream; charset=utf-8',
  answers: (path) => path.endsWith('/chat/completions'),
  modelOf: (body) => asString(body['model']),
  readRequest,
  unary,
  stream,
  error: errorBody,
  streamError: (complaint, status, text) => `data: ${JSON.stringify(errorBody(complaint, status, text))}\n\n`,
  models: modelList,
} satisfies SimulatedDialect;

function readRequest(body: JsonObject, model: string): Result<SyntheticRequest, ReadProblem> {
  const messages = asArray(body['messages']);
  if (messages === undefined || messages.length === 0) {
    return err({ field: 'messages', message: 'Missing required parameter: messages.' });
  }
  const choices = asNumber(body['n']) ?? 1;
  if (!Number.isInteger(choices) || choices < 1 || choices > CHOICES_MAX) {
    return err({ field: 'n', message: `n must be an integer from 1 to ${CHOICES_MAX}.` });
  }
  const tools = (asArray(body['tools']) ?? []).flatMap(readTool);
  const schema = readSchema(asObject(body['response_format']));
  const logprobs = asBoolean(body['logprobs']) === true ? (asNumber(body['top_logprobs']) ?? 0) : undefined;
  return ok({
    model,
    stream: asBoolean(body['stream']) === true,
    streamUsage: asObject(body['stream_options'])?.['include_usage'] === true,
    ...said(messages.map(turnOf)),
    afterToolResult: asObject(messages.at(-1))?.['role'] === 'tool',
    tools,
    toolChoice: readToolChoice(body['tool_choice']),
    parallelToolCalls: asBoolean(body['parallel_tool_calls']) !== false,
    ...(schema === undefined ? {} : { schema }),
    choices,
    ...(logprobs === undefined ? {} : { logprobs }),
    maxTokens: asNumber(body['max_completion_tokens']) ?? asNumber(body['max_tokens']) ?? 1_000_000,
    stop: readStop(body['stop']),
    promptTokens: promptTokens(messages, tools),
  });
}

/**
 * Counts what is said, not how: text as a string or in parts is the same number. Four tokens of frame for each message,
 * as chat templates have.
 */
function promptTokens(messages: readonly Json[], tools: readonly SyntheticTool[]): number {
  let count = 4 * messages.length;
  for (const item of messages) {
    const wire = asObject(item);
    count += contentTokens(wire?.['content']);
    for (const call of asArray(wire?.['tool_calls']) ?? []) count += estimateTokens(callText(asObject(call)));
  }
  for (const tool of tools) count += estimateTokens(tool.name + JSON.stringify(tool.schema));
  return count;
}

function contentTokens(content: Json | undefined): number {
  const parts = asArray(content) ?? [{ text: content ?? '' }];
  return parts.reduce<number>((sum, part) => {
    const text = asString(asObject(part)?.['text']);
    return sum + (text === undefined ? MEDIA_TOKENS : estimateTokens(text));
  }, 0);
}

function callText(call: JsonObject | undefined): string {
  const body = asObject(call?.['function'] ?? call?.['custom']);
  return `${asString(body?.['name']) ?? ''}${asString(body?.['arguments'] ?? body?.['input']) ?? ''}`;
}

function turnOf(message: Json): Turn {
  const wire = asObject(message);
  const content = wire?.['content'];
  const parts = (asArray(content) ?? []).map((part) => asString(asObject(part)?.['text']) ?? '');
  const speaker = wire?.['role'] === 'user' ? 'user' : wire?.['role'] === 'assistant' ? 'model' : 'other';
  return { speaker, text: asString(content) ?? parts.join('') };
}

function readTool(tool: Json): SyntheticTool[] {
  const wire = asObject(tool);
  const form = wire?.['type'] === 'custom' ? 'custom' : 'function';
  const body = asObject(wire?.[form]);
  const name = asString(body?.['name']);
  return name === undefined ? [] : [{ form, name, schema: body?.['parameters'] ?? { type: 'object' } }];
}

function readToolChoice(choice: Json | undefined): SyntheticRequest['toolChoice'] {
  if (choice === 'none' || choice === 'required') return { kind: choice };
  const wire = asObject(choice);
  const name = asString(asObject(wire?.['function'] ?? wire?.['custom'])?.['name']);
  return name === undefined ? { kind: 'auto' } : { kind: 'named', name };
}

function readSchema(format: JsonObject | undefined): Json | undefined {
  if (format?.['type'] === 'json_schema') return asObject(format['json_schema'])?.['schema'] ?? true;
  return format?.['type'] === 'json_object' ? true : undefined;
}

function readStop(stop: Json | undefined): readonly string[] {
  return (asArray(stop) ?? [stop]).filter((text) => typeof text === 'string' && text !== '') as string[];
}

function unary(answer: SyntheticAnswer, request: SyntheticRequest): Json {
  return {
    id: `chatcmpl-${answer.id}`,
    object: 'chat.completion',
    created: answer.createdSec,
    model: answer.model,
    choices: answer.choices.map((choice, index) => ({
      index,
      message: messageOf(choice),
      logprobs: logprobsOf(choice.text, request.logprobs),
      finish_reason: finishReason(choice),
    })),
    ...(answer.usage === undefined ? {} : { usage: usageOf(answer.usage) }),
    service_tier: 'default',
    system_fingerprint: 'fp_simulator',
  };
}

function messageOf(choice: SyntheticChoice): Json {
  const text = choice.text.join('');
  const calls = choice.toolCalls.map((call) => {
    const input = call.input.join('');
    return call.form === 'custom'
      ? { id: call.id, type: 'custom', custom: { name: call.name, input } }
      : { id: call.id, type: 'function', function: { name: call.name, arguments: input } };
  });
  return {
    role: 'assistant',
    content: choice.refusal || (text === '' && calls.length > 0) ? null : text,
    refusal: choice.refusal ? text : null,
    ...(choice.reasoning.length === 0 ? {} : { reasoning_content: choice.reasoning.join('') }),
    ...(calls.length === 0 ? {} : { tool_calls: calls }),
  };
}

/** Several choices take turns, a token each, as they do on the wire. */
function* stream(answer: SyntheticAnswer, request: SyntheticRequest): Generator<AnswerEvent, void, void> {
  const head: ChunkHead = {
    text:
      `data: {"id":${JSON.stringify(`chatcmpl-${answer.id}`)},"object":"chat.completion.chunk",` +
      `"created":${answer.createdSec},"model":${JSON.stringify(answer.model)},` +
      `"service_tier":"default","system_fingerprint":"fp_simulator","choices":[`,
    // A stream that will report usage says null until it does.
    tail: request.streamUsage ? '],"usage":null}\n\n' : ']}\n\n',
  };
  let speaking = answer.choices.map((choice, index) => choiceEvents(head, choice, index, request.logprobs));
  while (speaking.length > 0) {
    const still: typeof speaking = [];
    for (const events of speaking) {
      const step = events.next();
      if (step.done === true) continue;
      yield step.value;
      still.push(events);
    }
    speaking = still;
  }
  if (request.streamUsage && answer.usage !== undefined) {
    const text = `${head.text}],"usage":${JSON.stringify(usageOf(answer.usage))}}\n\n`;
    yield { role: 'usage', text, tokens: 0 };
  }
  yield { role: 'done', text: 'data: [DONE]\n\n', tokens: 0 };
}

const COMPLAINTS: Readonly<Record<Complaint, readonly [type: string, code: string | null]>> = {
  invalid: ['invalid_request_error', null],
  'not-found': ['invalid_request_error', 'model_not_found'],
  auth: ['invalid_request_error', 'invalid_api_key'],
  permission: ['invalid_request_error', 'unsupported_country_region_territory'],
  rate: ['requests', 'rate_limit_exceeded'],
  quota: ['insufficient_quota', 'insufficient_quota'],
  'context-length': ['invalid_request_error', 'context_length_exceeded'],
  'content-filter': ['invalid_request_error', 'content_filter'],
  timeout: ['timeout', 'request_timeout'],
  server: ['server_error', 'server_error'],
  overloaded: ['server_error', 'overloaded'],
};

function errorBody(complaint: Complaint, _status: number, text: string, field?: string): Json {
  const [type, code] = COMPLAINTS[complaint];
  return { error: { message: text, type, param: field ?? null, code } };
}

function modelList(path: string, names: readonly string[]): Json | undefined {
  const entry = (id: string) => ({ id, object: 'model', created: 1_760_000_000, owned_by: 'simulator' });
  if (path.endsWith('/models')) return { object: 'list', data: names.map(entry) };
  const name = /\/models\/(.+)$/.exec(path)?.[1];
  return name === undefined ? undefined : entry(name);
}
