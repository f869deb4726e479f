// Recorded streams as answers in one piece, in the wire's own shape, put together by someone who knows nothing of odd
// streams. Where a vendor's last event repeats the answer, it is that.

import type { Frame } from '#base/frame.ts';
import { asArray, asNumber, asObject, asString, parseJson } from '#base/json.ts';
import type { Json, JsonDraft, JsonObject } from '#base/json.ts';
import { addUp } from '../recordings/anthropic-messages-whole.ts';
import { inOnePiece } from '../recordings/gemini-whole.ts';

/** By dialect. Undefined where the stream does not hold a whole answer. */
export const WHOLE: Readonly<Record<string, (frames: readonly Frame[]) => JsonObject | undefined>> = {
  'openai-chat': wholeChat,
  'openai-responses': lastResponse,
  'anthropic-messages': (frames) => addUp(frames.map(unwrapped)),
  gemini: wholeGemini,
  'bedrock-converse': wholeConverse,
  cohere: wholeCohere,
};

/** Each event stands in base64 in a message of an AWS event stream. */
function unwrapped(frame: Frame): Frame {
  const bytes = asString(asObject(parseJson(frame.data))?.['bytes']);
  return bytes === undefined ? frame : { data: new TextDecoder().decode(Uint8Array.fromBase64(bytes)) };
}

/** Calls that are told in pieces of their arguments have no equal in one piece. */
function wholeGemini(frames: readonly Frame[]): JsonObject | undefined {
  return frames.some(({ data }) => /partialArgs|willContinue/.test(data)) ? undefined : inOnePiece(frames);
}

function eventsOf(frames: readonly Frame[]): readonly JsonObject[] {
  return frames.map(({ data }) => asObject(parseJson(data))).filter((event) => event !== undefined);
}

function lastResponse(frames: readonly Frame[]): JsonObject | undefined {
  const last = eventsOf(frames).find(
    ({ type }) => type === 'response.completed' || type === 'response.incomplete',
  );
  return asObject(last?.['response']);
}

/** Joins a text to what stands there. */
function join(draft: JsonDraft, key: string, text: Json | undefined): void {
  if (typeof text === 'string') draft[key] = (asString(draft[key]) ?? '') + text;
}

interface ChatChoice {
  readonly message: JsonDraft;
  readonly calls: JsonDraft[];
  readonly rest: JsonDraft;
}

function wholeChat(frames: readonly Frame[]): JsonObject | undefined {
  const whole: JsonDraft = {};
  const choices: ChatChoice[] = [];
  for (const chunk of eventsOf(frames)) {
    const { choices: list, usage, ...rest } = chunk;
    Object.assign(whole, rest);
    if (asObject(usage) !== undefined) whole['usage'] = usage;
    (asArray(list) ?? []).forEach((item, at) => {
      const { delta, index, ...more } = asObject(item) ?? {};
      const number = asNumber(index) ?? at;
      const choice = (choices[number] ??= {
        message: { role: 'assistant', content: null },
        calls: [],
        rest: {},
      });
      // What follows the reason is a repetition or a blank.
      const ended = choice.rest['finish_reason'] !== undefined;
      for (const key in more)
        if (more[key] !== null && more[key] !== undefined) choice.rest[key] ??= more[key];
      if (!ended) addDelta(choice, asObject(delta) ?? {});
    });
  }
  if (choices.length === 0) return undefined;
  const written = choices.map(({ message, calls, rest }, index) => ({
    index,
    ...rest,
    message: calls.length === 0 ? message : { ...message, tool_calls: calls },
  }));
  return { ...whole, object: 'chat.completion', choices: written };
}

function addDelta({ message, calls }: ChatChoice, delta: JsonObject): void {
  for (const key in delta) {
    const value = delta[key];
    if (key === 'tool_calls') for (const call of asArray(value) ?? []) addCall(calls, asObject(call) ?? {});
    else if (Array.isArray(value)) message[key] = [...(asArray(message[key]) ?? []), ...(value as Json[])];
    else if (key === 'role') continue;
    else join(message, key, value);
  }
}

/** A piece with an id that is not known opens a call; one without goes to the call of its index, else to the last. */
function addCall(calls: JsonDraft[], piece: JsonObject): void {
  const id = asString(piece['id']) ?? '';
  const index = asNumber(piece['index']);
  const known = id === '' || id === 'null' ? undefined : calls.find((call) => call['id'] === id);
  const opens = known === undefined && id !== '' && id !== 'null';
  let call = known ?? (opens ? undefined : (calls.find((one) => one['index'] === index) ?? calls.at(-1)));
  if (call === undefined) {
    call = { index, id, type: 'function', function: {} };
    calls.push(call);
  }
  const inner: JsonDraft = { ...asObject(call['function']) };
  const more = asObject(piece['function']);
  inner['name'] ??= asString(more?.['name']);
  join(inner, 'arguments', more?.['arguments']);
  call['function'] = inner;
}

function wholeConverse(frames: readonly Frame[]): JsonObject | undefined {
  const content: JsonDraft[] = [];
  const body: JsonDraft = {};
  for (const { event, data } of frames) {
    const value = asObject(parseJson(data)) ?? {};
    const index = asNumber(value['contentBlockIndex']) ?? 0;
    const started = asObject(asObject(value['start'])?.['toolUse']);
    if (started !== undefined) content[index] = { toolUse: { ...started } };
    const delta = asObject(value['delta']);
    if (delta !== undefined) addConverse((content[index] ??= {}), delta);
    if (event === 'messageStop') body['stopReason'] = value['stopReason'];
    if (event === 'metadata') Object.assign(body, { usage: value['usage'] });
  }
  if (body['stopReason'] === undefined) return undefined;
  const blocks = content.filter((block) => block !== undefined).map(finishedBlock);
  return { ...body, output: { message: { role: 'assistant', content: blocks } } };
}

function addConverse(block: JsonDraft, delta: JsonObject): void {
  join(block, 'text', delta['text']);
  const call = asObject(delta['toolUse']);
  if (call !== undefined) {
    const draft: JsonDraft = { ...asObject(block['toolUse']) };
    join(draft, 'input', call['input']);
    block['toolUse'] = draft;
  }
  const thought = asObject(delta['reasoningContent']);
  if (thought === undefined) return;
  const { redactedContent, text, signature } = thought;
  const before = asObject(block['reasoningContent']);
  if (redactedContent !== undefined) block['reasoningContent'] = { redactedContent };
  else {
    const told: JsonDraft = { ...asObject(before?.['reasoningText']) };
    join(told, 'text', text);
    join(told, 'signature', signature);
    block['reasoningContent'] = { reasoningText: { text: '', ...told } };
  }
}

function finishedBlock(block: JsonDraft): JsonObject {
  const call = asObject(block['toolUse']);
  if (call === undefined) return block;
  return { toolUse: { ...call, input: parseJson(asString(call['input']) ?? '{}') ?? {} } };
}

function wholeCohere(frames: readonly Frame[]): JsonObject | undefined {
  const body: JsonDraft = {};
  const message: JsonDraft = { role: 'assistant' };
  const blocks: JsonDraft[] = [];
  const calls: JsonDraft[] = [];
  const citations: Json[] = [];
  for (const value of eventsOf(frames)) {
    const delta = asObject(value['delta']);
    const said = asObject(delta?.['message']);
    const index = asNumber(value['index']) ?? 0;
    if (value['type'] === 'message-start') body['id'] = value['id'];
    if (value['type'] === 'message-end') Object.assign(body, delta);
    join(message, 'tool_plan', said?.['tool_plan']);
    const content = asObject(said?.['content']);
    if (content !== undefined) addCohere((blocks[index] ??= { type: 'text' }), content);
    const call = asObject(said?.['tool_calls']);
    if (call !== undefined) addCohereCall((calls[index] ??= {}), call);
    const cited = said?.['citations'];
    if (cited !== undefined && cited !== null) citations.push(cited);
  }
  if (body['finish_reason'] === undefined) return undefined;
  if (blocks.length > 0) message['content'] = blocks;
  if (calls.length > 0) message['tool_calls'] = calls;
  if (citations.length > 0) message['citations'] = citations;
  return { ...body, message };
}

function addCohere(block: JsonDraft, content: JsonObject): void {
  if (typeof content['type'] === 'string') block['type'] = content['type'];
  if (typeof content['thinking'] === 'string') block['type'] = 'thinking';
  join(block, 'text', content['text']);
  join(block, 'thinking', content['thinking']);
}

function addCohereCall(call: JsonDraft, piece: JsonObject): void {
  const inner: JsonDraft = { ...asObject(call['function']) };
  const more = asObject(piece['function']);
  inner['name'] ??= more?.['name'];
  join(inner, 'arguments', more?.['arguments']);
  Object.assign(call, { id: call['id'] ?? piece['id'], type: 'function', function: inner });
}
