// A legacy completion as a chat and back: what a client asks for, what chats cannot do, and what it is shown of a chat's answer.

import { describe, expect, test } from 'bun:test';

import type { Frame } from '#base/frame.ts';
import type { Json, JsonObject } from '#base/json.ts';
import type { ChatEvent } from '#canonical/event.ts';
import type { ChatResponse } from '#canonical/response.ts';
import { encodeContext } from '../../../test/support/encode-context.ts';
import { openaiCompletions } from './index.ts';

const { client, provider, relay } = openaiCompletions;

function decoded(body: Json) {
  const request = client.decodeRequest(body);
  if (!request.ok) throw new Error(request.error.message);
  return request.value;
}

describe('what a client asks for', () => {
  const user = (text: string) => [{ role: 'user', parts: [{ kind: 'text', text }] }];
  test.each<[what: string, body: JsonObject, expected: object]>([
    ['a text', { prompt: 'a' }, { messages: user('a'), stream: false }],
    ['a list of one', { prompt: ['a'] }, { messages: user('a') }],
    ['an empty text', { prompt: '' }, { messages: user('') }],
    [
      'a stream',
      { prompt: 'a', stream: true, stream_options: { include_usage: true } },
      { streamUsage: true },
    ],
    ['a limit', { prompt: 'a', max_tokens: 9 }, { maxOutputTokens: 9 }],
    ['several', { prompt: 'a', n: 2, best_of: 2 }, { choices: 2 }],
    ['stops', { prompt: 'a', stop: 'x' }, { stop: ['x'] }],
    ['more stops', { prompt: 'a', stop: ['x', 'y'] }, { stop: ['x', 'y'] }],
    ['log probabilities', { prompt: 'a', logprobs: 3 }, { logprobs: { top: 3 } }],
    [
      'how to draw',
      { prompt: 'a', temperature: 0, top_p: 0.5, seed: 1, frequency_penalty: 1, logit_bias: { 1: 2 } },
      { sampling: { temperature: 0, topP: 0.5, seed: 1, frequencyPenalty: 1, logitBias: { 1: 2 } } },
    ],
    ['wishes to the router', { prompt: 'a', models: ['n'] }, { routing: { models: ['n'] } }],
    ['the first of several models', { model: undefined, models: ['n'], prompt: 'a' }, { model: 'n' }],
  ])('%s', (_what, body, expected) => {
    const request = decoded(JSON.parse(JSON.stringify({ model: 'm', ...body })) as Json);
    expect(request).toMatchObject({ model: 'm', tools: [], ...expected });
    expect(request.onlyFor).toBeUndefined();
  });

  test.each<[body: JsonObject, field: string]>([
    [{ prompt: ['a', 'b'] }, 'prompt'],
    [{ prompt: [] }, 'prompt'],
    [{ prompt: [1, 2] }, 'prompt'],
    [{ prompt: [[1], [2]] }, 'prompt'],
    [{}, 'prompt'],
    [{ prompt: null }, 'prompt'],
    [{ prompt: 'a', suffix: 'b' }, 'suffix'],
    [{ prompt: 'a', echo: true }, 'echo'],
    [{ prompt: 'a', best_of: 3 }, 'best_of'],
  ])('only for targets of the same language: %j', (body, field) => {
    expect(decoded({ model: 'm', ...body }).onlyFor).toMatchObject({ dialect: 'openai-completions', field });
    const written = provider.encodeRequest(decoded({ model: 'm', ...body }), 'm');
    // `null` is as if it were not there.
    const said = Object.entries(body).filter(([, value]) => value !== null);
    expect(written).toEqual({ body: { model: 'm', ...Object.fromEntries(said) }, losses: [] });
  });

  test.each<[body: Json, field: string | undefined]>([
    [null, undefined],
    [{ prompt: 'a' }, 'model'],
    [{ model: '', prompt: 'a' }, 'model'],
    [{ model: 'm', prompt: 'a', stream: 'yes' }, 'stream'],
    [{ model: 'm', prompt: 'a', provider: { order: 'x' } }, 'provider.order'],
  ])('refused: %j', (body, field) => {
    const request = client.decodeRequest(body);
    expect(request).toMatchObject({ ok: false, error: { code: 'invalid_request' } });
    expect(request.ok ? '' : request.error.field).toBe(field as string);
  });
});

const CHAT: ChatResponse = {
  id: 'c',
  model: 'm-1',
  createdSec: 7,
  choices: [
    {
      parts: [
        { kind: 'reasoning', text: 'hm' },
        { kind: 'text', text: 'Once ' },
        { kind: 'text', text: 'more' },
      ],
      finish: { reason: 'length', raw: 'max_tokens' },
      logprobs: {
        content: [
          { token: 'Once', logprob: -0.1, top_logprobs: [{ token: 'One', logprob: -2 }] },
          { token: ' more', logprob: -0.2 },
        ],
      },
    },
    { parts: [{ kind: 'refusal', text: 'No.' }], finish: { reason: 'refusal' } },
    { parts: [], finish: { reason: 'tool-calls' } },
  ],
  usage: { inputTotal: 3, outputTotal: 4, reasoning: 1, cacheRead: 2 },
  losses: [],
};

describe('what a client is shown of a chat', () => {
  test('its text, and nothing that has no place', () => {
    expect(client.encodeResponse(CHAT)).toEqual({
      id: 'c',
      object: 'text_completion',
      created: 7,
      model: 'm-1',
      choices: [
        {
          text: 'Once more',
          index: 0,
          logprobs: {
            tokens: ['Once', ' more'],
            token_logprobs: [-0.1, -0.2],
            top_logprobs: [{ One: -2 }, {}],
            text_offset: [0, 4],
          },
          finish_reason: 'length',
        },
        { text: 'No.', index: 1, logprobs: null, finish_reason: 'content_filter' },
        { text: '', index: 2, logprobs: null, finish_reason: 'stop' },
      ],
      usage: {
        prompt_tokens: 3,
        completion_tokens: 4,
        total_tokens: 7,
        prompt_tokens_details: { cached_tokens: 2 },
        completion_tokens_details: { reasoning_tokens: 1 },
      },
    });
  });

  const EVENTS: readonly ChatEvent[] = [
    { kind: 'start', id: 'c', model: 'm-1', losses: [] },
    { kind: 'open', part: 0, choice: 0, what: { kind: 'reasoning' } },
    { kind: 'delta', part: 0, text: 'hm' },
    { kind: 'close', part: 0 },
    { kind: 'open', part: 1, choice: 0, what: { kind: 'text' } },
    { kind: 'delta', part: 1, text: 'Once' },
    { kind: 'delta', part: 1, text: ' more', logprobs: { content: [{ token: ' more', logprob: -1 }] } },
    { kind: 'close', part: 1 },
    { kind: 'usage', usage: { inputTotal: 3, outputTotal: 4 } },
  ];
  const frames = (events: readonly ChatEvent[], streamUsage = true): Json[] => {
    const encoder = client.openEncoder(encodeContext({ streamUsage }));
    return events
      .flatMap((event) => encoder.push(event))
      .map(({ data }: Frame) => (data === '[DONE]' ? data : (JSON.parse(data) as Json)));
  };

  test('a stream of its text', () => {
    const told = frames([...EVENTS, { kind: 'end', finishes: [{ reason: 'stop' }] }]);
    const choices = told.flatMap((chunk) =>
      typeof chunk === 'string' ? [] : ((chunk as JsonObject)['choices'] as Json[]),
    );
    expect(choices).toEqual([
      { text: 'Once', index: 0, logprobs: null, finish_reason: null },
      {
        text: ' more',
        index: 0,
        logprobs: { tokens: [' more'], token_logprobs: [-1], top_logprobs: [{}], text_offset: [4] },
        finish_reason: null,
      },
      { text: '', index: 0, logprobs: null, finish_reason: 'stop' },
    ]);
    expect(told.at(-2)).toMatchObject({ choices: [], usage: { total_tokens: 7 } });
    expect(told.at(-1)).toBe('[DONE]');
  });

  test('usage only where it was asked for, and a failure that does not look complete', () => {
    const told = frames([...EVENTS, { kind: 'end', finishes: [{ reason: 'stop' }] }], false);
    expect(told.at(-2)).not.toHaveProperty('usage');
    const gone = { code: 'stream_cut', origin: 'provider', retry: 'no', message: 'Gone.' } as const;
    const failed = frames([...EVENTS, { kind: 'failure', failure: gone }]);
    expect(failed.at(-1)).toMatchObject({ error: { message: 'Gone.', code: 'stream_cut' } });
  });
});

describe('what passes through', () => {
  test('a request, but for the model, the router’s fields, and a report of usage', () => {
    const text = '{"prompt":"a","model":"ours","n": 1.0,"stream":true,"models":["n"]}';
    const up = relay.relayRequest(text, JSON.parse(text) as JsonObject, 'theirs');
    expect(up).toContain('"n": 1.0');
    expect(JSON.parse(up)).toEqual({
      prompt: 'a',
      model: 'theirs',
      n: 1,
      stream: true,
      stream_options: { include_usage: true },
    });
  });

  test.each<[what: string, data: string, asked: boolean, kept: boolean]>([
    ['a text', '{"choices":[{"text":"a","index":0}]}', false, true],
    [
      'a report that nobody asked for',
      '{"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":1}}',
      false,
      false,
    ],
    ['one that somebody did', '{"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":1}}', true, true],
    ['what is not JSON', '{', true, false],
  ])('%s', (_what, data, streamUsage, kept) => {
    const decoder = provider.openDecoder();
    const frame = { data };
    const request = { ...decoded({ model: 'm', prompt: 'a', stream: true }), streamUsage };
    expect(relay.keepFrame(frame, decoder.push(frame), request)).toBe(kept);
  });
});

describe('what a provider streams', () => {
  const chunk = (choices: Json, more: JsonObject = {}): Frame => ({
    data: JSON.stringify({ id: 'c', model: 'm', choices, ...more }),
  });
  const read = (frames: readonly Frame[]): readonly ChatEvent[] => {
    const decoder = provider.openDecoder();
    return [...frames.flatMap((frame) => decoder.push(frame)), ...decoder.finish(), ...decoder.finish()];
  };
  const TEXT = chunk([{ text: 'a', index: 0, finish_reason: null }]);
  const STOP = chunk([{ text: '', index: 0, finish_reason: 'stop' }]);

  test.each<[what: string, frames: readonly Frame[], last: object]>([
    ['whole', [TEXT, STOP, { data: '[DONE]' }], { kind: 'end', finishes: [{ reason: 'stop', raw: 'stop' }] }],
    ['without its mark', [TEXT, STOP], { kind: 'end' }],
    ['cut', [TEXT], { kind: 'failure', failure: { code: 'stream_cut' } }],
    ['empty', [], { kind: 'failure', failure: { code: 'stream_cut' } }],
    [
      'nothing but its mark',
      [{ data: '[DONE]' }],
      { kind: 'failure', failure: { code: 'upstream_protocol' } },
    ],
    ['an error', [TEXT, { data: '{"error":{"message":"no"}}' }], { kind: 'failure' }],
    ['an error event', [{ event: 'error', data: 'no' }], { kind: 'failure' }],
    [
      'two choices',
      [
        chunk([
          { text: 'a', index: 1 },
          { text: 'b', index: 0 },
        ]),
        { data: '[DONE]' },
      ],
      { finishes: [{}, {}] },
    ],
    [
      'a choice far away',
      [chunk([{ text: 'a', index: 1e9 }]), TEXT, STOP],
      { finishes: [{ reason: 'stop' }] },
    ],
    ['what comes after the end of a choice', [TEXT, STOP, TEXT], { kind: 'end' }],
  ])('%s', (_what, frames, last) => {
    expect(read(frames).at(-1)).toMatchObject(last);
  });
});
