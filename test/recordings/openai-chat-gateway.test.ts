// Every recorded Chat Completions exchange through a whole gateway, over real ports: the simulator answers as the provider
// did, and the client must get that answer, with bytes passing through and the canonical way.

import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { fileURLToPath } from 'node:url';

import type { Generation } from '#accounting/generation.ts';
import type { Frame } from '#base/frame.ts';
import { asArray, asObject, asString, isObject, parseJson } from '#base/json.ts';
import type { Json, JsonObject } from '#base/json.ts';
import { fold } from '#canonical/fold.ts';
import type { ChatResponse } from '#canonical/response.ts';
import { openaiChat } from '#dialects/openai-chat/index.ts';
import { SseFramer } from '#framing/sse.ts';
import { startTestGateway, untilIdle } from '../support/gateway.ts';
import type { TestGateway } from '../support/gateway.ts';
import { differences, readRecordings, RECORDINGS, sseBytes } from './fixtures.ts';
import type { Recording } from './fixtures.ts';
import { normalise } from './openai-chat-normal.ts';
import { seen, withoutUnknown } from './openai-chat-seen.ts';

const { client, provider } = openaiChat;

interface Asked {
  readonly name: string;
  /** What the client asks for: a model of this recording alone, so that a failure is not asked for twice. */
  readonly model: string;
  readonly recording: Recording;
  readonly body: JsonObject;
}

/** Where the body names no model the deployment in the path does: another language's way to ask. */
const asked: readonly Asked[] = readRecordings(['openai.chat']).flatMap((recording, index) => {
  const body = asObject(recording.request?.body);
  if (typeof body?.['model'] !== 'string') return [];
  return [{ name: recording.name, model: `recording-${index}`, recording, body }];
});
const byName = new Map(asked.map(({ name, recording }) => [name, recording]));

/** One provider's count of reasoning stands beside the completion; everyone else's is inside it. */
function quirksOf({ provider: name }: Recording): Record<string, string> {
  return name === 'xai' ? { usageReasoning: 'outside' } : {};
}

/** A provider for each recorded one, with its name in the path, by which the simulator knows whose recording is meant. */
function providersText(simulatorUrl: string): string {
  const origin = simulatorUrl.replace(/\/v1$/, '');
  const names = [...new Map(asked.map(({ recording }) => [recording.provider, recording]))];
  return names
    .map(([name, recording]) => {
      const quirks = JSON.stringify({ routerFields: 'forward', ...quirksOf(recording) });
      return `  r-${name}: { dialect: openai-chat, url: "${origin}/${name}/v1", auth: none, quirks: ${quirks} }`;
    })
    .join('\n');
}

function modelsText(): string {
  return asked
    .map(({ model, recording, body }) => {
      const target = JSON.stringify(`r-${recording.provider}/${asString(body['model'])}`);
      return `  ${model}: { targets: [ ${target} ], attempts: 1 }`;
    })
    .join('\n');
}

interface Got {
  readonly status: number;
  readonly text: string;
  readonly generation: Generation | undefined;
  /** The recording that answered; undefined when no provider was asked. Several recordings may be alike to the asker. */
  readonly answered: Recording | undefined;
}

async function ask(gateway: TestGateway, { model, body }: Asked): Promise<Got> {
  gateway.simulator.clear();
  const response = await fetch(`${gateway.url}/chat/completions`, {
    method: 'POST',
    body: JSON.stringify({ ...body, model }),
  });
  const text = await response.text();
  const entry = gateway.simulator.entries().at(-1);
  const id = response.headers.get('x-clew-generation-id');
  const file = entry?.recording?.replace(/\.json$/, '') ?? '';
  if (entry !== undefined && !byName.has(file))
    throw new Error(`no recording answered: ${text.slice(0, 300)}`);
  const last = gateway.generations.at(-1);
  return {
    status: response.status,
    text,
    generation: last?.id === id ? last : undefined,
    answered: byName.get(file),
  };
}

function framesOf(bytes: Uint8Array): readonly Frame[] {
  const framer = new SseFramer();
  return [...framer.push(bytes), ...framer.finish()];
}

function read(frames: readonly Frame[], quirks: Record<string, string>): ReturnType<typeof fold> {
  const decoder = provider.openDecoder(quirks);
  return fold([...frames.flatMap((frame) => decoder.push(frame)), ...decoder.finish()]);
}

/** The error a client must see for a provider's status. */
function failureOf({ response }: Recording): { status: number; error: Json | undefined } {
  const { status, headers, body, sse } = response;
  const text = typeof body === 'string' ? body : JSON.stringify(body ?? sse);
  const failed = provider.decodeFailure(status, (name) => headers[name], text, 0);
  const encoded = client.encodeFailure(failed);
  return { status: encoded.status, error: asObject(encoded.body)?.['error'] };
}

function errorIn(text: string): Json | undefined {
  return asObject(parseJson(text))?.['error'];
}

function checkFailure(got: Got, answered: Recording): void {
  const expected = failureOf(answered);
  expect([got.status, errorIn(got.text)]).toEqual([expected.status, expected.error]);
  // A provider's refusal of our key is not the caller's.
  if ([401, 403].includes(answered.response.status)) expect([401, 403]).not.toContain(got.status);
  expect(got.generation?.failure?.code).toBeDefined();
}

function checkWhole(got: Got, answered: Recording): void {
  const recorded = answered.response.body ?? null;
  const decoded = provider.decodeResponse(recorded, quirksOf(answered));
  if (!decoded.ok) {
    expect(got.status).toBe(client.encodeFailure(decoded.error).status);
    expect(got.generation?.failure?.code).toBe(decoded.error.code);
    return;
  }
  expect(got.status).toBe(200);
  const ours = parseJson(got.text) ?? null;
  if (got.generation?.passthrough === true) expect(differences(recorded, ours)).toEqual([]);
  else {
    const expected = isObject(recorded) ? identified(recorded, got) : recorded;
    expect(differences(normalise('answer', expected), normalise('answer', ours))).toEqual([]);
  }
}

/** What its provider did not name is written for clients with the id of its generation and the model that was asked for. */
function identified<Answer extends { readonly id?: unknown; readonly model?: unknown }>(
  answer: Answer,
  { generation }: Got,
): Answer {
  return {
    ...answer,
    ...(answer.id === '' ? { id: generation?.id } : {}),
    ...(answer.model === '' ? { model: generation?.model } : {}),
  };
}

function checkStream(got: Got, answered: Recording, body: JsonObject): void {
  const recorded = framesOf(sseBytes(answered.response));
  const expected = read(recorded, quirksOf(answered));
  const passed = got.generation?.passthrough === true;
  if (!expected.ok && got.status !== 200) {
    // It broke before its first content: that is an ordinary error.
    expect(got.status).toBe(client.encodeFailure(expected.error).status);
    return;
  }
  expect(got.status).toBe(200);
  const frames = framesOf(Buffer.from(got.text));
  const errors = frames.filter(({ data }) => errorIn(data) !== undefined);
  const ends = frames.filter(({ data }) => data === '[DONE]');
  expect([errors.length, ends.length]).toEqual(expected.ok ? [0, 1] : [1, 0]);
  expect(frames.at(-1)).toBe((expected.ok ? ends : errors)[0] as Frame);
  const wantsUsage = asObject(body['stream_options'])?.['include_usage'] === true;
  if (passed && expected.ok) {
    expect(frames.map(({ data }) => data)).toEqual([...keptOf(recorded, wantsUsage)]);
  }
  // The report of usage is the provider's own, either way.
  const again = read(frames, quirksOf(answered));
  expect(again.ok).toBe(expected.ok);
  if (!expected.ok || !again.ok) return;
  const told = passed ? expected.value : identified(withoutUnknown(expected.value), got);
  expect(shown(again.value, wantsUsage)).toEqual(shown(told, wantsUsage));
}

function shown(response: ChatResponse, withUsage: boolean): unknown {
  return { ...seen(response), ...(withUsage ? {} : { usage: undefined }) };
}

/** What passes through: all that is JSON, without the usage report that the client did not ask for, and one end. */
function keptOf(frames: readonly Frame[], wantsUsage: boolean): readonly string[] {
  const kept: string[] = [];
  for (const { data } of frames) {
    if (data === '[DONE]') break;
    const chunk = parseJson(data);
    if (!isObject(chunk)) continue;
    const isReport = isObject(chunk['usage']) && (asArray(chunk['choices']) ?? []).length === 0;
    if (wantsUsage || !isReport) kept.push(data);
  }
  return [...kept, '[DONE]'];
}

// Skipped where the recordings are absent: fixtures.ts says so.
describe.skipIf(asked.length === 0).each([true, false])(
  'recorded, passthrough %p (skipped without ../shared/fixtures)',
  (passthrough) => {
    let gateway: TestGateway;
    const answeredNames = new Set<string>();
    const counts = { whole: 0, streams: 0, failures: 0, refused: 0, passed: 0 };

    beforeAll(async () => {
      gateway = await startTestGateway({
        passthrough,
        providers: providersText,
        models: modelsText(),
        simulator: { replayDir: fileURLToPath(RECORDINGS) },
      });
    });
    afterAll(() => gateway.stop());

    test.each(asked.map((one) => [one.name, one] as const))('%s', async (_, one) => {
      const got = await ask(gateway, one);
      const { answered } = got;
      if (answered === undefined) {
        // Refused as a request; then its provider refused it too.
        expect([got.status, one.recording.response.status >= 400]).toEqual([400, true]);
        counts.refused += 1;
        return;
      }
      answeredNames.add(answered.name);
      if (got.generation?.passthrough === true) counts.passed += 1;
      if (answered.response.status >= 300) {
        checkFailure(got, answered);
        counts.failures += 1;
      } else if (answered.response.sse === undefined) {
        checkWhole(got, answered);
        counts.whole += 1;
      } else {
        checkStream(got, answered, one.body);
        counts.streams += 1;
      }
    });

    test('every recording has answered, and nothing runs on', async () => {
      console.log(`${asked.length} asked, ${answeredNames.size} recordings answered`, counts);
      expect(asked.length).toBeGreaterThan(600);
      expect(answeredNames.size).toBe(asked.length - counts.refused);
      expect(counts.refused).toBeLessThan(5);
      if (passthrough) expect(counts.passed).toBeGreaterThan(550);
      else expect(counts.passed).toBe(0);
      await untilIdle(gateway);
      expect(gateway.alarms).toEqual([]);
    });
  },
);
