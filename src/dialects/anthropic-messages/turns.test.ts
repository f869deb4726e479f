// Turns and media that came in another language: each is written, or declared.

import { describe, expect, test } from 'bun:test';

import type { JsonObject } from '#base/json.ts';
import type { MediaSource, Part } from '#canonical/part.ts';
import type { Message } from '#canonical/request.ts';
import { PNG, assistant, call, encode, result, text, user } from '../../../test/support/messages-requests.ts';

describe('turns', () => {
  const cases: readonly [string, readonly Message[], JsonObject, readonly string[]][] = [
    [
      'leading instructions are the system prompt, later ones stay in their place',
      [
        { role: 'system', parts: [text('One.')] },
        { role: 'developer', parts: [text('Two.')] },
        user(text('Hi.')),
        { role: 'system', parts: [text('Three.')] },
      ],
      {
        system: [
          { type: 'text', text: 'One.' },
          { type: 'text', text: 'Two.' },
        ],
        messages: [
          {
            role: 'user',
            content: [
              { type: 'text', text: 'Hi.' },
              { type: 'text', text: '<system>\nThree.\n</system>' },
            ],
          },
        ],
      },
      ['messages[3].role approximated'],
    ],
    [
      'one turn holds all results, first, whatever their order',
      [
        user(text('Weather?')),
        assistant(call('a'), call('b')),
        { role: 'tool', parts: [result('b', text('warm'))] },
        user(text('And?')),
        { role: 'tool', parts: [{ kind: 'tool-result', id: 'a', parts: [text('gone')], isError: true }] },
      ],
      {
        messages: [
          { role: 'user', content: 'Weather?' },
          {
            role: 'assistant',
            content: [
              { type: 'tool_use', id: 'a', name: 'weather', input: { city: 'Oslo' } },
              { type: 'tool_use', id: 'b', name: 'weather', input: { city: 'Oslo' } },
            ],
          },
          {
            role: 'user',
            content: [
              { type: 'tool_result', tool_use_id: 'b', content: 'warm' },
              { type: 'tool_result', tool_use_id: 'a', content: 'gone', is_error: true },
              { type: 'text', text: 'And?' },
            ],
          },
        ],
      },
      [],
    ],
    [
      'images in results, empty arguments, arguments that are no JSON, ids with other letters',
      [
        user(text('Look.')),
        assistant(call('functions.x:0', { arguments: '' }), call('b', { arguments: '{"a":' })),
        {
          role: 'tool',
          parts: [
            result('functions.x:0', {
              kind: 'image',
              source: { from: 'base64', mime: 'image/png', data: PNG },
            }),
            result('b'),
          ],
        },
      ],
      {
        messages: [
          { role: 'user', content: 'Look.' },
          {
            role: 'assistant',
            content: [
              {
                type: 'tool_use',
                id: expect.stringMatching(/^functions_x_0_\w+$/) as never,
                name: 'weather',
                input: {},
              },
              { type: 'tool_use', id: 'b', name: 'weather', input: { unparsed_arguments: '{"a":' } },
            ],
          },
          {
            role: 'user',
            content: [
              {
                type: 'tool_result',
                tool_use_id: expect.stringMatching(/^functions_x_0_\w+$/) as never,
                content: [{ type: 'image', source: { type: 'base64', media_type: 'image/png', data: PNG } }],
              },
              { type: 'tool_result', tool_use_id: 'b' },
            ],
          },
        ],
      },
      ['messages[1].parts[1] changed'],
    ],
    [
      'the user begins; a blank text and the blanks at the end go',
      [assistant(text('So ')), user(text(' \n'), text('x')), assistant(text('Yes  '))],
      {
        messages: [
          { role: 'user', content: [{ type: 'text', text: 'Continue the conversation.' }] },
          { role: 'assistant', content: 'So ' },
          { role: 'user', content: [{ type: 'text', text: 'x' }] },
          { role: 'assistant', content: 'Yes' },
        ],
      },
      ['messages[1].parts[0] dropped', 'messages changed', 'messages changed'],
    ],
    [
      'thoughts go back with their own seal only',
      [
        user(text('Why?')),
        assistant(
          {
            kind: 'reasoning',
            text: 'mine',
            seals: [{ dialect: 'anthropic-messages', form: 'signature', value: 's' }],
          },
          {
            kind: 'reasoning',
            text: '',
            seals: [{ dialect: 'anthropic-messages', form: 'redacted', value: 'r' }],
          },
          { kind: 'reasoning', text: 'unsigned' },
          { kind: 'reasoning', text: 'other', seals: [{ dialect: 'gemini', form: 'signature', value: 'g' }] },
          { kind: 'refusal', text: 'No.' },
        ),
        user(text('?')),
      ],
      {
        messages: [
          { role: 'user', content: 'Why?' },
          {
            role: 'assistant',
            content: [
              { type: 'thinking', thinking: 'mine', signature: 's' },
              { type: 'redacted_thinking', data: 'r' },
              { type: 'text', text: 'No.' },
            ],
          },
          { role: 'user', content: '?' },
        ],
      },
      ['messages[1].parts[2] dropped', 'messages[1].parts[3] dropped', 'messages[1].parts[4] changed'],
    ],
  ];
  test.each(cases)('%s', (_, messages, expected, lost) => {
    const encoded = encode({ messages });
    expect(encoded.body).toMatchObject(expected);
    expect(encoded.lost).toEqual([...lost]);
  });
});

describe('media', () => {
  const media = (
    kind: 'image' | 'document' | 'audio' | 'video',
    source: MediaSource,
    name?: string,
  ): Part => ({
    kind,
    source,
    ...(name === undefined ? {} : { name }),
  });
  const base64 = (mime: string, data: string) => ({ from: 'base64', mime, data }) as const;
  const cases: readonly [string, Part, JsonObject | undefined, string | undefined][] = [
    [
      'an image by address',
      media('image', { from: 'url', url: 'https://x/y.png' }),
      { type: 'image', source: { type: 'url', url: 'https://x/y.png' } },
      undefined,
    ],
    [
      'an image that is called another',
      media('image', base64('image/jpeg', PNG)),
      { type: 'image', source: { type: 'base64', media_type: 'image/png', data: PNG } },
      'changed',
    ],
    [
      'image/jpg',
      media('image', base64('image/jpg', 'AAAA')),
      { type: 'image', source: { type: 'base64', media_type: 'image/jpeg', data: 'AAAA' } },
      'changed',
    ],
    [
      'a PDF with its name',
      media('document', base64('application/pdf', 'JVBERi0='), 'a.pdf'),
      {
        type: 'document',
        source: { type: 'base64', media_type: 'application/pdf', data: 'JVBERi0=' },
        title: 'a.pdf',
      },
      undefined,
    ],
    [
      'a PDF by address',
      media('document', { from: 'url', url: 'https://x/y.pdf' }),
      { type: 'document', source: { type: 'url', url: 'https://x/y.pdf' } },
      undefined,
    ],
    [
      'a text',
      media('document', base64('text/plain', 'w6Q=')),
      { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'ä' } },
      undefined,
    ],
    [
      'a table as text',
      media('document', base64('text/csv', 'YSxi')),
      { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'a,b' } },
      'approximated',
    ],
    ['an office document', media('document', base64('application/msword', 'AAAA')), undefined, 'dropped'],
    ['sound', media('audio', base64('audio/wav', 'AAAA')), undefined, 'dropped'],
    ['a film', media('video', { from: 'url', url: 'https://x/y.mp4' }), undefined, 'dropped'],
    [
      'a file kept elsewhere',
      media('image', { from: 'file', id: 'f', dialect: 'openai-chat' }),
      undefined,
      'dropped',
    ],
    ['a foreign block', { kind: 'foreign', dialect: 'gemini', value: {} }, undefined, 'dropped'],
  ];
  test.each(cases)('%s', (_, part, block, did) => {
    const { body, lost } = encode({ messages: [user(text('x'), part)] });
    const content = (body['messages'] as readonly JsonObject[])[0]?.['content'] as readonly JsonObject[];
    expect(content[1]).toEqual(block as never);
    expect(lost).toEqual(did === undefined ? [] : [`messages[0].parts[1] ${did}`]);
  });
});
