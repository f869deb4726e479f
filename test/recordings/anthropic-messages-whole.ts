// A recorded Messages stream as the message that it would be in one piece.

import type { Frame } from '#base/frame.ts';
import { asArray, asObject, asString, parseJson } from '#base/json.ts';
import type { JsonDraft, JsonObject } from '#base/json.ts';

/** The message that a stream tells, as someone who knows nothing of odd streams would put it together. */
export function addUp(frames: readonly Frame[]): JsonObject {
  let message: JsonDraft = {};
  const blocks: JsonDraft[] = [];
  const inputs: string[] = [];
  for (const { data } of frames) {
    const event = asObject(parseJson(data)) ?? {};
    const index = Number(event['index']);
    if (event['type'] === 'message_start') message = { ...asObject(event['message']) };
    if (event['type'] === 'content_block_start') blocks[index] = { ...asObject(event['content_block']) };
    if (event['type'] === 'content_block_delta')
      addDelta(blocks[index], asObject(event['delta']) ?? {}, index, inputs);
    if (event['type'] === 'message_delta') {
      const { type: _type, delta, usage, ...rest } = event;
      const merged = { ...asObject(message['usage']), ...asObject(usage) };
      Object.assign(message, rest, asObject(delta), { usage: merged });
    }
    // Some recordings hold the next answers too.
    if (event['type'] === 'message_stop') break;
  }
  inputs.forEach((text, index) => {
    const block = blocks[index];
    if (block !== undefined && text !== '') block['input'] = parseJson(text) ?? text;
  });
  return { ...message, content: blocks };
}

function addDelta(block: JsonDraft | undefined, delta: JsonObject, index: number, inputs: string[]): void {
  if (block === undefined) return;
  const join = (key: string): void => {
    if (typeof delta[key] === 'string') block[key] = (asString(block[key]) ?? '') + delta[key];
  };
  for (const key of ['text', 'thinking', 'signature', 'content']) join(key);
  if (delta['citation'] !== undefined)
    block['citations'] = [...(asArray(block['citations']) ?? []), delta['citation']];
  inputs[index] = (inputs[index] ?? '') + (asString(delta['partial_json']) ?? '');
}
