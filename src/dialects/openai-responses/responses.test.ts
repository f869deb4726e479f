// Answers of other languages for clients of this one, whole and streamed, and what providers of this one get wrong.

import { describe, expect, test } from 'bun:test';

import type { Json, JsonObject } from '#base/json.ts';
import { failure } from '#canonical/failure.ts';
import type { FinishReason } from '#canonical/finish.ts';
import { fold } from '#canonical/fold.ts';
import type { Part } from '#canonical/part.ts';
import type { ChatResponse } from '#canonical/response.ts';
import { unfold } from '#canonical/unfold.ts';
import { encodeContext } from '../../../test/support/encode-context.ts';
import { openaiResponses } from './index.ts';

const { client, provider } = openaiResponses;
const SEAL = { dialect: 'anthropic-messages', form: 'signature', value: 'S' } as const;

function answer(parts: readonly Part[], reason: FinishReason = 'stop'): ChatResponse {
  const usage = { inputTotal: 10, outputTotal: 7, cacheRead: 4, reasoning: 3 };
  return { id: 'chatcmpl-1', model: 'other', choices: [{ parts, finish: { reason } }], usage, losses: [] };
}

function streamed(response: ChatResponse, context = encodeContext()): readonly JsonObject[] {
  const encoder = client.openEncoder(context);
  return unfold(response)
    .flatMap((event) => encoder.push(event))
    .map(({ data }) => JSON.parse(data) as JsonObject);
}

const PARTS: readonly Part[] = [
  { kind: 'reasoning', text: 'because', seals: [SEAL] },
  { kind: 'text', text: 'one', annotations: [{ type: 'url_citation', url: 'https://example.com' }] },
  { kind: 'text', text: 'two' },
  { kind: 'refusal', text: 'no' },
  { kind: 'tool-call', id: 'c1', name: 'f', arguments: '{}', form: 'function', seal: SEAL },
  { kind: 'tool-call', id: 'c2', name: 'g', arguments: 'x', form: 'custom' },
  { kind: 'image', source: { from: 'base64', mime: 'image/png', data: 'AA==' } },
];

describe('an answer of another language', () => {
  test('whole: items with ids, usage in this accounting, what was asked repeated', () => {
    const body = client.encodeResponse(answer(PARTS, 'tool-calls'), encodeContext({ maxOutputTokens: 99 }));
    expect(body).toMatchObject({
      id: 'resp_1test',
      object: 'response',
      created_at: 1_700_000_000,
      status: 'completed',
      error: null,
      max_output_tokens: 99,
      truncation: 'disabled',
      usage: {
        input_tokens: 10,
        input_tokens_details: { cached_tokens: 4 },
        output_tokens: 7,
        output_tokens_details: { reasoning_tokens: 3 },
        total_tokens: 17,
      },
    });
    const output = body['output'] as readonly JsonObject[];
    expect(output.map(({ type }) => type)).toEqual([
      'reasoning',
      'message',
      'function_call',
      'custom_tool_call',
      'image_generation_call',
    ]);
    expect(new Set(output.map(({ id }) => id)).size).toBe(5);
    expect(output[0]).toMatchObject({ summary: [{ type: 'summary_text', text: 'because' }] });
    expect(output[0]).not.toHaveProperty('encrypted_content');
    expect(output[1]?.['content']).toMatchObject([
      { text: 'one', logprobs: [] },
      { text: 'two' },
      { refusal: 'no' },
    ]);
    expect(output[2]).toMatchObject({ call_id: 'c1', arguments: '{}' });
  });

  test('streamed: the last event says what the whole answer says', () => {
    const response = answer(PARTS, 'tool-calls');
    const events = streamed(response);
    const whole = client.encodeResponse(response, encodeContext());
    expect(events.at(-1)).toMatchObject({ type: 'response.completed', response: whole });
    expect(events.map((event) => event['sequence_number'])).toEqual(events.map((_, index) => index));
    const indices = events.flatMap((event) => event['output_index'] ?? []) as number[];
    expect(indices).toEqual([...indices].sort((a, b) => a - b));
  });

  test('seals of other vendors go round through a client that gives items back', () => {
    const asking = client.decodeRequest({ model: 'm', input: 'a', include: ['reasoning.encrypted_content'] });
    if (!asking.ok) throw new Error(asking.error.message);
    const context = { ...encodeContext(), request: asking.value };
    const { output } = client.encodeResponse(answer(PARTS), context);
    const again = client.decodeRequest({ model: 'm', input: output as Json });
    if (!again.ok) throw new Error(again.error.message);
    const [turn] = again.value.messages;
    expect(turn?.parts[0]).toMatchObject({ kind: 'reasoning', text: 'because', seals: [SEAL] });
    expect(turn?.parts.find((part) => part.kind === 'tool-call')).toMatchObject({ id: 'c1', seal: SEAL });
    const upstream = JSON.stringify(provider.encodeRequest(again.value, 'm', {}).body);
    expect(upstream).not.toContain('clew');
  });

  test.each([
    ['length', 'incomplete', 'max_output_tokens'],
    ['context-full', 'incomplete', 'max_output_tokens'],
    ['content-filter', 'incomplete', 'content_filter'],
    ['malformed-call', 'failed', undefined],
    ['pause', 'completed', undefined],
    ['refusal', 'completed', undefined],
    ['unknown', 'completed', undefined],
  ] as const)('%s is %s', (reason, status, why) => {
    const response = answer([{ kind: 'text', text: 'a' }], reason);
    const body = client.encodeResponse(response, encodeContext());
    expect(body['status']).toBe(status);
    expect(body['incomplete_details']).toEqual(why === undefined ? null : { reason: why });
    const last = streamed(response).at(-1);
    expect(last).toMatchObject({ type: `response.${status}`, response: { status } });
  });

  test('a failure in the stream is two events, and the answer is never whole', () => {
    const encoder = client.openEncoder(encodeContext());
    encoder.push({ kind: 'start', id: 'x', model: 'm', losses: [] });
    encoder.push({ kind: 'open', part: 0, choice: 0, what: { kind: 'text' } });
    encoder.push({ kind: 'delta', part: 0, text: 'half' });
    const frames = encoder.push({ kind: 'failure', failure: failure('stream_cut', 'It broke off.') });
    expect(frames.map(({ event }) => event)).toEqual([
      'error',
      'response.output_item.done',
      'response.failed',
    ]);
    expect(fold(decode(frames.map(({ data }) => JSON.parse(data) as Json))).ok).toBe(false);
  });
});

function decode(events: readonly Json[]) {
  const decoder = provider.openDecoder();
  const told = events.flatMap((event) => decoder.push({ data: JSON.stringify(event) }));
  return [...told, ...decoder.finish()];
}

const added = (output_index: number, item: JsonObject): Json => ({
  type: 'response.output_item.added',
  output_index,
  item,
});
const done = (output_index: number, item: JsonObject): Json => ({
  type: 'response.output_item.done',
  output_index,
  item,
});
const completed = (output: readonly Json[] = []): Json => ({
  type: 'response.completed',
  response: { id: 'r', model: 'm', status: 'completed', output },
});

function partsOf(events: readonly Json[]): readonly Part[] {
  const folded = fold(decode(events));
  if (!folded.ok) throw new Error(folded.error.message);
  return folded.value.choices[0]?.parts ?? [];
}

describe('what providers do', () => {
  const call = { type: 'function_call', id: 'fc', call_id: 'c', name: 'f' };

  test.each([
    ['no deltas, only the whole at the end', [done(0, { ...call, arguments: '{"a":1}' })], '{"a":1}'],
    ['no arguments at all', [done(0, { ...call, arguments: '' })], '{}'],
    ['null for no arguments', [done(0, { ...call, arguments: 'null' })], '{}'],
    [
      'half in deltas, the rest when it is done',
      [
        { type: 'response.function_call_arguments.delta', output_index: 0, delta: '{"a"' },
        { type: 'response.function_call_arguments.done', output_index: 0, arguments: '{"a":1}' },
        done(0, { ...call, arguments: '{"a":1}' }),
      ],
      '{"a":1}',
    ],
    ['nothing but the last event', [], '{"a":1}'],
  ])('arguments: %s', (name, events, wanted) => {
    const whole = { ...call, arguments: '{"a":1}' };
    const all = name.startsWith('nothing')
      ? [completed([whole])]
      : [added(0, { ...call, arguments: '' }), ...events, completed()];
    expect(partsOf(all)).toMatchObject([{ kind: 'tool-call', id: 'c', arguments: wanted }]);
  });

  test('the encrypted content of the end counts, not that of the beginning', () => {
    const item = { type: 'reasoning', id: 'rs', summary: [] };
    const events = [
      added(0, { ...item, encrypted_content: 'A' }),
      done(0, { ...item, encrypted_content: 'B' }),
      completed(),
    ];
    expect(partsOf(events)).toMatchObject([{ kind: 'reasoning', seals: [{ value: 'B', id: 'rs' }] }]);
  });

  test('interleaved calls come one after another; a message need not wait for reasoning that stays open', () => {
    const second = { ...call, id: 'fd', call_id: 'd' };
    const events = [
      added(0, call),
      added(1, second),
      { type: 'response.function_call_arguments.delta', output_index: 1, delta: '[2]' },
      { type: 'response.function_call_arguments.delta', output_index: 0, delta: '[1]' },
      done(1, { ...second, arguments: '[2]' }),
      done(0, { ...call, arguments: '[1]' }),
      completed(),
    ];
    expect(partsOf(events)).toMatchObject([
      { id: 'c', arguments: '[1]' },
      { id: 'd', arguments: '[2]' },
    ]);
    const decoder = provider.openDecoder();
    const say = (event: Json) => decoder.push({ data: JSON.stringify(event) });
    say(added(0, { type: 'reasoning', id: 'rs', summary: [] }));
    say({ type: 'response.reasoning_text.delta', output_index: 0, content_index: 0, delta: 'hm' });
    say(added(1, { type: 'message', id: 'msg', role: 'assistant', content: [] }));
    const now = say({ type: 'response.output_text.delta', output_index: 1, content_index: 0, delta: 'Hi' });
    expect(now.at(-1)).toMatchObject({ kind: 'delta', text: 'Hi' });
  });

  test.each([
    [
      'an error inside a 200',
      { status: 'failed', error: { code: 'rate_limit_exceeded', message: 'Slow down.' } },
      'upstream_rate_limited',
    ],
    ['failed without a word', { status: 'failed', output: [] }, 'upstream_error'],
    ['cancelled', { status: 'cancelled', output: [] }, 'upstream_error'],
    ['no output', { status: 'completed' }, 'upstream_protocol'],
  ] as const)('%s', (_, body, code) => {
    expect(provider.decodeResponse(body as Json)).toMatchObject({ ok: false, error: { code } });
  });

  test('only reasoning, cut for length, is an answer; a hosted tool’s call is none of the client’s', () => {
    const item = { type: 'reasoning', id: 'rs', summary: [] };
    const search = { type: 'web_search_call', id: 'ws', status: 'completed' };
    const short = {
      status: 'incomplete',
      incomplete_details: { reason: 'max_output_tokens' },
      output: [item],
    };
    expect(provider.decodeResponse(short)).toMatchObject({
      ok: true,
      value: { choices: [{ finish: { reason: 'length' } }] },
    });
    const searched = provider.decodeResponse({ status: 'completed', output: [search] });
    expect(searched).toMatchObject({
      ok: true,
      value: { choices: [{ finish: { reason: 'stop' }, parts: [{ kind: 'foreign', value: search }] }] },
    });
  });

  test('a search of the provider’s own, told as a call, is none of the client’s; an empty text beside items is none', () => {
    const item = {
      type: 'custom_tool_call',
      call_id: 'xs_call_1',
      name: 'x_keyword_search',
      input: '{}',
      id: 'c',
    };
    const decoded = provider.decodeResponse({ status: 'completed', output: [item], output_text: '' });
    if (!decoded.ok) throw new Error(decoded.error.message);
    const [choice] = decoded.value.choices;
    expect([choice?.finish.reason, choice?.parts[0]?.kind]).toEqual(['stop', 'foreign']);
    expect(decoded.value.extras?.fields).not.toHaveProperty('output_text');
    const decoder = provider.openDecoder();
    const events = [
      { type: 'response.created', response: { id: 'r', model: 'm' } },
      { type: 'response.output_item.added', output_index: 0, item },
      { type: 'response.output_item.done', output_index: 0, item },
      { type: 'response.completed', response: { status: 'completed', output: [item] } },
    ].flatMap((event) => decoder.push({ data: JSON.stringify(event) }));
    expect(events.at(-1)).toMatchObject({ kind: 'end', finishes: [{ reason: 'stop' }] });
  });

  test('counters that exceed what they are part of are clamped; ticks are money', () => {
    const usage = {
      input_tokens: 10,
      input_tokens_details: { cached_tokens: 99 },
      output_tokens: 5,
      output_tokens_details: { reasoning_tokens: 50 },
      cost_in_usd_ticks: 10_000_000,
    };
    const decoded = provider.decodeResponse({ status: 'completed', output: [], usage });
    expect(decoded).toMatchObject({
      ok: true,
      value: {
        usage: { inputTotal: 10, cacheRead: 10, outputTotal: 5, reasoning: 5, reportedCost: 1_000_000 },
      },
    });
  });
});
