// What each Python client calls the same things, so that one table of tests serves all of them.

import type { JsonObject } from '#base/json.ts';
import type { PythonClient } from './python-lane.ts';

export interface ClientWords {
  /** The client's word for: done, stopped at the limit, calls were made. */
  readonly stop: string;
  readonly limit: string;
  readonly called: string;
  /** Arguments that ask for the same in each client's way. */
  readonly limited: (tokens: number) => JsonObject;
  readonly tools: (...names: readonly string[]) => JsonObject;
  readonly forced: (name: string) => JsonObject;
  readonly image: (base64: string) => JsonObject;
  readonly think: JsonObject;
  /** A conversation in which a tool was called and has answered. */
  readonly answered: (name: string, city: string, result: string) => JsonObject;
}

const CITY = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
const ABOUT = 'Asks for it in a city.';
const QUESTION = 'What is it?';
const USER = { role: 'user', content: QUESTION };
const ID = 'call_1';

const chatTools = (...names: readonly string[]): JsonObject => ({
  tools: names.map((name) => ({
    type: 'function',
    function: { name, description: ABOUT, parameters: CITY },
  })),
});
const chat: ClientWords = {
  stop: 'stop',
  limit: 'length',
  called: 'tool_calls',
  limited: (tokens) => ({ max_completion_tokens: tokens }),
  tools: chatTools,
  forced: (name) => ({ ...chatTools('other', name), tool_choice: { type: 'function', function: { name } } }),
  image: (base64) => ({
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: QUESTION },
          { type: 'image_url', image_url: { url: `data:image/png;base64,${base64}` } },
        ],
      },
    ],
  }),
  think: { reasoning_effort: 'low' },
  answered: (name, city, result) => ({
    ...chatTools(name),
    messages: [
      USER,
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: ID, type: 'function', function: { name, arguments: JSON.stringify({ city }) } }],
      },
      { role: 'tool', tool_call_id: ID, content: result },
    ],
  }),
};

const responsesTools = (...names: readonly string[]): JsonObject => ({
  tools: names.map((name) => ({
    type: 'function',
    name,
    description: ABOUT,
    parameters: CITY,
    strict: false,
  })),
});
const responses: ClientWords = {
  stop: 'completed',
  limit: 'max_output_tokens',
  called: 'completed',
  limited: (tokens) => ({ max_output_tokens: tokens }),
  tools: responsesTools,
  forced: (name) => ({ ...responsesTools('other', name), tool_choice: { type: 'function', name } }),
  image: (base64) => ({
    input: [
      {
        role: 'user',
        content: [
          { type: 'input_text', text: QUESTION },
          { type: 'input_image', image_url: `data:image/png;base64,${base64}`, detail: 'auto' },
        ],
      },
    ],
  }),
  think: { reasoning: { effort: 'low', summary: 'auto' } },
  answered: (name, city, result) => ({
    ...responsesTools(name),
    input: [
      USER,
      { type: 'function_call', call_id: ID, name, arguments: JSON.stringify({ city }) },
      { type: 'function_call_output', call_id: ID, output: result },
    ],
  }),
};

const messagesTools = (...names: readonly string[]): JsonObject => ({
  tools: names.map((name) => ({ name, description: ABOUT, input_schema: CITY })),
});
const messages: ClientWords = {
  stop: 'end_turn',
  limit: 'max_tokens',
  called: 'tool_use',
  limited: (tokens) => ({ max_tokens: tokens }),
  tools: messagesTools,
  forced: (name) => ({ ...messagesTools('other', name), tool_choice: { type: 'tool', name } }),
  image: (base64) => ({
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: QUESTION },
          { type: 'image', source: { type: 'base64', media_type: 'image/png', data: base64 } },
        ],
      },
    ],
  }),
  think: { thinking: { type: 'enabled', budget_tokens: 1024 } },
  answered: (name, city, result) => ({
    ...messagesTools(name),
    messages: [
      USER,
      { role: 'assistant', content: [{ type: 'tool_use', id: ID, name, input: { city } }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: ID, content: result }] },
    ],
  }),
};

const declared = (...names: readonly string[]): JsonObject => ({
  tools: [
    {
      function_declarations: names.map((name) => ({
        name,
        description: ABOUT,
        parameters: { type: 'OBJECT', properties: { city: { type: 'STRING' } }, required: ['city'] },
      })),
    },
  ],
});
const gemini: ClientWords = {
  stop: 'STOP',
  limit: 'MAX_TOKENS',
  called: 'STOP',
  limited: (tokens) => ({ config: { max_output_tokens: tokens } }),
  tools: (...names) => ({ config: declared(...names) }),
  forced: (name) => ({
    config: {
      ...declared('other', name),
      tool_config: { function_calling_config: { mode: 'ANY', allowed_function_names: [name] } },
    },
  }),
  image: (base64) => ({
    contents: [{ text: QUESTION }, { inline_data: { mime_type: 'image/png', data: base64 } }],
  }),
  think: { config: { thinking_config: { include_thoughts: true, thinking_budget: 100 } } },
  answered: (name, city, result) => ({
    config: declared(name),
    contents: [
      { role: 'user', parts: [{ text: QUESTION }] },
      { role: 'model', parts: [{ function_call: { name, args: { city } } }] },
      { role: 'user', parts: [{ function_response: { name, response: { output: result } } }] },
    ],
  }),
};

export const WORDS: Readonly<Record<PythonClient, ClientWords>> = {
  'openai-chat': chat,
  'openai-responses': responses,
  anthropic: messages,
  'google-genai': gemini,
};
