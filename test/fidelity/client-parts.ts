// What official clients may write inside a conversation and its tools, beside the bare minimum: one conversation in each language that
// has a part of every kind, and the members that may be put into it.

import type { Json, JsonObject } from '#base/json.ts';

export interface Conversation {
  readonly dialect: string;
  readonly path: string;
  readonly body: JsonObject;
  /** Where a member goes, dots between the steps, and what it is. */
  readonly members: readonly (readonly [at: string, value: Json])[];
}

const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const PDF = 'JVBERi0xLjQK';
const SCHEMA = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
const EPHEMERAL = { type: 'ephemeral' };

const CHAT: Conversation = {
  dialect: 'openai-chat',
  path: '/v1/chat/completions',
  body: {
    model: 'm',
    messages: [
      { role: 'system', content: [{ type: 'text', text: 'Be brief.' }] },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What is this?' },
          { type: 'image_url', image_url: { url: `data:image/png;base64,${PIXEL}` } },
          { type: 'file', file: { file_data: `data:application/pdf;base64,${PDF}` } },
          { type: 'input_audio', input_audio: { data: PDF, format: 'mp3' } },
        ],
      },
      {
        role: 'assistant',
        content: 'I look.',
        tool_calls: [
          { id: 'call_1', type: 'function', function: { name: 'weather', arguments: '{"city":"Ulm"}' } },
        ],
      },
      { role: 'tool', tool_call_id: 'call_1', content: 'Rain.' },
      { role: 'assistant', content: 'Rain.' },
      { role: 'user', content: 'Thanks.' },
    ],
    tools: [{ type: 'function', function: { name: 'weather', parameters: SCHEMA } }],
  },
  members: [
    ['messages.0.role', 'developer'],
    ['messages.0.name', 'somebody'],
    ['messages.0.content.0.prompt_cache_breakpoint', { mode: 'explicit' }],
    ['messages.0.content.0.cache_control', EPHEMERAL],
    ['messages.1.name', 'somebody'],
    ['messages.1.content.0.cache_control', EPHEMERAL],
    ['messages.1.content.1.image_url.detail', 'low'],
    ['messages.1.content.1.cache_control', EPHEMERAL],
    ['messages.1.content.2.file.filename', 'thread.pdf'],
    ['messages.2.name', 'somebody'],
    ['messages.2.refusal', 'No.'],
    ['messages.2.audio', { id: 'audio_1' }],
    ['messages.2.reasoning', 'I think.'],
    ['messages.2.reasoning_content', 'I think.'],
    ['messages.2.reasoning_details', [{ type: 'reasoning.text', text: 'I think.', index: 0 }]],
    [
      'messages.2.annotations',
      [
        {
          type: 'url_citation',
          url_citation: { url: 'https://a.example', title: 'A', start_index: 0, end_index: 1 },
        },
      ],
    ],
    ['messages.3.name', 'weather'],
    ['messages.3.is_error', true],
    ['messages.4.something', 'new'],
    ['tools.0.function.description', 'The weather.'],
    ['tools.0.function.strict', true],
    ['tools.0.function.parameters.properties.city.description', 'A city.'],
    ['tools.0.cache_control', EPHEMERAL],
    [
      'tools.1',
      { type: 'custom', custom: { name: 'note', description: 'A note.', format: { type: 'text' } } },
    ],
    ['tools.1', { type: 'openrouter:web_search' }],
  ],
};

const RESPONSES: Conversation = {
  dialect: 'openai-responses',
  path: '/v1/responses',
  body: {
    model: 'm',
    input: [
      { role: 'system', content: [{ type: 'input_text', text: 'Be brief.' }] },
      {
        role: 'user',
        content: [
          { type: 'input_text', text: 'What is this?' },
          { type: 'input_image', image_url: `data:image/png;base64,${PIXEL}` },
          { type: 'input_file', file_data: `data:application/pdf;base64,${PDF}` },
        ],
      },
      { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'I think.' }] },
      {
        type: 'message',
        role: 'assistant',
        id: 'msg_1',
        status: 'completed',
        content: [{ type: 'output_text', text: 'I look.', annotations: [] }],
      },
      { type: 'function_call', call_id: 'call_1', name: 'weather', arguments: '{"city":"Ulm"}' },
      { type: 'function_call_output', call_id: 'call_1', output: 'Rain.' },
      { role: 'user', content: 'Thanks.' },
    ],
    tools: [{ type: 'function', name: 'weather', parameters: SCHEMA, strict: false }],
  },
  members: [
    ['input.0.role', 'developer'],
    ['input.1.content.0.prompt_cache_breakpoint', { mode: 'explicit' }],
    ['input.1.content.1.detail', 'low'],
    ['input.1.content.2.filename', 'thread.pdf'],
    ['input.1.content.2.detail', 'low'],
    ['input.2.encrypted_content', 'sealed'],
    ['input.2.content', [{ type: 'reasoning_text', text: 'At length.' }]],
    ['input.3.phase', 'commentary'],
    [
      'input.3.content.0.annotations',
      [{ type: 'url_citation', url: 'https://a.example', title: 'A', start_index: 0, end_index: 1 }],
    ],
    ['input.3.content.1', { type: 'refusal', refusal: 'No.' }],
    ['input.4.namespace', 'places'],
    [
      'input.5.output',
      [
        { type: 'input_text', text: 'Rain.' },
        { type: 'input_image', image_url: `data:image/png;base64,${PIXEL}` },
      ],
    ],
    [
      'input.7',
      { type: 'web_search_call', id: 'ws_1', status: 'completed', action: { type: 'search', query: 'q' } },
    ],
    ['input.7', { type: 'compaction', id: 'cmp_1', encrypted_content: 'sealed' }],
    ['tools.0.description', 'The weather.'],
    ['tools.0.strict', true],
    ['tools.0.defer_loading', true],
    ['tools.0.allowed_callers', ['direct']],
    ['tools.0.output_schema', { type: 'object' }],
    ['tools.0.async', true],
    ['tools.1', { type: 'web_search', search_context_size: 'low' }],
    ['tools.1', { type: 'custom', name: 'note', description: 'A note.', format: { type: 'text' } }],
    ['tools.1', { type: 'mcp', server_label: 'm', server_url: 'https://mcp.example.com' }],
  ],
};

const MESSAGES: Conversation = {
  dialect: 'anthropic-messages',
  path: '/v1/messages',
  body: {
    model: 'm',
    max_tokens: 4_096,
    system: [{ type: 'text', text: 'Be brief.' }],
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What is this?' },
          { type: 'image', source: { type: 'base64', media_type: 'image/png', data: PIXEL } },
          { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: PDF } },
        ],
      },
      {
        role: 'assistant',
        content: [
          { type: 'text', text: 'I look.' },
          { type: 'tool_use', id: 'toolu_1', name: 'weather', input: { city: 'Ulm' } },
        ],
      },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: 'Rain.' }] },
      { role: 'assistant', content: [{ type: 'text', text: 'Rain.' }] },
      { role: 'user', content: [{ type: 'text', text: 'Thanks.' }] },
    ],
    tools: [{ name: 'weather', input_schema: SCHEMA }],
  },
  members: [
    ['system.0.cache_control', EPHEMERAL],
    ['messages.0.content.0.cache_control', { type: 'ephemeral', ttl: '1h' }],
    ['messages.0.content.1.cache_control', EPHEMERAL],
    ['messages.0.content.1.transformations', { crop: true }],
    ['messages.0.content.2.cache_control', EPHEMERAL],
    ['messages.0.content.2.citations', { enabled: true }],
    ['messages.0.content.2.context', 'It was found.'],
    ['messages.0.content.2.title', 'A thread'],
    [
      'messages.0.content.3',
      { type: 'search_result', source: 's', title: 't', content: [{ type: 'text', text: 'Found.' }] },
    ],
    ['messages.0.content.3', { type: 'container_upload', file_id: 'file_1' }],
    ['messages.1.content.1.cache_control', EPHEMERAL],
    ['messages.1.content.1.caller', { type: 'direct' }],
    ['messages.1.content.1.toolset_name', 'places'],
    ['messages.2.content.0.cache_control', EPHEMERAL],
    ['messages.2.content.0.is_error', true],
    ['messages.2.content.0.toolset_name', 'places'],
    [
      'messages.2.content.0.content',
      [
        { type: 'text', text: 'Rain.' },
        { type: 'image', source: { type: 'base64', media_type: 'image/png', data: PIXEL } },
      ],
    ],
    [
      'messages.3.content.0.citations',
      [
        {
          type: 'char_location',
          cited_text: 'R',
          document_index: 0,
          document_title: null,
          start_char_index: 0,
          end_char_index: 1,
          file_id: null,
        },
      ],
    ],
    ['messages.3.content.1', { type: 'thinking', thinking: 'I think.', signature: 'c2lnbmVk' }],
    ['messages.3.content.1', { type: 'redacted_thinking', data: 'c2lnbmVk' }],
    [
      'messages.3.content.1',
      { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: { query: 'q' } },
    ],
    ['tools.0.description', 'The weather.'],
    ['tools.0.cache_control', EPHEMERAL],
    ['tools.0.strict', true],
    ['tools.0.defer_loading', true],
    ['tools.0.allowed_callers', ['direct']],
    ['tools.0.eager_input_streaming', true],
    ['tools.0.input_examples', [{ city: 'Ulm' }]],
    ['tools.1', { type: 'web_search_20250305', name: 'web_search' }],
    ['tools.1', { type: 'bash_20250124', name: 'bash' }],
  ],
};

const GEMINI: Conversation = {
  dialect: 'gemini',
  path: '/v1beta/models/m:generateContent',
  body: {
    systemInstruction: { parts: [{ text: 'Be brief.' }] },
    contents: [
      {
        role: 'user',
        parts: [
          { text: 'What is this?' },
          { inlineData: { mimeType: 'image/png', data: PIXEL } },
          { fileData: { mimeType: 'application/pdf', fileUri: 'https://a.example/thread.pdf' } },
          { inlineData: { mimeType: 'video/mp4', data: PDF } },
        ],
      },
      {
        role: 'model',
        parts: [{ text: 'I look.' }, { functionCall: { name: 'weather', args: { city: 'Ulm' } } }],
      },
      { role: 'user', parts: [{ functionResponse: { name: 'weather', response: { output: 'Rain.' } } }] },
      { role: 'model', parts: [{ text: 'Rain.' }] },
      { role: 'user', parts: [{ text: 'Thanks.' }] },
    ],
    tools: [{ functionDeclarations: [{ name: 'weather', parametersJsonSchema: SCHEMA }] }],
  },
  members: [
    ['contents.0.parts.1.mediaResolution', { level: 'MEDIA_RESOLUTION_LOW' }],
    ['contents.0.parts.1.inlineData.displayName', 'thread.png'],
    ['contents.0.parts.2.fileData.displayName', 'thread.pdf'],
    ['contents.0.parts.3.videoMetadata', { fps: 1 }],
    ['contents.0.parts.0.partMetadata', { a: 'b' }],
    ['contents.1.parts.0.thoughtSignature', 'c2lnbmVk'],
    ['contents.1.parts.1.thoughtSignature', 'c2lnbmVk'],
    ['contents.1.parts.1.functionCall.id', 'call_9'],
    ['contents.2.parts.0.functionResponse.scheduling', 'SILENT'],
    ['contents.2.parts.0.functionResponse.willContinue', true],
    ['contents.2.parts.0.functionResponse.parts', [{ inlineData: { mimeType: 'image/png', data: PIXEL } }]],
    ['contents.3.parts.1', { text: 'I think.', thought: true }],
    ['contents.3.parts.1', { executableCode: { language: 'PYTHON', code: 'print(1)' } }],
    ['contents.3.parts.1', { codeExecutionResult: { outcome: 'OUTCOME_OK', output: '1' } }],
    ['contents.3.parts.1', { toolCall: { toolType: 'GOOGLE_SEARCH_WEB', args: {}, id: 't' } }],
    ['tools.0.functionDeclarations.0.description', 'The weather.'],
    ['tools.0.functionDeclarations.0.behavior', 'NON_BLOCKING'],
    ['tools.0.functionDeclarations.0.responseJsonSchema', { type: 'object' }],
    ['tools.1', { googleSearch: {} }],
    ['tools.1', { codeExecution: {} }],
    ['tools.1', { urlContext: {} }],
  ],
};

export const CONVERSATIONS: readonly Conversation[] = [CHAT, RESPONSES, MESSAGES, GEMINI];

/** The value with a member put into it, or replaced; what it holds is not changed. */
export function withMember(value: Json, at: string, member: Json): Json {
  const [step = '', ...rest] = at.split('.');
  if (Array.isArray(value)) {
    const list = [...(value as readonly Json[])];
    const index = Number(step);
    list[index] = rest.length === 0 ? member : withMember(list[index] ?? null, rest.join('.'), member);
    return list;
  }
  const object = value as JsonObject;
  return {
    ...object,
    [step]: rest.length === 0 ? member : withMember(object[step] ?? null, rest.join('.'), member),
  };
}
