// Answers that Clew keeps for clients of this language: what is remembered, and how it is shown when they ask.

import { asString } from '#base/json.ts';
import type { Json, JsonDraft, JsonObject } from '#base/json.ts';
import type { Message } from '#canonical/request.ts';
import { isMessage } from './decode-items.ts';
import { encodeMessages } from './encode-input.ts';
import { responseId } from './envelope.ts';
import { spelled } from './spelling.ts';

/** API reference, `instructions`: those of an earlier answer are not carried over to the next one. */
function remembered(messages: readonly Message[]): readonly Message[] {
  return messages.filter(({ extras }) => spelled(extras, 'in') !== 'instructions');
}

/** Items in the order in which they were said, as the API lists them: each with a type, an id and its content as a list. */
function encodeInput(messages: readonly Message[], answerId: string): Json {
  const { items } = encodeMessages(remembered(messages), true, []);
  const data = items.map((item, index) => listed(item, `${answerId.replace(/^resp_/, '')}in${index}`));
  return {
    object: 'list',
    data,
    first_id: data[0]?.['id'] ?? null,
    last_id: data.at(-1)?.['id'] ?? null,
    has_more: false,
  };
}

function listed(item: JsonObject, tail: string): JsonObject {
  if (!isMessage(item)) return { ...item, id: item['id'] ?? `item_${tail}` };
  const body: JsonDraft = { id: `msg_${tail}`, status: 'completed', ...item, type: 'message' };
  const text = asString(item['content']);
  const type = item['role'] === 'assistant' ? 'output_text' : 'input_text';
  if (text !== undefined) {
    body['content'] = [type === 'output_text' ? { type, text, annotations: [] } : { type, text }];
  }
  return body;
}

function encodeForgotten(answerId: string): Json {
  return { id: answerId, object: 'response', deleted: true };
}

export const keeping = { answerId: responseId, remembered, encodeInput, encodeForgotten };
