import { describe, expect, test } from 'bun:test';

import { asArray, asObject } from '#base/json.ts';
import type { Json } from '#base/json.ts';
import type { ChatEvent, CloseEvent, OpenEvent } from '#canonical/event.ts';
import { failure } from '#canonical/failure.ts';
import { ChatStreamEncoder } from './encode-stream.ts';
import { ours } from './spelling.ts';

const START: ChatEvent = { kind: 'start', id: 'c1', model: 'm', createdSec: 7, losses: [] };
const END: ChatEvent = { kind: 'end', finishes: [{ reason: 'stop', raw: 'stop' }] };
const ENVELOPE = { id: 'c1', object: 'chat.completion.chunk', created: 7, model: 'm' };

function write(events: readonly ChatEvent[], usage = false): readonly Json[] {
  const encoder = new ChatStreamEncoder({ usage });
  return events.flatMap((event) =>
    encoder.push(event).map(({ data }) => (data === '[DONE]' ? data : (JSON.parse(data) as Json))),
  );
}

/** The deltas of the first choice between the role and the finish. */
function deltas(events: readonly ChatEvent[]): readonly (Json | undefined)[] {
  return write([START, ...events, END])
    .slice(1, -2)
    .map((chunk) => asObject(asArray(asObject(chunk)?.['choices'])?.[0])?.['delta']);
}

function open(what: Extract<ChatEvent, { kind: 'open' }>['what'], fields?: object): ChatEvent {
  const extras = fields === undefined ? {} : { extras: ours(fields as Record<string, string>) };
  return { kind: 'open', part: 0, choice: 0, what, ...extras };
}

const delta = (text: string, part = 0): ChatEvent => ({ kind: 'delta', part, text });
const close = (more: object = {}): ChatEvent => ({ kind: 'close', part: 0, ...more });

test('a text: the role, its pieces, the finish, the marker', () => {
  expect(write([START, open({ kind: 'text' }), delta('a"b\n'), delta('😀'), close(), END])).toEqual([
    { ...ENVELOPE, choices: [{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }] },
    { ...ENVELOPE, choices: [{ index: 0, delta: { content: 'a"b\n' }, finish_reason: null }] },
    { ...ENVELOPE, choices: [{ index: 0, delta: { content: '😀' }, finish_reason: null }] },
    { ...ENVELOPE, choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
    '[DONE]',
  ]);
});

describe('usage', () => {
  const reported: ChatEvent = { kind: 'usage', usage: { inputTotal: 3, outputTotal: 5, cacheRead: 2 } };

  test('stands in a chunk of its own when it was asked for', () => {
    expect(write([START, reported, END], true).at(-2)).toEqual({
      ...ENVELOPE,
      choices: [],
      usage: {
        prompt_tokens: 3,
        completion_tokens: 5,
        total_tokens: 8,
        prompt_tokens_details: { cached_tokens: 2 },
        completion_tokens_details: { reasoning_tokens: 0 },
      },
    });
  });

  test('is not told otherwise', () => {
    expect(JSON.stringify(write([START, reported, END]))).not.toContain('usage');
  });
});

describe('parts', () => {
  const call = { kind: 'tool-call', id: 'k', name: 'f', form: 'function' } as const;
  const custom = { kind: 'tool-call', id: 'k', name: 'f', form: 'custom' } as const;
  const image = { kind: 'image', source: { from: 'url', url: 'https://host/i.png' } } as const;
  const seal = { dialect: 'anthropic-messages', form: 'signature', value: 's' } as const;

  const cases: readonly (readonly [name: string, events: readonly ChatEvent[], expected: readonly Json[]])[] =
    [
      [
        'a call: first what it is, then its arguments',
        [open(call), delta('{"a'), delta('":1}'), close()],
        [
          { tool_calls: [{ index: 0, id: 'k', type: 'function', function: { name: 'f', arguments: '' } }] },
          { tool_calls: [{ index: 0, function: { arguments: '{"a' } }] },
          { tool_calls: [{ index: 0, function: { arguments: '":1}' } }] },
        ],
      ],
      [
        'a custom call',
        [open(custom), delta('x'), close()],
        [
          { tool_calls: [{ index: 0, id: 'k', type: 'custom', custom: { name: 'f', input: '' } }] },
          { tool_calls: [{ index: 0, custom: { input: 'x' } }] },
        ],
      ],
      [
        'a legacy call',
        [open(call, { legacy: true }), delta('{}'), close()],
        [{ function_call: { name: 'f', arguments: '' } }, { function_call: { arguments: '{}' } }],
      ],
      ['a refusal', [open({ kind: 'refusal' }), delta('no'), close()], [{ refusal: 'no' }]],
      [
        'an image',
        [open(image), close()],
        [{ images: [{ index: 0, type: 'image_url', image_url: { url: 'https://host/i.png' } }] }],
      ],
      [
        'reasoning in the field where it came',
        [open({ kind: 'reasoning' }, { plain: ['reasoning'] }), delta('hm'), close()],
        [{ reasoning: 'hm' }],
      ],
      [
        'reasoning as field and detail, and its signature',
        [
          open({ kind: 'reasoning' }, { plain: ['reasoning'], detail: { type: 'reasoning.text', index: 0 } }),
          delta('hm'),
          close({ seals: [seal] }),
        ],
        [
          { reasoning: 'hm', reasoning_details: [{ type: 'reasoning.text', index: 0, text: 'hm' }] },
          { reasoning_details: [{ type: 'reasoning.text', index: 0, signature: 's' }] },
        ],
      ],
      [
        'thinking among the content',
        [open({ kind: 'reasoning' }, { plain: [], thinking: {} }), delta('hm'), close()],
        [
          {
            reasoning_content: 'hm',
            reasoning_details: [{ type: 'reasoning.text', format: 'unknown', index: 0, text: 'hm' }],
          },
        ],
      ],
      [
        'reasoning of another language: plain, as detail, with its signature',
        [open({ kind: 'reasoning' }), delta('hm'), close({ seals: [seal] })],
        [
          {
            reasoning_content: 'hm',
            reasoning_details: [{ type: 'reasoning.text', format: 'unknown', index: 0, text: 'hm' }],
          },
          {
            reasoning_details: [
              {
                type: 'reasoning.text',
                text: '',
                signature: 's',
                format: 'anthropic-claude-v1',
                index: 0,
                clew_length: 2,
              },
            ],
          },
        ],
      ],
      [
        'annotations of a text, before the end',
        [open({ kind: 'text' }), delta('a'), close({ annotations: [{ url: 'u' }] })],
        [
          { content: 'a' },
          {
            annotations: [
              { type: 'url_citation', url_citation: { url: 'u', title: 'u', start_index: 0, end_index: 1 } },
            ],
          },
        ],
      ],
      [
        'a part of another language that has no words here',
        [open({ kind: 'foreign', dialect: 'x', value: 1 }), close()],
        [],
      ],
    ];
  test.each([...cases])('%s', (_, events, expected) => expect(deltas(events)).toEqual([...expected]));

  test('calls are counted in each choice', () => {
    const second: ChatEvent = { kind: 'open', part: 1, choice: 0, what: { ...call, id: 'l' } };
    const written = JSON.stringify(deltas([open(call), delta('{}'), close(), second, delta('{}', 1)]));
    expect(written).toContain('"index":1,"id":"l"');
    expect(written).toContain('{"index":1,"function":{"arguments":"{}"}}');
  });
});

test('entries of lists say their place among their own, and annotations come at once', () => {
  const part = (
    number: number,
    what: OpenEvent['what'],
    closing: Partial<CloseEvent> = {},
  ): readonly ChatEvent[] => [
    { kind: 'open', part: number, choice: 0, what },
    ...(what.kind === 'image' ? [] : [delta('a', number)]),
    { kind: 'close', part: number, ...closing },
  ];
  const cite = (url: string): Partial<CloseEvent> => ({ annotations: [{ type: 'url_citation', url }] });
  const image = { kind: 'image', source: { from: 'url', url: 'https://host/i.png' } } as const;
  const written = deltas([
    ...part(0, { kind: 'text' }, cite('u')),
    ...part(1, { kind: 'reasoning' }),
    ...part(2, image),
    ...part(3, { kind: 'reasoning' }),
    ...part(4, image),
    ...part(5, { kind: 'text' }, cite('v')),
  ]).map((one) => asObject(one) ?? {});
  const places = (list: string): unknown =>
    written.flatMap((one) => (asArray(one[list]) ?? []).map((entry) => asObject(entry)?.['index']));
  expect(places('reasoning_details')).toEqual([0, 1]);
  expect(places('images')).toEqual([0, 1]);
  const link = (url: string, start: number): Json => ({
    type: 'url_citation',
    url_citation: { url, title: url, start_index: start, end_index: start + 1 },
  });
  expect(written.flatMap((one) => one['annotations'] ?? [])).toEqual([link('u', 0), link('v', 1)]);
  expect(written.filter((one) => one['annotations'] !== undefined)).toHaveLength(1);
});

test('foreign fields wait for the next chunk of their choice, and our notes stay with us', () => {
  const written = write([
    { ...START, extras: ours({ system_fingerprint: 'fp', $malformed: 1 }) },
    open({ kind: 'text' }),
    { kind: 'foreign', foreign: ours({ service_tier: 'flex', $malformed: 2 }) },
    { kind: 'foreign', choice: 0, foreign: ours({ seed: 4, message: { channel: 'final' } }) },
    delta('a'),
    delta('b'),
    END,
  ]);
  expect(written.slice(1, 3)).toEqual([
    {
      ...ENVELOPE,
      system_fingerprint: 'fp',
      service_tier: 'flex',
      choices: [{ index: 0, delta: { channel: 'final', content: 'a' }, finish_reason: null, seed: 4 }],
    },
    {
      ...ENVELOPE,
      system_fingerprint: 'fp',
      choices: [{ index: 0, delta: { content: 'b' }, finish_reason: null }],
    },
  ]);
});

test('log probabilities go with their piece', () => {
  const written = write([
    START,
    open({ kind: 'text' }),
    { kind: 'delta', part: 0, text: 'a', logprobs: { content: [] } },
  ]);
  expect(written[1]).toMatchObject({ choices: [{ delta: { content: 'a' }, logprobs: { content: [] } }] });
});

test('several choices each say their role and their end', () => {
  const other: ChatEvent = { kind: 'open', part: 1, choice: 1, what: { kind: 'text' } };
  const written = write([
    START,
    open({ kind: 'text' }),
    other,
    delta('b', 1),
    delta('a'),
    { kind: 'end', finishes: [{ reason: 'stop' }, { reason: 'length' }] },
  ]);
  expect(written.slice(1)).toMatchObject([
    { choices: [{ index: 1, delta: { role: 'assistant' } }] },
    { choices: [{ index: 1, delta: { content: 'b' } }] },
    { choices: [{ index: 0, delta: { content: 'a' } }] },
    { choices: [{ index: 0, finish_reason: 'stop' }] },
    { choices: [{ index: 1, finish_reason: 'length' }] },
    '[DONE]',
  ]);
});

test('a failure is the last frame, alone in it and without the marker', () => {
  const broken = failure('stream_cut', 'The answer broke off.');
  expect(
    write([START, open({ kind: 'text' }), delta('a'), { kind: 'failure', failure: broken }]).slice(2),
  ).toEqual([
    {
      error: { message: 'The answer broke off.', type: 'server_error', param: null, code: 'stream_cut' },
    },
  ]);
});
