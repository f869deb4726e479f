// Whatever arrives in the Messages language, nothing throws, the grammar holds, and a stream ends exactly once.
// CLEW_FUZZ_INPUTS sets how many inputs.

import { describe, expect, test } from 'bun:test';

import { toBytes } from '#base/bytes.ts';
import type { Json, JsonDraft } from '#base/json.ts';
import { seededDraw } from '#base/random.ts';
import { isTerminal } from '#canonical/event.ts';
import { anthropicMessages } from '#dialects/anthropic-messages/index.ts';
import { openaiChat } from '#dialects/openai-chat/index.ts';
import { encodeContext } from '../support/encode-context.ts';
import { grammarProblems, readPieces } from '../recordings/reading.ts';

const INPUTS = Number(process.env['CLEW_FUZZ_INPUTS'] ?? 20_000);
const { client, provider } = anthropicMessages;

/** Words that mean something to the dialect, so that arbitrary input gets beyond the first check. */
const WORDS =
  'id type role model content stop_reason stop_sequence usage input_tokens output_tokens error message text thinking signature tool_use tool_result server_tool_use name input tool_use_id is_error cache_control ephemeral ttl source base64 media_type data url document image citations system tools tool_choice thinking output_config effort format json_schema schema metadata user_id delta index content_block text_delta input_json_delta partial_json thinking_delta signature_delta citations_delta user assistant auto any __proto__ constructor'.split(
    ' ',
  );
const EVENTS =
  'message_start content_block_start content_block_delta content_block_stop message_delta message_stop ping error'.split(
    ' ',
  );

function arbitrary(draw: () => number, depth = 0): Json {
  const one = <Item>(list: readonly Item[]): Item => list[Math.floor(draw() * list.length)] as Item;
  switch (Math.floor(draw() * (depth > 5 ? 6 : 9))) {
    case 0:
      return one([null, true, false]);
    case 1:
    case 2:
      return one([0, -1, 1e308, 2 ** 53, 0.1, 1, 2]);
    case 3:
    case 4:
      return one(WORDS);
    case 5:
      return one([
        '',
        '\ud800',
        '{"a":1}',
        'clew:v1:',
        'clew:v1:e30=',
        'clew:v1:%',
        'x-anthropic-billing-header:',
      ]);
    case 6:
      return Array.from({ length: Math.floor(draw() * 4) }, () => arbitrary(draw, depth + 1));
    default: {
      const object: JsonDraft = {};
      for (let count = Math.floor(draw() * 6); count > 0; count -= 1) {
        const value = arbitrary(draw, depth + 1);
        Object.defineProperty(object, one(WORDS), { value, enumerable: true, configurable: true });
      }
      return object;
    }
  }
}

/** Blocks of known types with arbitrary members. */
function block(draw: () => number): Json {
  const types = [
    'text',
    'thinking',
    'redacted_thinking',
    'tool_use',
    'tool_result',
    'document',
    'server_tool_use',
  ];
  const type = types[Math.floor(draw() * types.length)] as string;
  const known = { text: 'a', thinking: 'b', data: 'c', id: 'd', name: 'e', tool_use_id: 'f' };
  return { ...known, ...(arbitrary(draw, 4) as object), type };
}

function checkStream(bytes: Uint8Array, quirks: Record<string, string> = {}): void {
  const events = readPieces([bytes], provider.openDecoder(quirks));
  const wrong = grammarProblems(events);
  if (wrong.length > 0 || events.filter(isTerminal).length !== 1)
    expect({ input: new TextDecoder().decode(bytes), wrong, events }).toEqual({
      input: '',
      wrong: [],
      events: [],
    });
  for (const encoder of [client.openEncoder(encodeContext()), openaiChat.client.openEncoder(encodeContext())])
    for (const event of events) encoder.push(event);
}

describe('arbitrary input', () => {
  test('bytes', () => {
    const draw = seededDraw(1);
    for (let round = 0; round < INPUTS / 4; round += 1)
      checkStream(Uint8Array.from({ length: Math.floor(draw() * 80) }, () => Math.floor(draw() * 256)));
  });

  test('streams of arbitrary events', () => {
    const draw = seededDraw(2);
    const event = (): Json => ({
      index: Math.floor(draw() * 3),
      content_block: block(draw),
      delta: draw() < 0.5 ? { type: 'text_delta', text: 'x' } : arbitrary(draw, 3),
      message: arbitrary(draw, 3),
      usage: arbitrary(draw, 4),
      type: EVENTS[Math.floor(draw() * (draw() < 0.9 ? 6 : 8))] as string,
    });
    for (let round = 0; round < INPUTS / 4; round += 1) {
      const lines = Array.from({ length: 1 + Math.floor(draw() * 12) }, () => {
        const body = JSON.stringify(draw() < 0.1 ? arbitrary(draw) : event());
        return `data: ${draw() < 0.2 ? JSON.stringify({ bytes: btoa(unescape(encodeURIComponent(body.replace(/[\ud800-\udfff]/g, '')))) }) : body}\n\n`;
      });
      checkStream(toBytes(lines.join('')), draw() < 0.5 ? { envelope: 'bedrock' } : {});
    }
  });

  test('requests', () => {
    const draw = seededDraw(3);
    for (let round = 0; round < INPUTS / 4; round += 1) {
      const messages = Array.from({ length: 1 + Math.floor(draw() * 4) }, () =>
        draw() < 0.2
          ? arbitrary(draw)
          : { role: draw() < 0.5 ? 'user' : 'assistant', content: [block(draw), block(draw)] },
      );
      const body = draw() < 0.2 ? arbitrary(draw) : { ...(arbitrary(draw) as object), model: 'm', messages };
      const decoded = client.decodeRequest(body, { header: () => 'x' });
      if (!decoded.ok) JSON.stringify(client.encodeFailure(decoded.error).body);
      else {
        const quirks = { cacheMarks: draw() < 0.5 ? 'dropped' : 'sent' };
        JSON.stringify(provider.encodeRequest(decoded.value, 'claude-opus-5', quirks).body);
        const { extras: _, ...foreign } = decoded.value;
        JSON.stringify(provider.encodeRequest(foreign, 'claude-sonnet-4-5', {}).body);
        JSON.stringify(openaiChat.provider.encodeRequest(decoded.value, 'm', {}).body);
      }
    }
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  test('answers and failures', () => {
    const draw = seededDraw(4);
    for (let round = 0; round < INPUTS / 4; round += 1) {
      const content = Array.from({ length: 3 }, () => (draw() < 0.5 ? block(draw) : arbitrary(draw)));
      const body = draw() < 0.4 ? arbitrary(draw) : { id: 'x', model: 'm', content, usage: arbitrary(draw) };
      const decoded = provider.decodeResponse(body);
      if (decoded.ok) JSON.stringify(client.encodeResponse(decoded.value));
      const header = (): string => JSON.stringify(arbitrary(draw));
      const status = 300 + Math.floor(draw() * 300);
      expect(typeof provider.decodeFailure(status, header, JSON.stringify(body), 0).message).toBe('string');
    }
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});
