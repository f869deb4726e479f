// Streamed answers as providers of each language write them: a few words and then calls of tools, or words alone. By hand,
// after the vendors' own pages, so that what is tested is not what has written the test.

import { joinBytes, toBytes } from '#base/bytes.ts';
import type { Json, JsonObject } from '#base/json.ts';
import { asArray, isObject } from '#base/json.ts';
import { awsEventStreamBytes } from '#framing/aws-event-stream.ts';

/** Names of tools to call, each with the same arguments; none for an answer of words alone. */
type Calls = readonly string[];

export const SAID = 'Let me look.';
export const ARGUMENTS = { city: 'Knossos', days: [1, 2] };
const WRITTEN = JSON.stringify(ARGUMENTS);
/** In pieces that cut the text where JSON does not expect it. */
const PIECES = [WRITTEN.slice(0, 8), WRITTEN.slice(8, 9), WRITTEN.slice(9)];
const IN = 31;
const OUT = 17;

type Event = readonly [name: string, data: JsonObject];

const named = ([name, data]: Event): string => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
const typed = ([type, data]: Event): string => named([type, { type, ...data }]);
const bare = (data: Json): string => `data: ${JSON.stringify(data)}\n\n`;

function chat(calls: Calls): string {
  const chunk = (delta: JsonObject, finish: string | null = null): string =>
    bare({
      id: 'chatcmpl-1',
      object: 'chat.completion.chunk',
      created: 1,
      model: 'm',
      choices: [{ index: 0, delta, finish_reason: finish }],
    });
  const call = (index: number, fields: JsonObject): string => chunk({ tool_calls: [{ index, ...fields }] });
  return [
    chunk({ role: 'assistant', content: SAID }),
    ...calls.flatMap((name, index) => [
      call(index, { id: `call_${index}`, type: 'function', function: { name, arguments: '' } }),
      ...PIECES.map((piece) => call(index, { function: { arguments: piece } })),
    ]),
    chunk({}, calls.length > 0 ? 'tool_calls' : 'stop'),
    bare({
      id: 'chatcmpl-1',
      object: 'chat.completion.chunk',
      created: 1,
      model: 'm',
      choices: [],
      usage: { prompt_tokens: IN, completion_tokens: OUT, total_tokens: IN + OUT },
    }),
    'data: [DONE]\n\n',
  ].join('');
}

function responses(calls: Calls): string {
  const text = { type: 'output_text', text: SAID, annotations: [] };
  const message = { id: 'msg_1', type: 'message', role: 'assistant' };
  const items = calls.map((name, at) => ({
    id: `fc_${at}`,
    type: 'function_call',
    call_id: `call_${at}`,
    name,
    arguments: WRITTEN,
    status: 'completed',
  }));
  const place = { item_id: 'msg_1', output_index: 0, content_index: 0 };
  const whole = { ...message, status: 'completed', content: [text] };
  const response = {
    id: 'resp_1',
    object: 'response',
    created_at: 1,
    model: 'm',
    status: 'in_progress',
    output: [],
  };
  const usage = { input_tokens: IN, output_tokens: OUT, total_tokens: IN + OUT };
  const events: readonly Event[] = [
    ['response.created', { response }],
    [
      'response.output_item.added',
      { output_index: 0, item: { ...message, status: 'in_progress', content: [] } },
    ],
    ['response.content_part.added', { ...place, part: { ...text, text: '' } }],
    ['response.output_text.delta', { ...place, delta: SAID }],
    ['response.output_text.done', { ...place, text: SAID }],
    ['response.content_part.done', { ...place, part: text }],
    ['response.output_item.done', { output_index: 0, item: whole }],
    ...items.flatMap((item, at): readonly Event[] => {
      const here = { item_id: item.id, output_index: at + 1 };
      const begun = { ...item, arguments: '', status: 'in_progress' };
      return [
        ['response.output_item.added', { output_index: at + 1, item: begun }],
        ...PIECES.map((delta): Event => ['response.function_call_arguments.delta', { ...here, delta }]),
        ['response.function_call_arguments.done', { ...here, arguments: WRITTEN }],
        ['response.output_item.done', { output_index: at + 1, item }],
      ];
    }),
    [
      'response.completed',
      { response: { ...response, status: 'completed', output: [whole, ...items], usage } },
    ],
  ];
  return events.map(([type, data], number) => typed([type, { sequence_number: number, ...data }])).join('');
}

function messages(calls: Calls): string {
  const usage = { input_tokens: IN, output_tokens: 1 };
  const message = {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'm',
    content: [],
    stop_reason: null,
  };
  const block = (index: number, begin: JsonObject, deltas: readonly JsonObject[]): readonly Event[] => [
    ['content_block_start', { index, content_block: begin }],
    ...deltas.map((delta): Event => ['content_block_delta', { index, delta }]),
    ['content_block_stop', { index }],
  ];
  const events: readonly Event[] = [
    ['message_start', { message: { ...message, usage } }],
    ...block(0, { type: 'text', text: '' }, [{ type: 'text_delta', text: SAID }]),
    ...calls.flatMap((name, at) =>
      block(
        at + 1,
        { type: 'tool_use', id: `toolu_${at}`, name, input: {} },
        PIECES.map((partial_json) => ({ type: 'input_json_delta', partial_json })),
      ),
    ),
    [
      'message_delta',
      { delta: { stop_reason: calls.length > 0 ? 'tool_use' : 'end_turn' }, usage: { output_tokens: OUT } },
    ],
    ['message_stop', {}],
  ];
  return events.map(typed).join('');
}

function gemini(calls: Calls): string {
  const answer = (parts: readonly JsonObject[], more: JsonObject = {}): string =>
    bare({ candidates: [{ index: 0, content: { role: 'model', parts }, ...more }], modelVersion: 'm' });
  return [
    answer([{ text: SAID }]),
    answer(calls.map((name) => ({ functionCall: { name, args: ARGUMENTS } }))),
    bare({
      candidates: [{ index: 0, content: { role: 'model', parts: [{ text: '' }] }, finishReason: 'STOP' }],
      usageMetadata: { promptTokenCount: IN, candidatesTokenCount: OUT, totalTokenCount: IN + OUT },
    }),
  ].join('');
}

function cohere(calls: Calls): string {
  const call = (index: number, type: string, fields: JsonObject): Event => [
    type,
    { index, delta: { message: { tool_calls: fields } } },
  ];
  const events: readonly Event[] = [
    ['message-start', { id: '1', delta: { message: { role: 'assistant', content: [], tool_calls: [] } } }],
    ['content-start', { index: 0, delta: { message: { content: { type: 'text', text: '' } } } }],
    ['content-delta', { index: 0, delta: { message: { content: { text: SAID } } } }],
    ['content-end', { index: 0 }],
    ...calls.flatMap((name, index): readonly Event[] => [
      call(index, 'tool-call-start', {
        id: `${name}_${index}`,
        type: 'function',
        function: { name, arguments: '' },
      }),
      ...PIECES.map((piece) => call(index, 'tool-call-delta', { function: { arguments: piece } })),
      ['tool-call-end', { index }],
    ]),
    [
      'message-end',
      {
        delta: {
          finish_reason: calls.length > 0 ? 'TOOL_CALL' : 'COMPLETE',
          usage: { tokens: { input_tokens: IN, output_tokens: OUT } },
        },
      },
    ],
  ];
  return events.map(typed).join('');
}

function converse(calls: Calls): Uint8Array {
  const events: readonly Event[] = [
    ['messageStart', { role: 'assistant' }],
    ['contentBlockDelta', { contentBlockIndex: 0, delta: { text: SAID } }],
    ['contentBlockStop', { contentBlockIndex: 0 }],
    ...calls.flatMap((name, at): readonly Event[] => [
      [
        'contentBlockStart',
        { contentBlockIndex: at + 1, start: { toolUse: { toolUseId: `tooluse_${at}`, name } } },
      ],
      ...PIECES.map((input): Event => [
        'contentBlockDelta',
        { contentBlockIndex: at + 1, delta: { toolUse: { input } } },
      ]),
      ['contentBlockStop', { contentBlockIndex: at + 1 }],
    ]),
    ['messageStop', { stopReason: calls.length > 0 ? 'tool_use' : 'end_turn' }],
    ['metadata', { usage: { inputTokens: IN, outputTokens: OUT, totalTokens: IN + OUT } }],
  ];
  return joinBytes(events.map(([event, data]) => awsEventStreamBytes({ event, data: JSON.stringify(data) })));
}

const SSE: Readonly<Record<string, (calls: Calls) => string>> = {
  'openai-chat': chat,
  'openai-responses': responses,
  'anthropic-messages': messages,
  gemini,
  cohere,
};

/** In each of these languages. */
export const STREAMED: readonly string[] = [...Object.keys(SSE), 'bedrock-converse'];

export function toolStream(dialect: string, calls: Calls): Response {
  const write = SSE[dialect];
  const bytes = write === undefined ? converse(calls) : toBytes(write(calls));
  const type = write === undefined ? 'application/vnd.amazon.eventstream' : 'text/event-stream';
  return new Response(bytes, { headers: { 'content-type': type } });
}

const SCHEMAS = ['parameters', 'parametersJsonSchema', 'inputSchema', 'input_schema'];

/** Names of the functions in a request of any of these languages, wherever it has them. */
export function toolNames(value: Json | undefined): readonly string[] {
  if (Array.isArray(value)) return (asArray(value) ?? []).flatMap(toolNames);
  if (!isObject(value)) return [];
  const { name } = value;
  if (typeof name === 'string' && SCHEMAS.some((key) => value[key] !== undefined)) return [name];
  return Object.values(value).flatMap(toolNames);
}
