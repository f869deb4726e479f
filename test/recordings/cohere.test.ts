// Every recorded exchange of Cohere's Chat API: requests written as real clients wrote them, answers read and given back as
// history, streams cut anywhere, failures classified.

import { describe, expect, test } from 'bun:test';

import { asArray, asObject, asString, isObject } from '#base/json.ts';
import type { Json, JsonObject } from '#base/json.ts';
import { fold } from '#canonical/fold.ts';
import type { Part } from '#canonical/part.ts';
import type { ChatRequest, Message } from '#canonical/request.ts';
import { cohere } from '#dialects/cohere/index.ts';
import { SseFramer } from '#framing/sse.ts';
import { normalised } from './cohere-normal.ts';
import { readCohere } from './cohere-reader.ts';
import { differences, isInvented, readRecordings, sseBytes } from './fixtures.ts';
import type { Recording } from './fixtures.ts';
import { checkStream } from './stream-checks.ts';

const { provider } = cohere;
const all = readRecordings(['cohere.v2.chat']);
const named = (recordings: readonly Recording[]) => recordings.map((one) => [one.name, one] as const);
const withRequest = all.filter(({ request }) => isObject(request?.body));
const answers = all.filter(({ response }) => asObject(response.body)?.['finish_reason'] !== undefined);
const streams = all.filter(({ response }) => response.sse !== undefined);
const failures = all.filter(({ response }) => response.status >= 400);
const reading = { openFramer: () => new SseFramer(), openDecoder: () => provider.openDecoder() };

// Skipped where the recordings are absent: fixtures.ts says so.
describe.skipIf(all.length === 0)('recorded exchanges (skipped without ../shared/fixtures)', () => {
  test('there are as many as there should be, none of them invented', () => {
    expect([withRequest.length, answers.length, streams.length]).toEqual([37, 33, 9]);
    expect(failures.length).toBe(2);
    expect(all.filter(isInvented)).toEqual([]);
  });

  test.each(named(withRequest))('request %s', (_, recording) => {
    const body = recording.request?.body as JsonObject;
    const request = readCohere(body);
    const encoded = provider.encodeRequest(request, request.model);
    expect(differences(normalised(body), normalised(encoded.body))).toEqual([]);
    expect(encoded.losses).toEqual([]);
  });

  test.each(named(answers))('answer %s', (_, recording) => {
    const body = recording.response.body as JsonObject;
    const decoded = provider.decodeResponse(body);
    if (!decoded.ok) throw new Error(decoded.error.message);
    const [choice] = decoded.value.choices;
    const tokens = asObject(asObject(body['usage'])?.['tokens']);
    expect(decoded.value.usage?.inputTotal).toBe(tokens?.['input_tokens'] as number);
    expect(decoded.value.usage?.outputTotal).toBe(tokens?.['output_tokens'] as number);
    expect(choice?.finish.reason).not.toBe('unknown');
    const history: Message = { role: 'assistant', parts: choice?.parts ?? [] };
    const request: ChatRequest = { model: 'm', messages: [history], tools: [], sampling: {}, stream: false };
    const again = asObject((provider.encodeRequest(request, 'm').body['messages'] as Json[])[0]) ?? {};
    const text = JSON.stringify(body['message']).replaceAll('"arguments":"null"', '"arguments":"{}"');
    const before = { messages: [JSON.parse(text) as Json] };
    expect(differences(normalised(before), normalised({ messages: [again] }))).toEqual([]);
  });

  test.each(named(streams))('stream %s', (_, recording) => {
    const whole = checkStream(sseBytes(recording.response), reading, recording.name.length * 7919);
    const folded = fold(whole);
    if (!folded.ok) throw new Error(folded.error.message);
    expect(folded.value.usage?.inputTotal).toBeGreaterThan(0);
    const parts = folded.value.choices[0]?.parts ?? [];
    expect(told(parts)).toEqual(addUp(recording));
    for (const part of parts)
      if (part.kind === 'tool-call') expect(() => JSON.parse(part.arguments)).not.toThrow();
  });

  test.each(named(streams))('cut-off %s', (_, recording) => {
    const framer = new SseFramer();
    const frames = framer.push(sseBytes(recording.response));
    const endAt = frames.findIndex(({ data }) => data.includes('message-end'));
    for (let end = 0; end <= endAt; end += 1) {
      const decoder = provider.openDecoder();
      const events = [...frames.slice(0, end).flatMap((frame) => decoder.push(frame)), ...decoder.finish()];
      expect(events.at(-1)).toMatchObject({ kind: 'failure', failure: { code: 'stream_cut' } });
    }
  });

  test.each(named(failures))('failure %s', (_, recording) => {
    const { status, body } = recording.response;
    const failed = provider.decodeFailure(status, () => undefined, JSON.stringify(body), 0);
    expect(failed.code).toBe(status === 401 ? 'upstream_auth' : 'context_length_exceeded');
  });
});

interface Told {
  text: string;
  reasoning: string;
  calls: number;
  citations: number;
}

function told(parts: readonly Part[]): Told {
  const sum: Told = { text: '', reasoning: '', calls: 0, citations: 0 };
  for (const part of parts) {
    if (part.kind === 'text') {
      sum.text += part.text;
      sum.citations += asArray(part.extras?.fields['citations'])?.length ?? 0;
    }
    if (part.kind === 'reasoning') sum.reasoning += part.text;
    if (part.kind === 'tool-call') sum.calls += 1;
  }
  return sum;
}

/** As someone who knows nothing of odd streams would add it up. */
function addUp({ response }: Recording): Told {
  const sum: Told = { text: '', reasoning: '', calls: 0, citations: 0 };
  for (const { data = '' } of response.sse ?? []) {
    if (data === '[DONE]') continue;
    const event = JSON.parse(data) as JsonObject;
    const message = asObject(asObject(event['delta'])?.['message']);
    const content = asObject(message?.['content']);
    sum.text += asString(content?.['text']) ?? '';
    sum.reasoning += asString(content?.['thinking']) ?? asString(message?.['tool_plan']) ?? '';
    if (event['type'] === 'tool-call-start') sum.calls += 1;
    if (event['type'] === 'citation-start') sum.citations += 1;
  }
  return sum;
}
