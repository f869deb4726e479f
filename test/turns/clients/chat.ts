// `openai`, Chat Completions: the message goes back as the library gave it, with fields it does not know, or rebuilt from
// `content` and `tool_calls`, as most programs do.

import OpenAI from 'openai';
import type { ChatCompletionMessage, ChatCompletionMessageParam } from 'openai/resources';

import { QUESTION, SYSTEM, TOOLS } from '../scene.ts';
import type { Client, Keeps, Seen, Talk } from './client.ts';

const tools = TOOLS.map(({ name, description, schema }) => ({
  type: 'function' as const,
  function: { name, description, parameters: schema },
}));

function begin(port: number, keeps: Keeps): Talk {
  const client = new OpenAI({ baseURL: `http://127.0.0.1:${port}/v1`, apiKey: 'key', maxRetries: 0 });
  const messages: ChatCompletionMessageParam[] = [
    { role: 'system', content: SYSTEM },
    { role: 'user', content: QUESTION },
  ];
  let last: ChatCompletionMessage | undefined;
  const calls = () => (last?.tool_calls ?? []).filter((call) => call.type === 'function');
  return {
    async ask(model, stream): Promise<Seen> {
      const body = { model, messages, tools, reasoning_effort: 'high' as const };
      last = stream
        ? await client.chat.completions.stream(body).finalMessage()
        : (await client.chat.completions.create(body)).choices[0]?.message;
      if (last === undefined) throw new Error('no answer');
      const { content, tool_calls } = last;
      // The helper for streams adds a field of its own, which no server knows.
      if ('parsed' in last) delete last.parsed;
      messages.push(
        keeps === 'everything'
          ? last
          : { role: 'assistant', content, ...(tool_calls === undefined ? {} : { tool_calls }) },
      );
      return {
        text: content ?? '',
        calls: calls().map(({ function: { name, arguments: text } }) => ({
          name,
          arguments: JSON.parse(text),
        })),
      };
    },
    give(results) {
      for (const [at, { text, image }] of results.entries()) {
        const tool_call_id = calls()[at]?.id ?? '';
        const content =
          image === undefined
            ? text
            : [
                { type: 'text' as const, text },
                { type: 'image_url' as const, image_url: { url: `data:image/png;base64,${image}` } },
              ];
        // The types of the library know no pictures here; many servers take them.
        messages.push({ role: 'tool', tool_call_id, content: content as string });
      }
    },
    say: (text) => void messages.push({ role: 'user', content: text }),
  };
}

export const chat: Client = { dialect: 'openai-chat', keeps: ['everything', 'the visible'], begin };
