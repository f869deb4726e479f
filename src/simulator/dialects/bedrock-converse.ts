// The provider side of Bedrock's Converse API: requests read as far as they shape an answer, answers whole or as AWS event
// streams, errors. Signatures are not looked at.

import {
  asArray,
  asNumber,
  asObject,
  asString,
  isObject,
  parseJson,
  type Json,
  type JsonObject,
} from '#base/json.ts';
import { err, ok, type Result } from '#base/result.ts';
import { awsEventStreamBytes } from '#framing/aws-event-stream.ts';
import { crc32 } from '#framing/crc32.ts';
import {
  estimateTokens,
  type SyntheticAnswer,
  type SyntheticCall,
  type SyntheticChoice,
  type SyntheticRequest,
  type SyntheticTool,
} from '../answer.ts';
import type { AnswerEvent, Complaint, ReadProblem, SimulatedDialect, StreamNoise } from './dialect.ts';
import { said, type Turn } from './said.ts';

const PATH = /\/model\/([^/]+)\/converse(-stream)?$/;
/** For a picture. */
const MEDIA_TOKENS = 85;

export const bedrockConverse = {
  id: 'bedrock-converse',
  streamType: 'application/vnd.amazon.eventstream',
  answers: (path) => PATH.test(path),
  modelOf: (_, path) => decoded(PATH.exec(path)?.[1]),
  readRequest,
  unary,
  stream,
  error: (complaint, status, text) => ({
    __type: CLASS_OF_STATUS[status] ?? CLASSES[complaint],
    message: worded(complaint, text),
  }),
  streamError: (complaint, _status, text) =>
    awsEventStreamBytes({
      event: lowerFirst(CLASSES[complaint]),
      data: JSON.stringify({ message: worded(complaint, text) }),
      exception: true,
    }),
  noise: noiseOf(),
  // The list of models belongs to another API.
  models: () => undefined,
} satisfies SimulatedDialect;

function decoded(name: string | undefined): string | undefined {
  try {
    return name === undefined ? undefined : decodeURIComponent(name);
  } catch {
    return undefined;
  }
}

function readRequest(body: JsonObject, model: string, path: string): Result<SyntheticRequest, ReadProblem> {
  const messages = asArray(body['messages']);
  if (messages === undefined || messages.length === 0) {
    return err({ field: 'messages', message: 'The messages field must not be empty.' });
  }
  const config = asObject(body['toolConfig']);
  const tools = (asArray(config?.['tools']) ?? []).flatMap(readTool);
  const limits = asObject(body['inferenceConfig']);
  const schema = schemaIn(body);
  return ok({
    model,
    stream: path.endsWith('-stream'),
    streamUsage: true,
    ...said(messages.map(turnOf)),
    afterToolResult: blocksOf(messages.at(-1)).some((block) => block['toolResult'] !== undefined),
    tools,
    toolChoice: choiceIn(asObject(config?.['toolChoice'])),
    parallelToolCalls: true,
    ...(schema !== undefined && { schema }),
    choices: 1,
    maxTokens: asNumber(limits?.['maxTokens']) ?? 1_000_000,
    stop: (asArray(limits?.['stopSequences']) ?? []).filter(
      (text) => typeof text === 'string' && text !== '',
    ) as string[],
    promptTokens: promptTokens(messages, tools),
  });
}

function readTool(tool: Json): SyntheticTool[] {
  const spec = asObject(asObject(tool)?.['toolSpec']);
  const name = asString(spec?.['name']);
  const schema = asObject(spec?.['inputSchema'])?.['json'] ?? { type: 'object' };
  return name === undefined ? [] : [{ form: 'function', name, schema }];
}

function choiceIn(asked: JsonObject | undefined): SyntheticRequest['toolChoice'] {
  const name = asString(asObject(asked?.['tool'])?.['name']);
  if (name !== undefined) return { kind: 'named', name };
  return { kind: asked?.['any'] === undefined ? 'auto' : 'required' };
}

function schemaIn(body: JsonObject): Json | undefined {
  const format = asObject(asObject(body['outputConfig'])?.['textFormat']);
  const written = asString(asObject(asObject(format?.['structure'])?.['jsonSchema'])?.['schema']);
  return written === undefined ? undefined : parseJson(written);
}

function blocksOf(message: Json | undefined): readonly JsonObject[] {
  return (asArray(asObject(message)?.['content']) ?? []).filter(isObject);
}

function turnOf(message: Json): Turn {
  const role = asObject(message)?.['role'];
  const texts = blocksOf(message).flatMap((block) => asString(block['text']) ?? []);
  return {
    speaker: role === 'user' ? 'user' : role === 'assistant' ? 'model' : 'other',
    text: texts.join(''),
  };
}

function promptTokens(messages: readonly Json[], tools: readonly SyntheticTool[]): number {
  let count = 4 * messages.length;
  for (const block of messages.flatMap(blocksOf)) {
    const text = asString(block['text']);
    if (text !== undefined) count += estimateTokens(text);
    else if (block['image'] !== undefined) count += MEDIA_TOKENS;
    else count += estimateTokens(JSON.stringify(block));
  }
  for (const tool of tools) count += estimateTokens(tool.name + JSON.stringify(tool.schema));
  return count;
}

const FINISHES: Readonly<Record<SyntheticChoice['finish'], string>> = {
  stop: 'end_turn',
  length: 'max_tokens',
  'tool-calls': 'tool_use',
  'content-filter': 'content_filtered',
};

/** What was read from a cache stands beside the input, not inside it. */
function usageOf({ usage }: SyntheticAnswer): JsonObject | undefined {
  if (usage === undefined) return undefined;
  const { promptTokens: prompt, cachedTokens, outputTokens } = usage;
  return {
    inputTokens: prompt - cachedTokens,
    outputTokens,
    totalTokens: prompt + outputTokens,
    cacheReadInputTokens: cachedTokens,
  };
}

function unary(answer: SyntheticAnswer): Json {
  const [choice] = answer.choices;
  const content: Json[] = [];
  if ((choice?.reasoning.length ?? 0) > 0) {
    const reasoningText = { text: choice?.reasoning.join('') ?? '', signature: SIGNATURE };
    content.push({ reasoningContent: { reasoningText } });
  }
  if ((choice?.text.length ?? 0) > 0) content.push({ text: choice?.text.join('') ?? '' });
  for (const { id, name, input } of choice?.toolCalls ?? []) {
    content.push({ toolUse: { toolUseId: id, name, input: parseJson(input.join('')) ?? {} } });
  }
  const usage = usageOf(answer);
  return {
    output: { message: { role: 'assistant', content } },
    stopReason: FINISHES[choice?.finish ?? 'stop'],
    ...(usage && { usage }),
    metrics: { latencyMs: 1 },
  };
}

const SIGNATURE = 'c2lnbmVkIGJ5IHRoZSBzaW11bGF0b3I=';

function* stream(answer: SyntheticAnswer): Generator<AnswerEvent, void, void> {
  const [choice] = answer.choices;
  yield event('start', 'messageStart', { role: 'assistant' });
  let index = 0;
  if (choice !== undefined && choice.reasoning.length > 0) {
    const pieces = choice.reasoning.map((text) => ({ reasoningContent: { text } }));
    yield* blockEvents(index, pieces);
    index += 1;
  }
  if (choice !== undefined && choice.text.length > 0) {
    const pieces = choice.text.map((text) => ({ text }));
    yield* blockEvents(index, pieces);
    index += 1;
  }
  for (const call of choice?.toolCalls ?? []) {
    yield* callEvents(index, call);
    index += 1;
  }
  yield event('finish', 'messageStop', { stopReason: FINISHES[choice?.finish ?? 'stop'] });
  const usage = usageOf(answer);
  yield event('usage', 'metadata', { ...(usage && { usage }), metrics: { latencyMs: 1 } });
}

function* blockEvents(
  contentBlockIndex: number,
  deltas: readonly JsonObject[],
): Generator<AnswerEvent, void, void> {
  for (const delta of deltas) yield event('content', 'contentBlockDelta', { contentBlockIndex, delta }, 1);
  if (deltas[0]?.['reasoningContent'] !== undefined) {
    const delta = { reasoningContent: { signature: SIGNATURE } };
    yield event('noise', 'contentBlockDelta', { contentBlockIndex, delta });
  }
  yield event('noise', 'contentBlockStop', { contentBlockIndex });
}

function* callEvents(
  contentBlockIndex: number,
  { id, name, input }: SyntheticCall,
): Generator<AnswerEvent, void, void> {
  const start = { toolUse: { toolUseId: id, name } };
  yield event('content', 'contentBlockStart', { contentBlockIndex, start });
  yield* blockEvents(
    contentBlockIndex,
    input.map((piece) => ({ toolUse: { input: piece } })),
  );
}

/** Letters of no meaning are beside what is said, so that lengths tell nothing. */
function event(role: AnswerEvent['role'], name: string, data: JsonObject, tokens = 0): AnswerEvent {
  return {
    role,
    text: awsEventStreamBytes({ event: name, data: JSON.stringify({ ...data, p: 'abcd' }) }),
    tokens,
  };
}

function noiseOf(): StreamNoise {
  const endless = new Uint8Array(12);
  const view = new DataView(endless.buffer);
  view.setUint32(0, 2 ** 30);
  view.setUint32(8, crc32(endless, 0, 8));
  return {
    ping: awsEventStreamBytes({ event: 'ping', data: '{}' }),
    malformed: awsEventStreamBytes({ event: 'contentBlockDelta', data: '{"delta":{"text":' }),
    endless,
  };
}

const CLASS_OF_STATUS: Readonly<Record<number, string>> = {
  409: 'ConflictException',
  425: 'TooEarlyException',
};

const CLASSES: Readonly<Record<Complaint, string>> = {
  invalid: 'ValidationException',
  'not-found': 'ResourceNotFoundException',
  auth: 'UnrecognizedClientException',
  permission: 'AccessDeniedException',
  rate: 'ThrottlingException',
  quota: 'ServiceQuotaExceededException',
  'context-length': 'ValidationException',
  'content-filter': 'ValidationException',
  timeout: 'ModelTimeoutException',
  server: 'InternalServerException',
  overloaded: 'ServiceUnavailableException',
};

function worded(complaint: Complaint, text: string): string {
  if (complaint === 'context-length') return `Input is too long for requested model. ${text}`;
  return complaint === 'content-filter' ? `Output blocked by content filtering policy. ${text}` : text;
}

function lowerFirst(name: string): string {
  return name.slice(0, 1).toLowerCase() + name.slice(1);
}
