// Every recorded legacy completion: requests and answers written as they were recorded, streams by the rules of streams.

import { afterAll, describe, expect, test } from 'bun:test';

import { asArray, asObject, asString, isObject, parseJson } from '#base/json.ts';
import type { Json, JsonDraft, JsonObject } from '#base/json.ts';
import { fold } from '#canonical/fold.ts';
import { openaiCompletions } from '#dialects/openai-completions/index.ts';
import { SseFramer } from '#framing/sse.ts';
import { encodeContext } from '../support/encode-context.ts';
import { differences, readRecordings, sseBytes } from './fixtures.ts';
import type { Recording } from './fixtures.ts';
import { framesOf, readFrames } from './reading.ts';
import { checkStream } from './stream-checks.ts';

const { client, provider } = openaiCompletions;
const recordings = readRecordings(['openai.completions']);
const reading = { openFramer: () => new SseFramer(), openDecoder: () => provider.openDecoder() };
const used = new Map<string, number>();

type Row = readonly [name: string, recording: Recording];
const rows = (wanted: (recording: Recording) => boolean): readonly Row[] =>
  recordings.filter(wanted).map((recording) => [recording.name, recording] as const);

describe.skipIf(recordings.length === 0)('recorded completions (skipped without ../shared/fixtures)', () => {
  test('there are enough', () => expect(recordings.length).toBeGreaterThan(25));

  test.each(rows(({ request }) => isObject(request?.body)))('%s: request', (_name, { request }) => {
    const body = asObject(request?.body) ?? {};
    const decoded = client.decodeRequest(body);
    if (!decoded.ok) throw new Error(decoded.error.message);
    const encoded = provider.encodeRequest(decoded.value, decoded.value.model);
    expect(encoded.losses).toEqual([]);
    expect(differences(withUsage(body), encoded.body)).toEqual([]);
  });

  test.each(rows(({ response }) => response.status === 200 && response.sse === undefined))(
    '%s: answer',
    (_name, { response }) => {
      const body = asObject(response.body) ?? {};
      const decoded = provider.decodeResponse(body);
      if (!decoded.ok) throw new Error(decoded.error.message);
      const again = client.encodeResponse(decoded.value);
      expect(differences(normalAnswer(body), again)).toEqual([]);
      expect(decoded.value.usage?.inputTotal).toBe(asObject(body['usage'])?.['prompt_tokens'] as number);
    },
  );

  test.each(rows(({ response }) => response.sse !== undefined))('%s: stream', (name, recording) => {
    const events = checkStream(sseBytes(recording.response), reading, name.length);
    expect(events.at(-1)?.kind).toBe('end');
    const whole = fold(events);
    if (!whole.ok) throw new Error(whole.error.message);
    const told = framesOf(recording).flatMap(({ data }) => textsIn(parseJson(data)));
    expect(whole.value.choices.map(({ parts }) => parts.map((part) => 'text' in part && part.text))).toEqual([
      [told.join('')],
    ]);
    const encoder = client.openEncoder(encodeContext());
    const again = readFrames(
      events.flatMap((event) => encoder.push(event)),
      provider.openDecoder(),
    );
    expect(fold(again)).toEqual(whole);
  });

  test.each(rows(({ response }) => response.status !== 200))('%s: failure', (_name, { response }) => {
    const { status, headers, body } = response;
    const found = provider.decodeFailure(status, (header) => headers[header], JSON.stringify(body), 0);
    expect(found.upstreamStatus).toBe(status);
    expect(found.message).toContain(
      (asString(asObject(asObject(body)?.['error'])?.['message']) ?? '').slice(0, 20),
    );
    expect(['upstream_auth', 'upstream_model_not_found', 'upstream_rejected']).toContain(found.code);
  });

  afterAll(() => {
    for (const [name, count] of used) console.log(`normalised: ${name} (${count})`);
  });
});

function note(normalisation: string): void {
  used.set(normalisation, (used.get(normalisation) ?? 0) + 1);
}

function withUsage(body: JsonObject): JsonObject {
  if (body['stream'] !== true) return body;
  note('a usage report is asked for in every stream');
  return { ...body, stream_options: { ...asObject(body['stream_options']), include_usage: true } };
}

function normalAnswer(body: JsonObject): Json {
  const draft: JsonDraft = { ...body };
  if (draft['object'] !== 'text_completion') {
    note('`text.completion` is `text_completion`');
    draft['object'] = 'text_completion';
  }
  draft['choices'] = (asArray(body['choices']) ?? []).map((item, index) => {
    const choice = asObject(item) ?? {};
    if (choice['index'] !== undefined && choice['logprobs'] !== undefined) return choice;
    note('a choice has its index and its log probabilities, or null');
    return { index, logprobs: null, ...choice };
  });
  return draft;
}

function textsIn(chunk: Json | undefined): readonly string[] {
  return (asArray(asObject(chunk)?.['choices']) ?? []).map(
    (choice) => asString(asObject(choice)?.['text']) ?? '',
  );
}
