// Every recorded Converse exchange: requests written as real clients wrote them, answers read and given back as history,
// streams cut anywhere, failures classified.

import { describe, expect, test } from 'bun:test';

import { asObject, asString, isObject } from '#base/json.ts';
import type { Json, JsonObject } from '#base/json.ts';
import type { Frame } from '#base/frame.ts';
import { fold } from '#canonical/fold.ts';
import { bedrockConverse } from '#dialects/bedrock-converse/index.ts';
import { AwsEventStreamFramer } from '#framing/aws-event-stream.ts';
import { SseFramer } from '#framing/sse.ts';
import { modelOf, normalised, withoutBlanks } from './converse-normal.ts';
import { readConverse } from './converse-reader.ts';
import { differences, isInvented, readRecordings, sseBytes } from './fixtures.ts';
import type { Recording } from './fixtures.ts';
import { checkStream, decodePieces } from './stream-checks.ts';

const { provider } = bedrockConverse;
const all = readRecordings(['bedrock.converse']);
const named = (recordings: readonly Recording[]) => recordings.map((one) => [one.name, one] as const);
const withRequest = all.filter(({ request }) => isObject(request?.body));
const answers = all.filter(({ response }) => asObject(response.body)?.['output'] !== undefined);
const streams = all.filter(
  ({ response }) => response.eventstream_base64 !== undefined || response.sse !== undefined,
);
const failures = all.filter(({ response }) => response.status >= 400);

function bytesOf({ response }: Recording): Uint8Array {
  return response.eventstream_base64 === undefined
    ? sseBytes(response)
    : Uint8Array.from(Buffer.from(response.eventstream_base64, 'base64'));
}

function readingOf({ response }: Recording) {
  const framed = response.eventstream_base64 !== undefined;
  return {
    openFramer: () => (framed ? new AwsEventStreamFramer() : new SseFramer()),
    openDecoder: () => provider.openDecoder(),
  };
}

// Skipped where the recordings are absent: fixtures.ts says so.
describe.skipIf(all.length === 0)('recorded Converse exchanges (skipped without ../shared/fixtures)', () => {
  test('there are as many as there should be, none of them invented', () => {
    expect(withRequest.length).toBe(136);
    expect(answers.length).toBe(103);
    expect(streams.length).toBe(28);
    expect(failures.length).toBeGreaterThanOrEqual(5);
    expect(all.filter(isInvented)).toEqual([]);
  });

  test.each(named(withRequest))('request %s', (_, recording) => {
    const body = recording.request?.body as JsonObject;
    const encoded = provider.encodeRequest(readConverse(body), modelOf(recording));
    const expected = normalised(body);
    expect(differences(expected, normalised(encoded.body))).toEqual([]);
    // What a client of Bedrock itself says is never lost, but for blank texts.
    expect(encoded.losses.filter(({ why }) => !why.includes('blank'))).toEqual([]);
  });

  test.each(named(answers))('answer %s', (_, recording) => {
    const body = recording.response.body as JsonObject;
    const decoded = provider.decodeResponse(body);
    if (!decoded.ok) throw new Error(decoded.error.message);
    const [choice] = decoded.value.choices;
    const usage = asObject(body['usage']) ?? {};
    expect(decoded.value.usage).toBeDefined();
    const { inputTotal = 0, outputTotal = 0 } = decoded.value.usage ?? {};
    if (body['serviceTier'] === undefined)
      expect(inputTotal + outputTotal).toBe(usage['totalTokens'] as number);
    // As history the answer goes back as it came.
    const parts = choice?.parts ?? [];
    const again = provider.encodeRequest(
      {
        model: 'm',
        messages: [
          { role: 'user', parts: [{ kind: 'text', text: 'Hello.' }] },
          { role: 'assistant', parts },
        ],
        tools: [],
        sampling: {},
        stream: false,
      },
      modelOf(recording),
    );
    const history = (again.body['messages'] as readonly JsonObject[])[1];
    const message = asObject(asObject(body['output'])?.['message']);
    const content = withoutBlanks(message?.['content'] ?? []);
    if ((content as readonly Json[]).length === 0) expect(history).toBeUndefined();
    else expect(differences(content, history?.['content'])).toEqual([]);
    const calls = parts.filter(({ kind }) => kind === 'tool-call').length;
    if (body['stopReason'] === 'tool_use') expect(calls).toBeGreaterThan(0);
    expect(choice?.finish.reason).not.toBe('unknown');
  });

  test.each(named(streams))('stream %s', (_, recording) => {
    const whole = checkStream(bytesOf(recording), readingOf(recording), recording.name.length * 7919);
    const broken = recording.features.includes('error_in_stream');
    expect(whole.at(-1)?.kind).toBe(broken ? 'failure' : 'end');
    if (broken) {
      expect(whole).toMatchObject([{ kind: 'failure', failure: { code: 'upstream_rejected' } }]);
      return;
    }
    const told = addUp(framesOf(recording));
    const folded = fold(whole);
    if (!folded.ok) throw new Error(folded.error.message);
    expect(seen(folded.value.choices[0]?.parts ?? [])).toEqual(told);
    if (!recording.features.includes('guardrail')) expect(folded.value.usage?.inputTotal).toBeGreaterThan(0);
  });

  test.each(named(streams))('cut-off %s', (_, recording) => {
    const frames = framesOf(recording);
    const stopAt = frames.findIndex(({ event }) => event === 'messageStop');
    for (let end = 0; end <= stopAt; end += 1) {
      const decoder = provider.openDecoder();
      const events = [...frames.slice(0, end).flatMap((frame) => decoder.push(frame)), ...decoder.finish()];
      expect(events.at(-1)).toMatchObject({ kind: 'failure', failure: { code: 'stream_cut' } });
    }
  });

  test.each(named(failures))('failure %s', (_, recording) => {
    const { status, headers, body } = recording.response;
    const failed = provider.decodeFailure(status, (name) => headers[name], JSON.stringify(body), 0);
    if (status === 403) expect(failed.code).toBe('upstream_auth');
    else if (recording.features.includes('context_length_error'))
      expect(failed.code).toBe('context_length_exceeded');
    else expect(['upstream_rejected', 'upstream_model_not_found']).toContain(failed.code);
    expect(failed.message).toContain((asString(asObject(body)?.['message']) ?? '').slice(0, 20));
  });
});

function framesOf(recording: Recording): readonly Frame[] {
  const framer = readingOf(recording).openFramer();
  return [...framer.push(bytesOf(recording)), ...framer.finish()];
}

interface Told {
  text: string;
  readonly calls: string[];
  seals: string;
}

/** As someone who knows nothing of odd streams would add it up. */
function addUp(frames: readonly Frame[]): Told {
  const told: Told = { text: '', calls: [], seals: '' };
  let input = '';
  for (const { event, data } of frames) {
    const value = JSON.parse(data) as JsonObject;
    const delta = asObject(value['delta']);
    const started = asObject(asObject(value['start'])?.['toolUse']);
    if (started !== undefined) told.calls.push(asString(started['toolUseId']) ?? '');
    const reasoning = asObject(delta?.['reasoningContent']);
    if (typeof delta?.['text'] === 'string') told.text += delta['text'];
    told.seals += asString(reasoning?.['redactedContent'] ?? reasoning?.['signature']) ?? '';
    input += asString(asObject(delta?.['toolUse'])?.['input']) ?? '';
    if (event === 'contentBlockStop' && input !== '') {
      told.calls.push(input);
      input = '';
    }
  }
  return told;
}

type Parts = Extract<
  ReturnType<typeof provider.decodeResponse>,
  { ok: true }
>['value']['choices'][number]['parts'];

function seen(parts: Parts): Told {
  const told: Told = { text: '', calls: [], seals: '' };
  for (const part of parts) {
    if (part.kind === 'text') told.text += part.text;
    if (part.kind === 'reasoning') told.seals += (part.seals ?? []).map(({ value }) => value).join('');
    if (part.kind === 'tool-call') told.calls.push(part.id, part.arguments);
  }
  return told;
}

test('a reader that gives nothing for nothing', () => {
  expect(
    decodePieces([], { openFramer: () => new AwsEventStreamFramer(), openDecoder: provider.openDecoder }),
  ).toEqual([expect.objectContaining({ kind: 'failure' })]);
});
