// The provider side of the Messages API: requests read as far as they shape an answer, answers written whole or as the
// vendor's events, errors and the list of models.

import { asArray, asNumber, asObject, asString, parseJson, type Json, type JsonObject } from '#base/json.ts';
import { err, ok, type Result } from '#base/result.ts';
import {
  estimateTokens,
  type SyntheticAnswer,
  type SyntheticChoice,
  type SyntheticRequest,
  type SyntheticTool,
  type SyntheticUsage,
} from '../answer.ts';
import type { AnswerEvent, Complaint, ReadProblem, SimulatedDialect } from './dialect.ts';
import { said, type Turn } from './said.ts';

/** For a picture or a file. */
const MEDIA_TOKENS = 85;
const PATH = /\/messages$/;

export const anthropicMessages = {
  id: 'anthropic-messages',
  streamType: 'text/event-stream; charset=utf-8',
  answers: (path) => PATH.test(path),
  modelOf: (body) => asString(body['model']),
  readRequest,
  unary,
  stream,
  error: errorBody,
  streamError: (complaint, status, text) =>
    eventText('error', asObject(errorBody(complaint, status, text)) ?? {}),
  // The paths of both lists are the same; the other language answers.
  models: () => undefined,
} satisfies SimulatedDialect;

function readRequest(body: JsonObject, model: string): Result<SyntheticRequest, ReadProblem> {
  const messages = asArray(body['messages']);
  if (messages === undefined || messages.length === 0)
    return err({ field: 'messages', message: 'messages: at least one message is required' });
  const maxTokens = asNumber(body['max_tokens']);
  if (maxTokens === undefined) return err({ field: 'max_tokens', message: 'max_tokens: Field required' });
  const tools = (asArray(body['tools']) ?? []).flatMap(readTool);
  const choice = asObject(body['tool_choice']);
  const format = asObject(asObject(body['output_config'])?.['format']);
  const schema = format?.['schema'];
  return ok({
    model,
    stream: body['stream'] === true,
    streamUsage: true,
    ...said(messages.map(turnOf)),
    afterToolResult: blocksOf(messages.at(-1)).some((block) => block['type'] === 'tool_result'),
    tools,
    toolChoice: readChoice(choice),
    parallelToolCalls: choice?.['disable_parallel_tool_use'] !== true,
    ...(schema === undefined ? {} : { schema }),
    choices: 1,
    maxTokens,
    stop: (asArray(body['stop_sequences']) ?? []).filter((text) => typeof text === 'string'),
    promptTokens: promptTokens(body, messages, tools),
  });
}

function blocksOf(message: Json | undefined): readonly JsonObject[] {
  const content = asObject(message)?.['content'];
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  return (asArray(content) ?? []).map((block) => asObject(block) ?? {});
}

function turnOf(message: Json): Turn {
  const speaker = asObject(message)?.['role'] === 'user' ? 'user' : 'model';
  const texts = blocksOf(message).map((block) => asString(block['text']) ?? '');
  return { speaker, text: texts.join('') };
}

function promptTokens(body: JsonObject, messages: readonly Json[], tools: readonly SyntheticTool[]): number {
  let count = body['system'] === undefined ? 0 : 4 + estimateTokens(JSON.stringify(body['system']));
  for (const message of messages) {
    count += 4;
    for (const block of blocksOf(message)) {
      const text = asString(block['text']);
      const isMedia = block['source'] !== undefined;
      count += isMedia ? MEDIA_TOKENS : estimateTokens(text ?? JSON.stringify(block));
    }
  }
  for (const tool of tools) count += estimateTokens(tool.name + JSON.stringify(tool.schema));
  return count;
}

function readTool(tool: Json): SyntheticTool[] {
  const wire = asObject(tool);
  const name = asString(wire?.['name']);
  return name === undefined
    ? []
    : [{ form: 'function', name, schema: wire?.['input_schema'] ?? { type: 'object' } }];
}

function readChoice(choice: JsonObject | undefined): SyntheticRequest['toolChoice'] {
  const name = asString(choice?.['name']);
  if (choice?.['type'] === 'tool' && name !== undefined) return { kind: 'named', name };
  if (choice?.['type'] === 'any') return { kind: 'required' };
  return { kind: choice?.['type'] === 'none' ? 'none' : 'auto' };
}

const FINISHES: Readonly<Record<SyntheticChoice['finish'], string>> = {
  stop: 'end_turn',
  length: 'max_tokens',
  'tool-calls': 'tool_use',
  'content-filter': 'refusal',
};

function stopReason(choice: SyntheticChoice): string {
  return choice.refusal ? 'refusal' : FINISHES[choice.finish];
}

function messageOf(answer: SyntheticAnswer, more: JsonObject): JsonObject {
  return { id: `msg_${answer.id}`, type: 'message', role: 'assistant', model: answer.model, ...more };
}

/** The cache is counted apart from the rest of the prompt. */
function usageOf(usage: SyntheticUsage | undefined, outputTokens = usage?.outputTokens ?? 0): JsonObject {
  return {
    input_tokens: (usage?.promptTokens ?? 0) - (usage?.cachedTokens ?? 0),
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: usage?.cachedTokens ?? 0,
    output_tokens: outputTokens,
    output_tokens_details: { thinking_tokens: usage?.reasoningTokens ?? 0 },
  };
}

function signatureOf(answer: SyntheticAnswer): string {
  return btoa(`signed ${answer.id}`);
}

function unary(answer: SyntheticAnswer): Json {
  const [choice] = answer.choices;
  if (choice === undefined) return messageOf(answer, { content: [] });
  const content: Json[] = [];
  if (choice.reasoning.length > 0)
    content.push({ type: 'thinking', thinking: choice.reasoning.join(''), signature: signatureOf(answer) });
  if (choice.text.length > 0) content.push({ type: 'text', text: choice.text.join('') });
  for (const { id, name, input } of choice.toolCalls)
    content.push({ type: 'tool_use', id, name, input: parseJson(input.join('')) ?? {} });
  return messageOf(answer, {
    content,
    stop_reason: stopReason(choice),
    stop_sequence: null,
    ...(answer.usage === undefined ? {} : { usage: usageOf(answer.usage) }),
  });
}

function* stream(answer: SyntheticAnswer): Generator<AnswerEvent, void, void> {
  const [choice] = answer.choices;
  if (choice === undefined) return;
  const message = messageOf(answer, { content: [], stop_reason: null, stop_sequence: null });
  const begun = answer.usage === undefined ? message : { ...message, usage: usageOf(answer.usage, 1) };
  yield { role: 'start', text: eventText('message_start', { message: begun }), tokens: 0 };
  yield { role: 'start', text: eventText('ping', {}), tokens: 0 };
  let index = 0;
  if (choice.reasoning.length > 0) {
    const sealed = { type: 'signature_delta', signature: signatureOf(answer) };
    const block = { type: 'thinking', thinking: '', signature: '' };
    yield* blockEvents(index, block, pieces(choice.reasoning, 'thinking_delta', 'thinking'), sealed);
    index += 1;
  }
  if (choice.text.length > 0) {
    yield* blockEvents(index, { type: 'text', text: '' }, pieces(choice.text, 'text_delta', 'text'));
    index += 1;
  }
  for (const { id, name, input } of choice.toolCalls) {
    const block = { type: 'tool_use', id, name, input: {} };
    yield* blockEvents(index, block, pieces(['', ...input], 'input_json_delta', 'partial_json'));
    index += 1;
  }
  const delta = { stop_reason: stopReason(choice), stop_sequence: null };
  const usage = answer.usage === undefined ? {} : { usage: usageOf(answer.usage) };
  yield { role: 'finish', text: eventText('message_delta', { delta, ...usage }), tokens: 0 };
  yield { role: 'done', text: eventText('message_stop', {}), tokens: 0 };
}

function pieces(texts: readonly string[], type: string, field: string): readonly JsonObject[] {
  return texts.map((text) => ({ type, [field]: text }));
}

function* blockEvents(
  index: number,
  block: JsonObject,
  deltas: readonly JsonObject[],
  last?: JsonObject,
): Generator<AnswerEvent, void, void> {
  const content = (type: string, body: JsonObject, tokens: number): AnswerEvent => ({
    role: 'content',
    text: eventText(type, { index, ...body }),
    tokens,
  });
  yield content('content_block_start', { content_block: block }, 0);
  for (const delta of deltas)
    yield content('content_block_delta', { delta }, delta['partial_json'] === '' ? 0 : 1);
  if (last !== undefined) yield content('content_block_delta', { delta: last }, 0);
  yield content('content_block_stop', {}, 0);
}

function eventText(type: string, body: JsonObject): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...body })}\n\n`;
}

const COMPLAINTS: Readonly<Record<Complaint, string>> = {
  invalid: 'invalid_request_error',
  'not-found': 'not_found_error',
  auth: 'authentication_error',
  permission: 'permission_error',
  rate: 'rate_limit_error',
  quota: 'billing_error',
  'context-length': 'invalid_request_error',
  'content-filter': 'invalid_request_error',
  timeout: 'timeout_error',
  server: 'api_error',
  overloaded: 'overloaded_error',
};

/** The vendor has no word of its own for a prompt that is too long or filtered: it says so in its message. */
function errorBody(complaint: Complaint, _status: number, text: string): Json {
  const message =
    complaint === 'context-length'
      ? `prompt is too long: ${text}`
      : complaint === 'content-filter'
        ? `Output blocked by content filtering policy: ${text}`
        : text;
  return { type: 'error', error: { type: COMPLAINTS[complaint], message }, request_id: 'req_simulated' };
}
