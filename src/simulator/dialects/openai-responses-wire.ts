// The Responses API on the wire: items of an answer, the events that tell them, and the object around both.

import type { Json, JsonDraft, JsonObject } from '#base/json.ts';
import type { SyntheticAnswer, SyntheticCall, SyntheticChoice, SyntheticRequest } from '../answer.ts';
import type { AnswerEvent } from './dialect.ts';
import { logprobsOf } from './openai-chat-wire.ts';

/** The answer as the API gives it in one piece. `status` is what it is when it is whole. */
export function responseOf(answer: SyntheticAnswer, request: SyntheticRequest): JsonObject {
  const choice = answer.choices[0];
  const short = choice?.finish === 'length' || choice?.finish === 'content-filter';
  const reason = choice?.finish === 'length' ? 'max_output_tokens' : 'content_filter';
  return {
    ...envelope(answer, request),
    status: short ? 'incomplete' : 'completed',
    completed_at: short ? null : answer.createdSec + 1,
    incomplete_details: short ? { reason } : null,
    output: choice === undefined ? [] : itemsOf(answer.id, choice, request).map(({ whole }) => whole),
    usage: usageOf(answer),
  };
}

function envelope(answer: SyntheticAnswer, request: SyntheticRequest): JsonObject {
  return {
    id: `resp_${answer.id}`,
    object: 'response',
    created_at: answer.createdSec,
    background: false,
    error: null,
    instructions: null,
    metadata: {},
    model: answer.model,
    parallel_tool_calls: request.parallelToolCalls,
    previous_response_id: null,
    service_tier: 'default',
    store: true,
    temperature: 1,
    text: { format: { type: 'text' } },
    tool_choice: 'auto',
    tools: [],
    top_p: 1,
    truncation: 'disabled',
  };
}

function usageOf({ usage }: SyntheticAnswer): Json {
  if (usage === undefined) return null;
  return {
    input_tokens: usage.promptTokens,
    input_tokens_details: { cached_tokens: usage.cachedTokens },
    output_tokens: usage.outputTokens,
    output_tokens_details: { reasoning_tokens: usage.reasoningTokens },
    total_tokens: usage.promptTokens + usage.outputTokens,
  };
}

interface Item {
  readonly whole: JsonObject;
  /** The item when it is added. */
  readonly beginning: JsonObject;
  /** What its texts are told in: the name of the events without `.delta`. */
  readonly event: string;
  /** The part that is added before the texts; undefined for calls. */
  readonly part?: { readonly event: string; readonly empty: JsonObject; readonly whole: JsonObject };
  /** Which text of the item it is. */
  readonly place: JsonObject;
  readonly pieces: readonly string[];
  /** What the event that closes the text repeats. */
  readonly closing: JsonObject;
}

function itemsOf(id: string, choice: SyntheticChoice, request: SyntheticRequest): readonly Item[] {
  const items: Item[] = [];
  if (choice.reasoning.length > 0) items.push(reasoningItem(id, choice.reasoning));
  if (choice.text.length > 0 || choice.toolCalls.length === 0) items.push(messageItem(id, choice, request));
  return [...items, ...choice.toolCalls.map(callItem)];
}

function reasoningItem(id: string, pieces: readonly string[]): Item {
  const text = pieces.join('');
  const item = { id: `rs_${id}`, type: 'reasoning', encrypted_content: `sealed-${id}` };
  const part = { type: 'summary_text', text };
  return {
    whole: { ...item, summary: [part] },
    beginning: { ...item, encrypted_content: `first-${id}`, summary: [] },
    event: 'reasoning_summary_text',
    part: { event: 'reasoning_summary_part', empty: { ...part, text: '' }, whole: part },
    place: { summary_index: 0 },
    pieces,
    closing: { text },
  };
}

function messageItem(id: string, choice: SyntheticChoice, { logprobs }: SyntheticRequest): Item {
  const text = choice.text.join('');
  const item = { id: `msg_${id}`, type: 'message', role: 'assistant' };
  const told = logprobs === undefined ? [] : (logprobsOf(choice.text, logprobs) as JsonObject)['content'];
  const whole: JsonDraft = choice.refusal
    ? { type: 'refusal', refusal: text }
    : { type: 'output_text', text, annotations: [], logprobs: told };
  const empty = choice.refusal ? { ...whole, refusal: '' } : { ...whole, text: '', logprobs: [] };
  const status = choice.finish === 'length' ? 'incomplete' : 'completed';
  return {
    whole: { ...item, status, content: [whole] },
    beginning: { ...item, status: 'in_progress', content: [] },
    event: choice.refusal ? 'refusal' : 'output_text',
    part: { event: 'content_part', empty, whole },
    place: { content_index: 0 },
    pieces: choice.text,
    closing: choice.refusal ? { refusal: text } : { text, logprobs: told },
  };
}

function callItem(call: SyntheticCall): Item {
  const custom = call.form === 'custom';
  const field = custom ? 'input' : 'arguments';
  const text = call.input.join('');
  const type = custom ? 'custom_tool_call' : 'function_call';
  const item = { id: `${custom ? 'ctc' : 'fc'}_${call.id}`, type, call_id: call.id, name: call.name };
  return {
    whole: { ...item, status: 'completed', [field]: text },
    beginning: { ...item, status: 'in_progress', [field]: '' },
    event: custom ? 'custom_tool_call_input' : 'function_call_arguments',
    place: {},
    pieces: call.input,
    closing: { [field]: text },
  };
}

export function* streamOf(
  answer: SyntheticAnswer,
  request: SyntheticRequest,
): Generator<AnswerEvent, void, void> {
  const [choice] = answer.choices;
  let sequence = 0;
  const event = (role: AnswerEvent['role'], type: string, fields: JsonObject, tokens = 0): AnswerEvent => {
    const data = JSON.stringify({ type, sequence_number: sequence, ...fields });
    sequence += 1;
    return { role, text: `event: ${type}\ndata: ${data}\n\n`, tokens };
  };
  const begun = { ...envelope(answer, request), status: 'in_progress', output: [], usage: null };
  yield event('start', 'response.created', { response: begun });
  yield event('start', 'response.in_progress', { response: begun });
  const items = choice === undefined ? [] : itemsOf(answer.id, choice, request);
  for (const [index, item] of items.entries())
    yield* itemEvents(item, index, event, index === items.length - 1);
  const response = responseOf(answer, request);
  yield event('done', `response.${response['status'] === 'incomplete' ? 'incomplete' : 'completed'}`, {
    response,
  });
}

function* itemEvents(
  { whole, beginning, event: name, part, place, pieces, closing }: Item,
  index: number,
  event: (role: AnswerEvent['role'], type: string, fields: JsonObject, tokens?: number) => AnswerEvent,
  last: boolean,
): Generator<AnswerEvent, void, void> {
  const at = { item_id: whole['id'], output_index: index, ...place };
  yield event('start', 'response.output_item.added', { output_index: index, item: beginning });
  if (part !== undefined) yield event('start', `response.${part.event}.added`, { ...at, part: part.empty });
  const logprobs = name === 'output_text' ? { logprobs: [] } : {};
  for (const delta of pieces)
    yield event('content', `response.${name}.delta`, { ...at, delta, ...logprobs }, 1);
  yield event('start', `response.${name}.done`, { ...at, ...closing });
  if (part !== undefined) yield event('start', `response.${part.event}.done`, { ...at, part: part.whole });
  yield event(last ? 'finish' : 'start', 'response.output_item.done', { output_index: index, item: whole });
}
