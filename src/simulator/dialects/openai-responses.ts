// The provider side of the Responses API: requests read as far as they shape an answer; answers and events are written
// by the file beside this one. It keeps nothing: a request that goes on from an earlier answer is read as it stands.

import { asArray, asBoolean, asNumber, asObject, asString, type Json, type JsonObject } from '#base/json.ts';
import { err, ok, type Result } from '#base/result.ts';
import { estimateTokens, type SyntheticRequest, type SyntheticTool } from '../answer.ts';
import type { Complaint, ReadProblem, SimulatedDialect } from './dialect.ts';
import { openaiChat } from './openai-chat.ts';
import { responseOf, streamOf } from './openai-responses-wire.ts';
import { said, type Turn } from './said.ts';

/** For a picture, a file, a sound. */
const MEDIA_TOKENS = 85;

export const openaiResponses = {
  id: 'openai-responses',
  streamType: 'text/event-stream; charset=utf-8',
  answers: (path) => path.endsWith('/responses'),
  modelOf: (body) => asString(body['model']),
  readRequest,
  unary: responseOf,
  stream: streamOf,
  error: openaiChat.error,
  streamError,
  // The list of models is the other language's; it is the same one.
  models: () => undefined,
} satisfies SimulatedDialect;

function readRequest(body: JsonObject, model: string): Result<SyntheticRequest, ReadProblem> {
  const { input } = body;
  const items = typeof input === 'string' ? [{ role: 'user', content: input }] : asArray(input);
  if (items === undefined) return err({ field: 'input', message: 'Missing required parameter: input.' });
  const tools = (asArray(body['tools']) ?? []).flatMap(readTool);
  const schema = readSchema(asObject(asObject(body['text'])?.['format']));
  const asksLogprobs = (asArray(body['include']) ?? []).includes('message.output_text.logprobs');
  return ok({
    model,
    stream: asBoolean(body['stream']) === true,
    streamUsage: true,
    ...said(items.map(turnOf)),
    afterToolResult: isResult(asObject(items.at(-1))),
    tools,
    toolChoice: readToolChoice(body['tool_choice']),
    parallelToolCalls: asBoolean(body['parallel_tool_calls']) !== false,
    ...(schema === undefined ? {} : { schema }),
    choices: 1,
    ...(asksLogprobs ? { logprobs: asNumber(body['top_logprobs']) ?? 0 } : {}),
    maxTokens: asNumber(body['max_output_tokens']) ?? 1_000_000,
    stop: [],
    promptTokens: promptTokens(items, asString(body['instructions']), tools),
  });
}

function isResult(item: JsonObject | undefined): boolean {
  return asString(item?.['type'])?.endsWith('_call_output') === true;
}

/** Counts what is said, not how: the same conversation in Chat Completions has the same number. */
function promptTokens(
  items: readonly Json[],
  instructions: string | undefined,
  tools: readonly SyntheticTool[],
): number {
  let count = instructions === undefined ? 0 : 4 + estimateTokens(instructions);
  let speaker: unknown;
  for (const value of items) {
    const item = asObject(value);
    const type = item?.['type'];
    if (type === 'reasoning') continue;
    const role = isResult(item) ? undefined : (item?.['role'] ?? 'assistant');
    // What the model said and did in one turn is one message.
    if (role !== 'assistant' || speaker !== 'assistant') count += 4;
    speaker = role;
    if (type === 'function_call' || type === 'custom_tool_call') {
      const text = asString(item?.['arguments'] ?? item?.['input']) ?? '';
      count += estimateTokens(`${asString(item?.['name']) ?? ''}${text}`);
    } else count += contentTokens(isResult(item) ? item?.['output'] : item?.['content']);
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

function turnOf(item: Json): Turn {
  const wire = asObject(item);
  const content = wire?.['content'];
  const parts = (asArray(content) ?? []).map((part) => asString(asObject(part)?.['text']) ?? '');
  const speaker = wire?.['role'] === 'user' ? 'user' : wire?.['role'] === 'assistant' ? 'model' : 'other';
  return { speaker, text: asString(content) ?? parts.join('') };
}

function readTool(tool: Json): SyntheticTool[] {
  const wire = asObject(tool);
  const name = asString(wire?.['name']);
  const form = wire?.['type'] === 'custom' ? 'custom' : 'function';
  if (name === undefined || (form === 'function' && wire?.['type'] !== 'function')) return [];
  return [{ form, name, schema: wire?.['parameters'] ?? { type: 'object' } }];
}

function readToolChoice(choice: Json | undefined): SyntheticRequest['toolChoice'] {
  if (choice === 'none' || choice === 'required') return { kind: choice };
  const name = asString(asObject(choice)?.['name']);
  return name === undefined ? { kind: 'auto' } : { kind: 'named', name };
}

function readSchema(format: JsonObject | undefined): Json | undefined {
  if (format?.['type'] === 'json_schema') return format['schema'] ?? true;
  return format?.['type'] === 'json_object' ? true : undefined;
}

/** Two events, as the API does it. */
function streamError(complaint: Complaint, status: number, message: string): string {
  const error = asObject(openaiChat.error(complaint, status, message))?.['error'];
  const failed = { id: 'resp_failed', object: 'response', status: 'failed', output: [], error };
  return [
    `event: error\ndata: ${JSON.stringify({ type: 'error', sequence_number: 2, error: error ?? null })}\n\n`,
    `event: response.failed\ndata: ${JSON.stringify({ type: 'response.failed', sequence_number: 3, response: failed })}\n\n`,
  ].join('');
}
