// A recorded exchange read and written again in its own language: nothing may differ but what the named normalisations
// name. Streams: the grammar, any cut of the bytes, and the answer that it would be in one piece.

import { toBytes } from '#base/bytes.ts';
import { asArray, asObject, isObject } from '#base/json.ts';
import type { Json, JsonDraft, JsonObject } from '#base/json.ts';
import { seededDraw } from '#base/random.ts';
import { isTerminal } from '#canonical/event.ts';
import { fold } from '#canonical/fold.ts';
import type { ChatResponse } from '#canonical/response.ts';
import { CHAT_DIALECTS } from '#dialects/index.ts';
import type { ProviderDialect } from '#dialects/dialect.ts';
import { AwsEventStreamFramer } from '#framing/aws-event-stream.ts';
import { JsonArrayFramer } from '#framing/json-array.ts';
import { SseFramer } from '#framing/sse.ts';

import { encodeContext } from '../support/encode-context.ts';
import { differences, sseBytes } from '../recordings/fixtures.ts';
import type { Recording } from '../recordings/fixtures.ts';
import { cutAt } from '../recordings/reading.ts';
import { decodePieces, grammarProblems } from '../recordings/stream-checks.ts';
import type { Reading } from '../recordings/stream-checks.ts';
import type { Language } from './languages.ts';
import { seen } from './seen.ts';
import { WHOLE } from './whole.ts';

export interface Check {
  readonly what: 'request' | 'answer' | 'stream' | 'failure';
  /** What should be readable and was not. */
  readonly unread?: string;
  /** Differences that no normalisation names. */
  readonly differences: readonly string[];
}

export function providerOf(dialect: string): ProviderDialect {
  const provider = CHAT_DIALECTS.get(dialect)?.provider;
  if (provider === undefined) throw new Error(`no provider speaks ${dialect}`);
  return provider;
}

/** `cutRuns` runs of five cuts each for a stream. */
export function checksOf(recording: Recording, language: Language, cutRuns: number): readonly Check[] {
  const { response, request } = recording;
  const checks: Check[] = [];
  if (isObject(request?.body)) checks.push(checkRequest(recording, language));
  if (response.status >= 300) checks.push(checkFailure(recording, language));
  else if (isStream(recording)) checks.push(checkStream(recording, language, cutRuns));
  else if (isObject(response.body)) checks.push(checkAnswer(response.body, recording, language));
  return checks;
}

function checkRequest(recording: Recording, language: Language): Check {
  const read = language.read(recording);
  if (!read.ok) {
    // The provider refused it too; some recordings are errors on purpose.
    const refused = recording.response.status === 400 || recording.response.status === 422;
    return { what: 'request', differences: [], ...(refused ? {} : { unread: read.error.message }) };
  }
  const quirks = { ...language.quirks(recording), routerFields: 'forward' };
  const { model } = read.value;
  const { body, losses } = providerOf(language.dialect).encodeRequest(read.value, model, quirks);
  const sent = recording.request?.body as JsonObject;
  const ours = withoutPlace(body as JsonObject, sent);
  const lost = losses.filter(({ why }) => !why.includes('blank')).map(({ path }) => `lost ${path}`);
  const different = differences(language.normal('request', sent), language.normal('request', ours));
  return { what: 'request', differences: [...different, ...lost] };
}

/** What some servers have in the path or a header, and the recorded body does not say. */
function withoutPlace(body: JsonObject, sent: JsonObject): JsonObject {
  const draft: JsonDraft = { ...body };
  for (const key of ['model', 'anthropic_version', 'anthropic_beta']) if (!(key in sent)) delete draft[key];
  return draft;
}

function checkFailure({ response }: Recording, { dialect }: Language): Check {
  const { status, headers, body, sse } = response;
  const lines = sse?.map(({ data, other }) => [...(other ?? []), data ?? ''].join('\n')).join('\n');
  const text = typeof body === 'string' ? body : (lines ?? JSON.stringify(body ?? ''));
  const { code, message } = providerOf(dialect).decodeFailure(status, (name) => headers[name], text, 0);
  return {
    what: 'failure',
    differences: [],
    ...(code.startsWith('upstream') || message !== '' ? {} : { unread: 'no code' }),
  };
}

/** Something else than an answer: an error in spite of the status, or a job that has not begun. */
function isNoAnswer(body: JsonObject): boolean {
  const error = body['error'] ?? asObject(asArray(body['choices'])?.[0])?.['error'];
  const blocked = asObject(body['promptFeedback'])?.['blockReason'] !== undefined;
  const none = body['candidates'] !== undefined && (asArray(body['candidates']) ?? []).length === 0;
  return (error !== undefined && error !== null) || blocked || none;
}

function checkAnswer(body: JsonObject, recording: Recording, language: Language): Check {
  const { dialect } = language;
  const decoded = providerOf(dialect).decodeResponse(body, language.quirks(recording));
  if (!decoded.ok) {
    return {
      what: 'answer',
      differences: [],
      ...(isNoAnswer(body) ? {} : { unread: decoded.error.message }),
    };
  }
  const client = CHAT_DIALECTS.get(dialect)?.client;
  if (client === undefined)
    return { what: 'answer', differences: asHistory(decoded.value, body, recording, language) };
  const again = client.encodeResponse(decoded.value, encodeContext());
  return {
    what: 'answer',
    differences: differences(language.normal('answer', body), language.normal('answer', again)),
  };
}

/** Where no client speaks the language, an answer comes back to its provider as history. */
function asHistory(
  answer: ChatResponse,
  body: JsonObject,
  recording: Recording,
  language: Language,
): readonly string[] {
  const parts = answer.choices[0]?.parts ?? [];
  const { body: written } = providerOf(language.dialect).encodeRequest(
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
    modelIn(recording),
    {},
  );
  const ours = asArray((written as JsonObject)['messages'])?.[1];
  const theirs = asObject(asObject(body['output'])?.['message']) ?? asObject(body['message']) ?? {};
  const plain = (message: Json): Json =>
    asObject(language.normal('answer', { messages: [message] }))?.['messages'] ?? null;
  const empty = ours === undefined && parts.every((part) => part.kind === 'text' && part.text.trim() === '');
  // A call without arguments has `null` in one place.
  const text = JSON.stringify(plain(theirs)).replaceAll('"arguments":"null"', '"arguments":"{}"');
  return empty ? [] : differences(JSON.parse(text) as Json, plain(ours ?? null));
}

function modelIn({ request }: Recording): string {
  return decodeURIComponent(/\/model\/([^/]+)\//.exec(request?.path ?? '')?.[1] ?? 'm');
}

export function isStream({ response }: Recording): boolean {
  return (
    response.sse !== undefined || response.eventstream_base64 !== undefined || Array.isArray(response.body)
  );
}

function bytesOf({ response }: Recording): Uint8Array {
  if (response.eventstream_base64 !== undefined) return Uint8Array.fromBase64(response.eventstream_base64);
  return response.sse === undefined ? toBytes(JSON.stringify(response.body, null, 2)) : sseBytes(response);
}

function readingOf(recording: Recording, language: Language): Reading {
  const { response } = recording;
  const framed = response.eventstream_base64 !== undefined;
  const quirks =
    framed || response.sse === undefined ? language.quirks(recording) : withoutEnvelope(recording, language);
  return {
    openFramer: () =>
      framed
        ? new AwsEventStreamFramer()
        : response.sse === undefined
          ? new JsonArrayFramer()
          : new SseFramer(),
    openDecoder: () => providerOf(language.dialect).openDecoder(quirks),
  };
}

/** Recorded after its transport was taken off. */
function withoutEnvelope(recording: Recording, language: Language): Readonly<Record<string, string>> {
  const { envelope, ...rest } = language.quirks(recording);
  return envelope === 'vertex' ? { ...rest, envelope } : rest;
}

function checkStream(recording: Recording, language: Language, cutRuns: number): Check {
  const reading = readingOf(recording, language);
  const bytes = bytesOf(recording);
  const whole = decodePieces([bytes], reading);
  const found = [...grammarProblems(whole)];
  const draw = seededDraw(recording.name.length * 7919 + bytes.length);
  const position = (): number => Math.floor(draw() * bytes.length);
  for (let run = 0; run < cutRuns; run += 1) {
    const cuts = Array.from({ length: 5 }, position);
    if (!Bun.deepEquals(decodePieces(cutAt(bytes, cuts), reading), whole))
      found.push(`cut at ${cuts.join(' ')}: other events`);
    const short = decodePieces([bytes.subarray(0, position())], reading);
    if (grammarProblems(short).length > 0 || short.filter(isTerminal).length !== 1)
      found.push('cut off: no one end');
  }
  const folded = fold(whole);
  if (!folded.ok) {
    const expected = isBroken(recording);
    return { what: 'stream', differences: found, ...(expected ? {} : { unread: folded.error.message }) };
  }
  return { what: 'stream', differences: [...found, ...againstWhole(folded.value, recording, language)] };
}

/** Streams that tell of an error, are cut in the recording, or were blocked: a failure is the right reading. */
function isBroken({ response, features }: Recording): boolean {
  const text = (response.sse ?? []).map(({ data }) => data ?? '').join('\n');
  const ends =
    /"finish_?reason":\s*"|response\.(?:completed|incomplete)|message_stop|message-end|"blockReason"/i;
  return (
    features.includes('error_in_stream') ||
    text.includes('"blockReason"') ||
    (response.sse !== undefined && !ends.test(text))
  );
}

function againstWhole(answer: ChatResponse, recording: Recording, language: Language): readonly string[] {
  if (recording.response.sse_elided !== undefined) return [];
  const framer = readingOf(recording, language).openFramer();
  const frames = [...framer.push(bytesOf(recording)), ...framer.finish()];
  const body = WHOLE[language.dialect]?.(frames);
  if (body === undefined) return [];
  const unary = providerOf(language.dialect).decodeResponse(body, language.quirks(recording));
  if (!unary.ok) return [`in one piece: ${unary.error.message}`];
  return differences(seen(unary.value), seen(answer)).map((difference) => `in one piece: ${difference}`);
}
