// Whatever arrives, nothing throws, the grammar holds, and a stream ends exactly once. CLEW_FUZZ_INPUTS sets how many
// inputs; the long lane runs a million.

import { describe, expect, test } from 'bun:test';

import { toBytes } from '#base/bytes.ts';
import type { Json, JsonDraft } from '#base/json.ts';
import { seededDraw } from '#base/random.ts';
import type { ChatEvent } from '#canonical/event.ts';
import { isTerminal } from '#canonical/event.ts';
import { Grammar } from '#canonical/grammar.ts';
import { openaiChat } from '#dialects/openai-chat/index.ts';
import { SseFramer } from '#framing/sse.ts';
import { encodeContext } from '../support/encode-context.ts';

const INPUTS = Number(process.env['CLEW_FUZZ_INPUTS'] ?? 20_000);
const { client, provider } = openaiChat;

/** Words that mean something to the dialect, so that arbitrary input gets beyond the first check. */
const WORDS =
  'id object model created choices index delta message content role finish_reason tool_calls function name arguments usage prompt_tokens completion_tokens error code type text image_url url reasoning reasoning_content reasoning_details refusal logprobs messages tools tool_choice stream n stop response_format json_schema user assistant tool system audio data __proto__ constructor'.split(
    ' ',
  );

function arbitrary(draw: () => number, depth = 0): Json {
  const pick = Math.floor(draw() * (depth > 5 ? 6 : 9));
  const word = (): string => WORDS[Math.floor(draw() * WORDS.length)] as string;
  switch (pick) {
    case 0:
      return null;
    case 1:
      return draw() < 0.5;
    case 2:
      return [0, -1, 1e308, 2 ** 53, 0.1, Math.floor(draw() * 5)][Math.floor(draw() * 6)] as number;
    case 3:
    case 4:
      return word();
    case 5:
      return ['', '\ud800', '{"a":1}', 'data:image/png;base64,AA==', 'stop'][
        Math.floor(draw() * 5)
      ] as string;
    case 6:
      return Array.from({ length: Math.floor(draw() * 4) }, () => arbitrary(draw, depth + 1));
    default: {
      const object: JsonDraft = {};
      for (let count = Math.floor(draw() * 6); count > 0; count -= 1) {
        Object.defineProperty(object, word(), {
          value: arbitrary(draw, depth + 1),
          enumerable: true,
          configurable: true,
        });
      }
      return object;
    }
  }
}

function checkStream(bytes: Uint8Array): void {
  const framer = new SseFramer();
  const decoder = provider.openDecoder({});
  const events: ChatEvent[] = [];
  for (const frame of [...framer.push(bytes), ...framer.finish()]) events.push(...decoder.push(frame));
  events.push(...decoder.finish());
  const grammar = new Grammar();
  const wrong = events.flatMap((event) => grammar.check(event) ?? []);
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

  test('streams of arbitrary chunks', () => {
    const draw = seededDraw(2);
    const chunk = (): Json =>
      draw() < 0.3
        ? arbitrary(draw)
        : {
            id: 'x',
            model: 'm',
            choices: [
              {
                index: Math.floor(draw() * 2),
                delta: arbitrary(draw),
                finish_reason: draw() < 0.2 ? arbitrary(draw) : null,
              },
            ],
          };
    for (let round = 0; round < INPUTS / 4; round += 1) {
      const lines = Array.from(
        { length: 1 + Math.floor(draw() * 6) },
        () => `data: ${JSON.stringify(chunk())}\n\n`,
      );
      if (draw() < 0.5) lines.push('data: [DONE]\n\n');
      checkStream(toBytes(lines.join('')));
    }
  });

  test('requests', () => {
    const draw = seededDraw(3);
    for (let round = 0; round < INPUTS / 4; round += 1) {
      const messages = Array.from({ length: Math.floor(draw() * 4) }, () => arbitrary(draw));
      const body = draw() < 0.3 ? arbitrary(draw) : { ...(arbitrary(draw) as object), model: 'm', messages };
      const decoded = client.decodeRequest(body);
      if (decoded.ok) JSON.stringify(provider.encodeRequest(decoded.value, 'm', {}).body);
      else JSON.stringify(client.encodeFailure(decoded.error).body);
    }
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  test('answers and failures', () => {
    const draw = seededDraw(4);
    for (let round = 0; round < INPUTS / 4; round += 1) {
      const body =
        draw() < 0.5
          ? arbitrary(draw)
          : { id: 'x', model: 'm', choices: [arbitrary(draw)], usage: arbitrary(draw) };
      const decoded = provider.decodeResponse(body, {});
      if (decoded.ok) JSON.stringify(client.encodeResponse(decoded.value));
      const failed = provider.decodeFailure(
        300 + Math.floor(draw() * 300),
        () => JSON.stringify(arbitrary(draw)),
        JSON.stringify(body),
        0,
      );
      expect(typeof failed.message).toBe('string');
    }
  });
});
