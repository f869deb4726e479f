// Operations that are relayed: what is read of a request, what changes on its way, what is read of an answer.

import { describe, expect, test } from 'bun:test';

import type { Frame } from '#base/frame.ts';
import { asString } from '#base/json.ts';
import type { Json, JsonObject } from '#base/json.ts';
import type { ChatEvent } from '#canonical/event.ts';
import { Grammar } from '#canonical/grammar.ts';
import { relayed } from './relayed.ts';
import { readRelayedUsage } from './relayed-usage.ts';

const judge = relayed({ id: 'x-moderations', operation: 'moderations', path: '/judge', usualModel: 'usual' });
const hear = relayed({ id: 'x-speech', operation: 'speech', path: '/hear', forms: true, bytes: true });
const context = (request: { model: string; stream: boolean; body: JsonObject }) => ({
  request,
  generationId: 'gen',
  nowSec: 0,
});
const HEAD = { path: '', query: '', header: () => undefined };

describe('a request', () => {
  test.each<[body: JsonObject, expected: object]>([
    [{ input: 'a' }, { model: 'usual', stream: false }],
    [
      { model: 'm', stream: true },
      { model: 'm', stream: true },
    ],
    [{ model: 'm', stream: 'true' }, { stream: true }],
    [{ model: 'm', stream: 'false' }, { stream: false }],
    [{ model: 'm', stream_format: 'sse' }, { stream: true }],
    [{ model: 'm', models: ['n'] }, { routing: { models: ['n'] } }],
  ])('%j', (body, expected) => {
    expect(judge.client.decodeRequest(body, HEAD)).toMatchObject({
      ok: true,
      value: { body, uncountable: true, ...expected },
    });
  });

  test.each<[body: Json, field: string | undefined]>([
    [null, undefined],
    [[], undefined],
    [{}, 'model'],
    [{ model: '' }, 'model'],
    [{ model: 1 }, 'model'],
    [{ model: ['a', 'b'] }, 'model'],
    [{ model: 'm', models: 'n' }, 'models'],
  ])('refused: %j', (body, field) => {
    const request = hear.client.decodeRequest(body, HEAD);
    expect(request).toMatchObject({ ok: false, error: { code: 'invalid_request' } });
    expect(request.ok ? '' : request.error.field).toBe(field as string);
  });

  test('goes up as it came, but for the model and what was said to the router', () => {
    const text = '{ "n": 1.0, "model": "ours", "provider": {"zdr": true}, "odd": "\\u00e4" }';
    const body = JSON.parse(text) as JsonObject;
    const up = judge.relay?.relayRequest(text, body, 'theirs', {}) ?? '';
    expect(up).toContain('"n": 1.0');
    expect(up).toContain('"odd": "\\u00e4"');
    expect(JSON.parse(up)).toEqual({ n: 1, model: 'theirs', odd: 'ä' });
    const anew = judge.provider.encodeRequest({ model: 'ours', stream: false, body }, 'theirs', {});
    expect(anew).toEqual({ body: { n: 1, model: 'theirs', odd: 'ä' }, losses: [] });
  });

  test('a body without a model gets one', () => {
    const up = judge.relay?.relayRequest('{"input":"a"}', { input: 'a' }, 'theirs', {}) ?? '';
    expect(JSON.parse(up)).toEqual({ input: 'a', model: 'theirs' });
  });
});

describe('an answer', () => {
  test('goes through whatever it holds', () => {
    const body = { id: 'i', model: 'm', results: [{ odd: null }] };
    const decoded = judge.provider.decodeResponse(body, {});
    if (!decoded.ok) throw new Error('not read');
    expect(decoded.value).toMatchObject({ id: 'i', model: 'm' });
    expect(
      judge.client.encodeResponse(decoded.value, context({ model: 'm', stream: false, body: {} })),
    ).toEqual(body);
    expect(judge.provider.decodeResponse([], {})).toMatchObject({
      ok: false,
      error: { code: 'upstream_protocol' },
    });
    expect(judge.provider.decodeResponse('a', {}).ok).toBe(false);
  });

  test('in bytes, only where there may be such', () => {
    expect('describeBytes' in judge.provider && judge.provider.describeBytes !== undefined).toBe(false);
    expect(hear.provider.describeBytes?.('m')).toEqual({ id: '', model: 'm', losses: [], body: null });
  });

  test.each<[what: string, usage: Json, expected: object | undefined]>([
    ['nothing', null, undefined],
    ['seconds', { type: 'duration', seconds: 3 }, undefined],
    ['half', { input_tokens: 1 }, undefined],
    ['texts', { input_tokens: '1', output_tokens: '2' }, undefined],
    ['less than nothing', { input_tokens: -1, output_tokens: 2 }, undefined],
    ['tokens', { input_tokens: 1, output_tokens: 2 }, { inputTotal: 1, outputTotal: 2 }],
    ['tokens in older words', { prompt_tokens: 1, completion_tokens: 2 }, { inputTotal: 1, outputTotal: 2 }],
    [
      'pictures',
      { input_tokens: 9, input_tokens_details: { image_tokens: 5 }, output_tokens: 4 },
      { inputTotal: 9, outputTotal: 4, imageInput: 5 },
    ],
    [
      'sounds',
      { input_tokens: 9, input_token_details: { audio_tokens: 8 }, output_tokens: 4 },
      { inputTotal: 9, outputTotal: 4, audioInput: 8 },
    ],
    [
      'what was drawn and said',
      { input_tokens: 1, output_tokens: 9, output_tokens_details: { image_tokens: 5, audio_tokens: 4 } },
      { inputTotal: 1, outputTotal: 9, imageOutput: 5, audioOutput: 4 },
    ],
  ])('usage: %s', (_what, usage, expected) => {
    expect(readRelayedUsage({ usage })).toEqual(expected as never);
  });
});

describe('a stream', () => {
  const frame = (value: JsonObject): Frame => ({
    event: asString(value['type']) ?? '',
    data: JSON.stringify(value),
  });
  const read = (frames: readonly Frame[]): readonly ChatEvent[] => {
    const decoder = hear.provider.openDecoder({});
    return [...frames.flatMap((one) => decoder.push(one)), ...decoder.finish(), ...decoder.finish()];
  };
  const DELTA = frame({ type: 'speech.audio.delta', audio: 'AA==' });
  const DONE = frame({ type: 'speech.audio.done', usage: { input_tokens: 1, output_tokens: 2 } });

  test.each<[what: string, frames: readonly Frame[], last: object]>([
    ['whole', [DELTA, DONE], { kind: 'end' }],
    ['several done', [DELTA, DONE, DELTA, DONE], { kind: 'end' }],
    ['with the mark of chats', [DELTA, { data: '[DONE]' }], { kind: 'end' }],
    ['cut', [DELTA], { kind: 'failure', failure: { code: 'stream_cut' } }],
    ['empty', [], { kind: 'failure', failure: { code: 'stream_cut' } }],
    [
      'an error',
      [DELTA, { data: '{"error":{"message":"no","code":"rate_limit_exceeded"}}' }],
      { kind: 'failure' },
    ],
    ['an error event', [frame({ type: 'error', message: 'no' })], { kind: 'failure' }],
    ['nonsense', [{ data: '{' }, { data: 'null' }, DONE], { kind: 'end' }],
  ])('%s', (_what, frames, last) => {
    const events = read(frames);
    const grammar = new Grammar();
    expect(events.flatMap((event) => grammar.check(event) ?? [])).toEqual([]);
    expect(events.filter(({ kind }) => kind === 'end' || kind === 'failure')).toHaveLength(1);
    expect(events.at(-1)).toMatchObject(last);
  });

  test('is written again as it came, and a failure as its clients look for it', () => {
    const encoder = hear.client.openEncoder(context({ model: 'm', stream: true, body: {} }));
    expect(read([DELTA, DONE]).flatMap((event) => encoder.push(event))).toEqual([DELTA, DONE]);
    const failed = read([DELTA]).flatMap((event) => encoder.push(event));
    expect(JSON.parse(failed.at(-1)?.data ?? '')).toMatchObject({ error: { code: 'stream_cut' } });
  });

  test('usage is read', () => {
    const usage = read([DELTA, DONE]).find(({ kind }) => kind === 'usage');
    expect(usage).toMatchObject({ usage: { inputTotal: 1, outputTotal: 2 } });
  });
});
