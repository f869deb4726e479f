// Whatever arrives, nothing throws, the grammar holds, and a stream ends exactly once. CLEW_FUZZ_INPUTS sets how many
// inputs; the long lane runs a million.

import { describe, expect, test } from 'bun:test';

import { toBytes } from '#base/bytes.ts';
import type { Frame } from '#base/frame.ts';
import type { Json } from '#base/json.ts';
import { parseJson } from '#base/json.ts';
import { seededDraw } from '#base/random.ts';
import type { ChatEvent } from '#canonical/event.ts';
import { isTerminal } from '#canonical/event.ts';
import { fold } from '#canonical/fold.ts';
import { Grammar } from '#canonical/grammar.ts';
import { gemini } from '#dialects/gemini/index.ts';
import { JsonArrayFramer } from '#framing/json-array.ts';
import { SseFramer } from '#framing/sse.ts';
import { arbitraryJson, arbitraryObject } from '../support/arbitrary.ts';
import { headOf } from '../support/head.ts';

const INPUTS = Number(process.env['CLEW_FUZZ_INPUTS'] ?? 20_000);
const { client, provider, relay } = gemini;
const HEAD = headOf('/v1beta/models/gemini-2.5-flash:generateContent');

const WORDS =
  'contents parts role user model text thought thoughtSignature thought_signature inlineData inline_data mimeType data fileData fileUri functionCall function_call functionResponse name id args response result error output tools functionDeclarations parameters parametersJsonSchema type OBJECT properties items anyOf $ref #/$defs/a $defs toolConfig functionCallingConfig mode ANY allowedFunctionNames generationConfig thinkingConfig thinkingBudget thinkingLevel responseMimeType application/json responseSchema stopSequences candidates content finishReason STOP index usageMetadata promptTokenCount candidatesTokenCount groundingMetadata groundingChunks groundingSupports groundingChunkIndices segment startIndex endIndex web uri logprobsResult chosenCandidates partialArgs jsonPath $.a[0].b stringValue willContinue promptFeedback blockReason details Y2xldzE6eyJhIjoxfQ== $on $joined $args $response __proto__ constructor'.split(
    ' ',
  );

function checkEvents(events: readonly ChatEvent[], input: string): void {
  const grammar = new Grammar();
  const wrong = events.flatMap((event) => grammar.check(event) ?? []);
  if (wrong.length > 0 || events.filter(isTerminal).length !== 1)
    expect({ input, wrong, events }).toEqual({ input: '', wrong: [], events: [] });
  const encoder = client.openEncoder();
  for (const event of events)
    for (const { data } of encoder.push(event)) expect(parseJson(data)).toBeDefined();
  const folded = fold(events);
  if (folded.ok) JSON.stringify(client.encodeResponse(folded.value));
}

function checkStream(bytes: Uint8Array, framer: SseFramer | JsonArrayFramer): void {
  const decoder = provider.openDecoder();
  const frames: Frame[] = [...framer.push(bytes), ...framer.finish()];
  const events = [...frames.flatMap((frame) => decoder.push(frame)), ...decoder.finish()];
  checkEvents(events, new TextDecoder().decode(bytes));
}

describe('arbitrary input', () => {
  test('bytes', () => {
    const draw = seededDraw(1);
    for (let round = 0; round < INPUTS / 4; round += 1) {
      const bytes = Uint8Array.from({ length: Math.floor(draw() * 80) }, () => Math.floor(draw() * 256));
      checkStream(bytes, round % 2 === 0 ? new SseFramer() : new JsonArrayFramer());
    }
  });

  test('streams of arbitrary chunks', () => {
    const draw = seededDraw(2);
    const chunk = (): Json => {
      if (draw() < 0.3) return arbitraryJson(draw, WORDS);
      const candidate = {
        ...arbitraryObject(draw, WORDS),
        content: { parts: [arbitraryJson(draw, WORDS), arbitraryObject(draw, WORDS)] },
        index: Math.floor(draw() * 2),
        ...(draw() < 0.3 ? { finishReason: 'STOP' } : {}),
      };
      return { ...arbitraryObject(draw, WORDS), candidates: [candidate], responseId: 'x' };
    };
    for (let round = 0; round < INPUTS / 4; round += 1) {
      const chunks = Array.from({ length: 1 + Math.floor(draw() * 6) }, chunk);
      if (round % 2 === 0) checkStream(toBytes(JSON.stringify(chunks)), new JsonArrayFramer());
      else {
        const text = chunks.map((one) => `data: ${JSON.stringify(one)}\n\n`).join('');
        checkStream(toBytes(text), new SseFramer());
      }
    }
  });

  test('requests', () => {
    const draw = seededDraw(3);
    let read = 0;
    for (let round = 0; round < INPUTS / 4; round += 1) {
      const turn = (): Json => ({
        role: draw() < 0.5 ? 'user' : 'model',
        parts: [arbitraryObject(draw, WORDS), arbitraryObject(draw, WORDS)],
      });
      const contents = draw() < 0.7 ? [turn(), turn(), turn()] : arbitraryJson(draw, WORDS);
      const whole = { ...arbitraryObject(draw, WORDS), tools: [arbitraryObject(draw, WORDS)], contents };
      // Parsed, so that a key `__proto__` is an own one, as from the network.
      const body = parseJson(JSON.stringify(draw() < 0.2 ? arbitraryJson(draw, WORDS) : whole)) ?? null;
      const decoded = client.decodeRequest(body, HEAD);
      client.counting.decodeRequest(body, HEAD);
      if (!decoded.ok) {
        JSON.stringify(client.encodeFailure(decoded.error).body);
        continue;
      }
      read += 1;
      for (const model of ['gemini-2.5-flash', 'gemini-3-pro', 'gemma']) {
        JSON.stringify(provider.encodeRequest(decoded.value, model, { labels: 'dropped' }).body);
        JSON.stringify(
          provider.encodeRequest({ ...decoded.value, extras: { dialect: 'x', fields: {} } }, model, {}).body,
        );
      }
      relay.canRelay(decoded.value, {}, {});
    }
    expect(read).toBeGreaterThan(INPUTS / 20);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  test('answers and failures', () => {
    const draw = seededDraw(4);
    for (let round = 0; round < INPUTS / 4; round += 1) {
      const candidate = {
        ...arbitraryObject(draw, WORDS),
        content: { parts: [arbitraryObject(draw, WORDS)] },
      };
      const body =
        draw() < 0.4
          ? arbitraryJson(draw, WORDS)
          : {
              ...arbitraryObject(draw, WORDS),
              candidates: [candidate],
              usageMetadata: arbitraryJson(draw, WORDS),
            };
      const decoded = provider.decodeResponse(body);
      if (decoded.ok) JSON.stringify(client.encodeResponse(decoded.value));
      const failed = provider.decodeFailure(
        300 + Math.floor(draw() * 300),
        () => JSON.stringify(arbitraryJson(draw, WORDS)),
        JSON.stringify(body),
        0,
      );
      expect(typeof failed.message).toBe('string');
    }
  });

  test('keys named __proto__ change nothing, and nobody’s notes are taken for ours', () => {
    const evil =
      '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"$joined":true,"$on":"text"';
    const body =
      parseJson(
        `${evil},"contents":[${evil},"role":"user","parts":[${evil},"text":"a"},${evil},"functionCall":${evil},"name":"f","args":${evil}}}}]}],"generationConfig":${evil}}}`,
      ) ?? null;
    const decoded = client.decodeRequest(body, HEAD);
    expect(decoded.ok).toBe(true);
    if (!decoded.ok) return;
    const sent = JSON.stringify(provider.encodeRequest(decoded.value, 'm', {}).body);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    // Only arguments are a model's own, and go on as they are.
    expect(sent.match(/\$joined/g)).toHaveLength(1);
  });
});
