// What gets lost most between languages, as requests that clients send: a class each, and where in the canonical request it
// stands.

import type { JsonObject } from '#base/json.ts';

export interface Class {
  readonly name: string;
  readonly from: string;
  readonly body: JsonObject;
  /** Losses at these paths, or inside them, are losses of this class. */
  readonly paths: readonly string[];
}

const CITY = {
  type: 'object',
  properties: {
    where: {
      type: 'object',
      properties: { city: { type: 'string' }, tags: { type: 'array', items: { enum: ['a', 'b'] } } },
      required: ['city'],
      additionalProperties: false,
    },
    days: { type: 'integer', minimum: 1, maximum: 9 },
  },
  required: ['where'],
  additionalProperties: false,
};
const PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const PDF = 'JVBERi0xLjQKJcOkw7zDtsOfCg==';
const HELLO = { role: 'user', content: 'Hello.' };
const chatTool = (name: string): JsonObject => ({ type: 'function', function: { name, parameters: CITY } });
const chat = (more: JsonObject): JsonObject => ({ model: 'm', messages: [HELLO], ...more });
const messages = (more: JsonObject): JsonObject => ({
  model: 'm',
  max_tokens: 4_000,
  messages: [HELLO],
  ...more,
});
const responses = (more: JsonObject): JsonObject => ({ model: 'm', input: 'Hello.', store: false, ...more });
const gemini = (more: JsonObject): JsonObject => ({
  contents: [{ role: 'user', parts: [{ text: 'Hello.' }] }],
  ...more,
});

const choice = (name: string, tool_choice: string | JsonObject): Class => ({
  name: `tool choice: ${name}`,
  from: 'openai-chat',
  body: chat({ tools: [chatTool('f'), chatTool('g')], tool_choice }),
  paths: ['toolChoice', 'tools'],
});

const CALLS = [
  HELLO,
  {
    role: 'assistant',
    content: [
      { type: 'text', text: 'Both.' },
      { type: 'tool_use', id: 'toolu_1', name: 'f', input: { where: { city: 'Oslo' } } },
      { type: 'tool_use', id: 'toolu_2', name: 'f', input: { where: { city: 'Rome' } } },
    ],
  },
];
const messagesTool = { name: 'f', input_schema: CITY };
const result = (id: string, content: string | readonly JsonObject[], more: JsonObject = {}): JsonObject => ({
  type: 'tool_result',
  tool_use_id: id,
  content,
  ...more,
});

export const CLASSES: readonly Class[] = [
  choice('auto', 'auto'),
  choice('none', 'none'),
  choice('required', 'required'),
  choice('named', { type: 'function', function: { name: 'g' } }),
  {
    name: 'tool choice: one of some',
    from: 'gemini',
    body: gemini({
      tools: [
        { functionDeclarations: ['f', 'g', 'h'].map((name) => ({ name, parametersJsonSchema: CITY })) },
      ],
      toolConfig: { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['f', 'g'] } },
    }),
    paths: ['toolChoice', 'tools', 'extras.toolConfig'],
  },
  {
    name: 'tool choice: one of some, hosted ones too',
    from: 'openai-responses',
    body: responses({
      tools: [{ type: 'function', name: 'f', parameters: CITY, strict: true }, { type: 'web_search' }],
      tool_choice: {
        type: 'allowed_tools',
        mode: 'required',
        tools: [{ type: 'function', name: 'f' }, { type: 'web_search' }],
      },
    }),
    paths: ['toolChoice', 'tools'],
  },
  {
    name: 'nested and required parts of schemas',
    from: 'anthropic-messages',
    body: messages({ tools: [messagesTool] }),
    paths: ['tools'],
  },
  {
    name: 'schemas in the spelling of OpenAPI',
    from: 'gemini',
    body: gemini({
      tools: [
        {
          function_declarations: [
            {
              name: 'f',
              parameters: { type: 'OBJECT', properties: { city: { type: 'STRING' } }, required: ['city'] },
            },
          ],
        },
      ],
    }),
    paths: ['tools'],
  },
  {
    name: 'parallel calls, results out of order',
    from: 'anthropic-messages',
    body: messages({
      tools: [messagesTool],
      messages: [
        ...CALLS,
        {
          role: 'user',
          content: [result('toolu_2', 'sun'), result('toolu_1', 'snow'), { type: 'text', text: 'So?' }],
        },
      ],
    }),
    paths: ['messages'],
  },
  {
    name: 'images in results of tools',
    from: 'anthropic-messages',
    body: messages({
      tools: [messagesTool],
      messages: [
        ...CALLS,
        {
          role: 'user',
          content: [
            result('toolu_1', [
              { type: 'text', text: 'The map:' },
              { type: 'image', source: { type: 'base64', media_type: 'image/png', data: PNG } },
            ]),
            result('toolu_2', 'none'),
          ],
        },
      ],
    }),
    paths: ['messages'],
  },
  {
    name: 'results of tools that failed',
    from: 'anthropic-messages',
    body: messages({
      tools: [messagesTool],
      messages: [
        ...CALLS,
        {
          role: 'user',
          content: [result('toolu_1', 'no such city', { is_error: true }), result('toolu_2', 'sun')],
        },
      ],
    }),
    paths: ['messages'],
  },
  {
    name: 'stop sequences',
    from: 'anthropic-messages',
    body: messages({ stop_sequences: ['END', '\n\nHuman:'] }),
    paths: ['stop'],
  },
  {
    name: 'files: a PDF with a name',
    from: 'openai-chat',
    body: chat({
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Sum it up.' },
            { type: 'file', file: { filename: 'report', file_data: `data:application/pdf;base64,${PDF}` } },
          ],
        },
      ],
    }),
    paths: ['messages'],
  },
  {
    name: 'files: a text',
    from: 'anthropic-messages',
    body: messages({
      messages: [
        {
          role: 'user',
          content: [
            {
              type: 'document',
              source: { type: 'text', media_type: 'text/plain', data: 'Once upon a time.' },
            },
            { type: 'text', text: 'Go on.' },
          ],
        },
      ],
    }),
    paths: ['messages'],
  },
  {
    name: 'images as bytes',
    from: 'gemini',
    body: gemini({
      contents: [
        {
          role: 'user',
          parts: [{ text: 'What is it?' }, { inline_data: { mime_type: 'image/png', data: PNG } }],
        },
      ],
    }),
    paths: ['messages'],
  },
  {
    name: 'images as an address',
    from: 'openai-chat',
    body: chat({
      messages: [
        { role: 'user', content: [{ type: 'image_url', image_url: { url: 'https://example.com/a.png' } }] },
      ],
    }),
    paths: ['messages'],
  },
  {
    name: 'audio',
    from: 'openai-chat',
    body: chat({
      messages: [
        {
          role: 'user',
          content: [{ type: 'input_audio', input_audio: { data: 'UklGRg==', format: 'wav' } }],
        },
      ],
    }),
    paths: ['messages'],
  },
  {
    name: 'developer and repeated system messages',
    from: 'openai-chat',
    body: chat({
      messages: [
        { role: 'system', content: 'Be kind.' },
        { role: 'developer', content: 'Be brief.' },
        { role: 'system', content: 'Be exact.' },
        HELLO,
      ],
    }),
    paths: ['messages'],
  },
  {
    name: 'a system message in the middle',
    from: 'openai-chat',
    body: chat({ messages: [HELLO, { role: 'system', content: 'From here on in French.' }, HELLO] }),
    paths: ['messages'],
  },
  {
    name: '`top_p` beside `temperature`',
    from: 'openai-chat',
    body: chat({ temperature: 0.3, top_p: 0.8 }),
    paths: ['sampling'],
  },
  {
    name: 'small token limits',
    from: 'gemini',
    body: gemini({ generationConfig: { maxOutputTokens: 5 } }),
    paths: ['maxOutputTokens'],
  },
  {
    name: 'string parts and snake_case',
    from: 'gemini',
    body: {
      contents: ['Hello.', { role: 'model', parts: ['Hi.'] }, { role: 'user', parts: [{ text: 'And?' }] }],
      system_instruction: 'Be brief.',
      generation_config: { max_output_tokens: 500, stop_sequences: ['END'], temperature: 0.2 },
    },
    paths: ['messages', 'maxOutputTokens', 'sampling'],
  },
  {
    name: 'structured output',
    from: 'openai-responses',
    body: responses({
      text: { format: { type: 'json_schema', name: 'city', schema: CITY, strict: true } },
    }),
    paths: ['output.schema', 'output.kind', 'output.strict'],
  },
  {
    name: 'any JSON',
    from: 'openai-chat',
    body: chat({ response_format: { type: 'json_object' } }),
    paths: ['output'],
  },
  {
    name: 'no calls in parallel',
    from: 'openai-chat',
    body: chat({ tools: [chatTool('f')], parallel_tool_calls: false }),
    paths: ['parallelToolCalls'],
  },
  {
    name: 'custom tools',
    from: 'openai-responses',
    body: responses({ tools: [{ type: 'custom', name: 'patch', description: 'Applies a patch.' }] }),
    paths: ['tools'],
  },
  {
    name: 'hosted tools',
    from: 'anthropic-messages',
    body: messages({
      tools: [{ type: 'web_search_20250305', name: 'web_search', max_uses: 3 }, messagesTool],
    }),
    paths: ['tools'],
  },
  {
    name: 'cache marks',
    from: 'anthropic-messages',
    body: messages({
      system: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } }],
    }),
    paths: ['messages[0].parts[0].cache', 'cache'],
  },
  {
    name: 'effort of reasoning',
    from: 'openai-chat',
    body: chat({ reasoning_effort: 'high' }),
    paths: ['reasoning'],
  },
  {
    name: 'citations in the history',
    from: 'anthropic-messages',
    body: messages({
      messages: [
        HELLO,
        {
          role: 'assistant',
          content: [
            {
              type: 'text',
              text: 'Oslo.',
              citations: [
                {
                  type: 'char_location',
                  cited_text: 'Oslo',
                  document_index: 0,
                  start_char_index: 0,
                  end_char_index: 4,
                },
              ],
            },
          ],
        },
        HELLO,
      ],
    }),
    paths: ['messages'],
  },
];
