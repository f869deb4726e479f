// The provider side of Cohere's Chat API, version 2: requests read as far as they shape an answer, answers whole or as typed
// events, errors.

import { asArray, asNumber, asObject, asString, type Json, type JsonObject } from '#base/json.ts';
import { err, ok, type Result } from '#base/result.ts';
import {
  estimateTokens,
  type SyntheticAnswer,
  type SyntheticCall,
  type SyntheticChoice,
  type SyntheticRequest,
  type SyntheticTool,
} from '../answer.ts';
import type { AnswerEvent, Complaint, ReadProblem, SimulatedDialect } from './dialect.ts';
import { said, type Turn } from './said.ts';

/** For a picture. */
const MEDIA_TOKENS = 85;

export const cohere = {
  id: 'cohere',
  streamType: 'text/event-stream',
  answers: (path) => path.endsWith('/chat'),
  modelOf: (body) => asString(body['model']),
  readRequest,
  unary,
  stream,
  error: errorBody,
  streamError: (complaint, _status, text) =>
    frame({ type: 'message-end', delta: { finish_reason: 'ERROR', error: worded(complaint, text) } }),
  // The list of models has a path that others speak too.
  models: () => undefined,
} satisfies SimulatedDialect;

function readRequest(body: JsonObject, model: string): Result<SyntheticRequest, ReadProblem> {
  const messages = asArray(body['messages']);
  if (messages === undefined || messages.length === 0) {
    return err({ field: 'messages', message: 'invalid request: all messages must have content.' });
  }
  const tools = (asArray(body['tools']) ?? []).flatMap(readTool);
  const format = asObject(body['response_format']);
  const asked = body['tool_choice'];
  return ok({
    model,
    stream: body['stream'] === true,
    streamUsage: true,
    ...said(messages.map(turnOf)),
    afterToolResult: asObject(messages.at(-1))?.['role'] === 'tool',
    tools,
    toolChoice: { kind: asked === 'NONE' ? 'none' : asked === 'REQUIRED' ? 'required' : 'auto' },
    parallelToolCalls: true,
    ...(format?.['type'] === 'json_object' && { schema: format['json_schema'] ?? true }),
    choices: 1,
    maxTokens: asNumber(body['max_tokens']) ?? 1_000_000,
    stop: (asArray(body['stop_sequences']) ?? []).filter(
      (text) => typeof text === 'string' && text !== '',
    ) as string[],
    promptTokens: promptTokens(messages, tools),
  });
}

function readTool(tool: Json): SyntheticTool[] {
  const body = asObject(asObject(tool)?.['function']);
  const name = asString(body?.['name']);
  return name === undefined
    ? []
    : [{ form: 'function', name, schema: body?.['parameters'] ?? { type: 'object' } }];
}

function turnOf(message: Json): Turn {
  const wire = asObject(message);
  const { role } = wire ?? {};
  const speaker = role === 'user' ? 'user' : role === 'assistant' ? 'model' : 'other';
  return { speaker, text: textsIn(wire?.['content']).join('') };
}

function textsIn(content: Json | undefined): readonly string[] {
  if (typeof content === 'string') return [content];
  return (asArray(content) ?? []).flatMap((part) => asString(asObject(part)?.['text']) ?? []);
}

function promptTokens(messages: readonly Json[], tools: readonly SyntheticTool[]): number {
  let count = 4 * messages.length;
  for (const item of messages) {
    const wire = asObject(item);
    for (const text of textsIn(wire?.['content'])) count += estimateTokens(text);
    const pictures = (asArray(wire?.['content']) ?? []).filter(
      (part) => asObject(part)?.['image_url'] !== undefined,
    );
    count += pictures.length * MEDIA_TOKENS;
    for (const call of asArray(wire?.['tool_calls']) ?? []) count += estimateTokens(JSON.stringify(call));
  }
  for (const tool of tools) count += estimateTokens(tool.name + JSON.stringify(tool.schema));
  return count;
}

const FINISHES: Readonly<Record<SyntheticChoice['finish'], string>> = {
  stop: 'COMPLETE',
  length: 'MAX_TOKENS',
  'tool-calls': 'TOOL_CALL',
  'content-filter': 'ERROR_TOXIC',
};

function usageOf({ usage }: SyntheticAnswer): JsonObject | undefined {
  if (usage === undefined) return undefined;
  const counts = { input_tokens: usage.promptTokens, output_tokens: usage.outputTokens };
  return {
    billed_units: counts,
    tokens: { ...counts, ...(usage.reasoningTokens > 0 && { reasoning_tokens: usage.reasoningTokens }) },
    cached_tokens: usage.cachedTokens,
  };
}

function callOf(call: SyntheticCall, input: string): JsonObject {
  return { id: call.id, type: 'function', function: { name: call.name, arguments: input } };
}

function unary(answer: SyntheticAnswer): Json {
  const [choice] = answer.choices;
  const calls = choice?.toolCalls ?? [];
  const content: Json[] = [];
  if ((choice?.reasoning.length ?? 0) > 0)
    content.push({ type: 'thinking', thinking: choice?.reasoning.join('') ?? '' });
  if (calls.length === 0) content.push({ type: 'text', text: choice?.text.join('') ?? '' });
  const usage = usageOf(answer);
  return {
    id: answer.id,
    finish_reason: FINISHES[choice?.finish ?? 'stop'],
    message: {
      role: 'assistant',
      ...(content.length > 0 && { content }),
      ...(calls.length > 0 && { tool_calls: calls.map((call) => callOf(call, call.input.join(''))) }),
    },
    ...(usage && { usage }),
  };
}

function* stream(answer: SyntheticAnswer): Generator<AnswerEvent, void, void> {
  const [choice] = answer.choices;
  const opening = { role: 'assistant', content: [], tool_plan: '', tool_calls: [], citations: [] };
  yield event('start', { id: answer.id, type: 'message-start', delta: { message: opening } });
  if (choice !== undefined) {
    let index = 0;
    if (choice.reasoning.length > 0) {
      yield* contentEvents('thinking', choice.reasoning, index);
      index += 1;
    }
    if (choice.text.length > 0) yield* contentEvents('text', choice.text, index);
    for (const [position, call] of choice.toolCalls.entries()) yield* callEvents(call, position);
  }
  const usage = usageOf(answer);
  const delta = { finish_reason: FINISHES[choice?.finish ?? 'stop'], ...(usage && { usage }) };
  yield event('finish', { type: 'message-end', delta });
}

function* contentEvents(
  type: 'text' | 'thinking',
  pieces: readonly string[],
  index: number,
): Generator<AnswerEvent, void, void> {
  yield event('noise', {
    type: 'content-start',
    index,
    delta: { message: { content: { type, [type]: '' } } },
  });
  for (const piece of pieces)
    yield event(
      'content',
      { type: 'content-delta', index, delta: { message: { content: { [type]: piece } } } },
      1,
    );
  yield event('noise', { type: 'content-end', index });
}

function* callEvents(call: SyntheticCall, index: number): Generator<AnswerEvent, void, void> {
  yield event('content', {
    type: 'tool-call-start',
    index,
    delta: { message: { tool_calls: callOf(call, '') } },
  });
  for (const input of call.input) {
    const message = { tool_calls: { function: { arguments: input } } };
    yield event('content', { type: 'tool-call-delta', index, delta: { message } }, 1);
  }
  yield event('noise', { type: 'tool-call-end', index });
}

function event(role: AnswerEvent['role'], data: JsonObject, tokens = 0): AnswerEvent {
  return { role, text: frame(data), tokens };
}

function frame(data: JsonObject): string {
  return `event: ${asString(data['type']) ?? ''}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** The recorded words, where there are some; the status says the rest. */
const WORDS: Readonly<Partial<Record<Complaint, string>>> = {
  auth: 'invalid api token',
  'content-filter': 'blocked input: please refer to the usage guidelines.',
  overloaded: 'the model is overloaded, try again later.',
  rate: 'too many requests.',
  'context-length':
    'too many tokens: total number of tokens in the prompt cannot exceed the maximum context length',
  'not-found':
    'model not found, make sure the correct model ID was used and that you have access to the model.',
  quota: 'You are using a Trial key, which is limited to 1000 API calls / month.',
};

function errorBody(complaint: Complaint, _status: number, text: string): Json {
  return { id: '0b9f7a1e-simulator', message: worded(complaint, text) };
}

function worded(complaint: Complaint, text: string): string {
  const known = WORDS[complaint];
  return known === undefined ? text : `${known} ${text}`;
}
