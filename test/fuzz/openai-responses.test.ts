// Whatever arrives, nothing throws, the grammar holds, and a stream ends exactly once. CLEW_FUZZ_INPUTS sets how many
// inputs; the long lane runs a million.

import { describe, expect, test } from 'bun:test';

import { toBytes } from '#base/bytes.ts';
import type { Json, JsonDraft } from '#base/json.ts';
import { isObject } from '#base/json.ts';
import { seededDraw } from '#base/random.ts';
import { isTerminal } from '#canonical/event.ts';
import { openaiResponses } from '#dialects/openai-responses/index.ts';
import { grammarProblems, readPieces } from '../recordings/reading.ts';
import { encodeContext } from '../support/encode-context.ts';

const INPUTS = Number(process.env['CLEW_FUZZ_INPUTS'] ?? 20_000);
const { client, provider } = openaiResponses;

/** Words that mean something to the dialect, so that arbitrary input gets beyond the first check. */
const WORDS =
  'id object model created_at output item output_index content_index summary_index content part role status type text delta arguments input call_id name message reasoning function_call function_call_output custom_tool_call image_generation_call web_search_call output_text input_text input_image refusal summary summary_text reasoning_text encrypted_content annotations logprobs result usage input_tokens output_tokens error code tools tool_choice parameters strict format stream user assistant system response annotation __proto__ constructor $spelling'.split(
    ' ',
  );

const EVENTS =
  'created in_progress output_item.added output_item.done content_part.added content_part.done output_text.delta output_text.done output_text.annotation.added refusal.delta refusal.done function_call_arguments.delta function_call_arguments.done custom_tool_call_input.delta reasoning_summary_part.added reasoning_summary_text.delta reasoning_summary_text.done reasoning_text.delta reasoning_summary_part.done completed incomplete failed'.split(
    ' ',
  );

const pick = <Item>(items: readonly Item[], draw: () => number): Item =>
  items[Math.floor(draw() * items.length)] as Item;

function arbitrary(draw: () => number, depth = 0): Json {
  switch (Math.floor(draw() * (depth > 5 ? 6 : 9))) {
    case 0:
      return null;
    case 1:
      return draw() < 0.5;
    case 2:
      return pick([0, -1, 1e308, 2 ** 53, 0.1, 1, 2], draw);
    case 3:
    case 4:
      return pick(WORDS, draw);
    case 5:
      return pick(['', '\ud800', '{"a":1}', 'data:image/png;base64,AA==', 'clew:v1:[{}]', 'completed'], draw);
    case 6:
      return Array.from({ length: Math.floor(draw() * 4) }, () => arbitrary(draw, depth + 1));
    default:
      return arbitraryObject(draw, depth);
  }
}

function arbitraryObject(draw: () => number, depth: number): JsonDraft {
  const object: JsonDraft = {};
  for (let count = Math.floor(draw() * 6); count > 0; count -= 1) {
    Object.defineProperty(object, pick(WORDS, draw), {
      value: arbitrary(draw, depth + 1),
      enumerable: true,
      configurable: true,
    });
  }
  return object;
}

/** An item that is nearly right. */
function someItem(draw: () => number): Json {
  const type = pick(['message', 'reasoning', 'function_call', 'custom_tool_call', 'web_search_call'], draw);
  const text = { type: pick(['output_text', 'refusal', 'summary_text'], draw), text: 'a', refusal: 'b' };
  const item = { type, id: pick(['x', 'y'], draw), role: 'assistant', content: [text], summary: [text] };
  return { ...item, call_id: 'c', name: 'n', arguments: '{}', input: 'i', ...arbitraryObject(draw, 4) };
}

function someEvent(draw: () => number): Json {
  if (draw() < 0.15) return arbitrary(draw);
  const response = { id: 'r', model: 'm', status: 'completed', output: [someItem(draw)] };
  return {
    type: `response.${pick(EVENTS, draw)}`,
    output_index: Math.floor(draw() * 3),
    content_index: Math.floor(draw() * 2),
    summary_index: Math.floor(draw() * 2),
    delta: draw() < 0.9 ? 'text' : arbitrary(draw),
    text: pick(['text', 'texttext', ''], draw),
    item: draw() < 0.9 ? someItem(draw) : arbitrary(draw),
    part: { type: 'output_text', text: 'text', annotations: [] },
    response: draw() < 0.9 ? response : arbitrary(draw),
    ...(draw() < 0.2 ? arbitraryObject(draw, 3) : {}),
  };
}

function checkStream(bytes: Uint8Array): void {
  const events = readPieces([bytes], provider.openDecoder());
  const wrong = grammarProblems(events);
  if (wrong.length > 0 || events.filter(isTerminal).length !== 1) {
    expect({ input: new TextDecoder().decode(bytes), wrong, events }).toEqual({
      input: '',
      wrong: [],
      events: [],
    });
  }
  const encoder = client.openEncoder(encodeContext());
  for (const event of events) encoder.push(event);
}

describe('arbitrary input', () => {
  test('bytes', () => {
    const draw = seededDraw(1);
    for (let round = 0; round < INPUTS / 4; round += 1) {
      checkStream(Uint8Array.from({ length: Math.floor(draw() * 80) }, () => Math.floor(draw() * 256)));
    }
  });

  test('streams of events in any order', () => {
    const draw = seededDraw(2);
    for (let round = 0; round < INPUTS / 4; round += 1) {
      const lines = Array.from({ length: 1 + Math.floor(draw() * 12) }, () => {
        return `data: ${JSON.stringify(someEvent(draw))}\n\n`;
      });
      checkStream(toBytes(lines.join('')));
    }
  });

  test('requests', () => {
    const draw = seededDraw(3);
    for (let round = 0; round < INPUTS / 4; round += 1) {
      const input = Array.from({ length: Math.floor(draw() * 4) }, () => {
        return draw() < 0.7 ? someItem(draw) : arbitrary(draw);
      });
      const body = draw() < 0.3 ? arbitrary(draw) : { ...arbitraryObject(draw, 0), model: 'm', input };
      const decoded = client.decodeRequest(body);
      if (decoded.ok) JSON.stringify(provider.encodeRequest(decoded.value, 'm', {}).body);
      else JSON.stringify(client.encodeFailure(decoded.error).body);
    }
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  test('answers and failures', () => {
    const draw = seededDraw(4);
    for (let round = 0; round < INPUTS / 4; round += 1) {
      const output = [someItem(draw), arbitrary(draw)];
      const body = draw() < 0.5 ? arbitrary(draw) : { id: 'x', model: 'm', output, usage: arbitrary(draw) };
      const decoded = provider.decodeResponse(body);
      if (decoded.ok) JSON.stringify(client.encodeResponse(decoded.value, encodeContext()));
      const header = (): string => JSON.stringify(arbitrary(draw));
      const status = 300 + Math.floor(draw() * 300);
      expect(typeof provider.decodeFailure(status, header, JSON.stringify(body), 0).message).toBe('string');
    }
  });

  test('a key named __proto__ changes no prototype and is not written', () => {
    const body = JSON.parse(
      '{"model":"m","input":[{"role":"user","content":"x","__proto__":{"polluted":1}}],"__proto__":{"polluted":1}}',
    ) as Json;
    const decoded = client.decodeRequest(body);
    expect(decoded.ok).toBe(true);
    if (!decoded.ok) return;
    const written = provider.encodeRequest(decoded.value, 'm', {}).body;
    expect(JSON.stringify(written)).not.toContain('polluted');
    expect((written as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(isObject({}) && ({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});
