// `@anthropic-ai/sdk`: the content goes back as it came, or without the thoughts.

import Anthropic from '@anthropic-ai/sdk';
import type { ContentBlock, MessageParam } from '@anthropic-ai/sdk/resources';

import type { JsonObject } from '#base/json.ts';
import { QUESTION, SYSTEM, TOOLS } from '../scene.ts';
import type { Client, Keeps, Seen, Talk } from './client.ts';

const tools = TOOLS.map(({ name, description, schema }) => ({
  name,
  description,
  input_schema: { ...schema, type: 'object' as const },
}));

function begin(port: number, keeps: Keeps): Talk {
  const client = new Anthropic({ baseURL: `http://127.0.0.1:${port}`, apiKey: 'key', maxRetries: 0 });
  const messages: MessageParam[] = [{ role: 'user', content: QUESTION }];
  let content: readonly ContentBlock[] = [];
  return {
    async ask(model, stream): Promise<Seen> {
      const body = {
        model,
        messages,
        tools,
        system: SYSTEM,
        max_tokens: 4_000,
        thinking: { type: 'enabled' as const, budget_tokens: 2_000 },
      };
      const answer = stream
        ? await client.messages.stream(body).finalMessage()
        : await client.messages.create(body);
      content = answer.content;
      const kept =
        keeps === 'everything'
          ? answer.content
          : answer.content.filter(({ type }) => type !== 'thinking' && type !== 'redacted_thinking');
      messages.push({ role: 'assistant', content: kept });
      return {
        text: content.map((block) => (block.type === 'text' ? block.text : '')).join(''),
        calls: content.flatMap((block) =>
          block.type === 'tool_use' ? [{ name: block.name, arguments: block.input as JsonObject }] : [],
        ),
      };
    },
    give(results) {
      const ids = content.flatMap((block) => (block.type === 'tool_use' ? [block.id] : []));
      const blocks = results.map(({ text, image, isError }, at) => ({
        type: 'tool_result' as const,
        tool_use_id: ids[at] ?? '',
        ...(isError === undefined ? {} : { is_error: isError }),
        content: [
          { type: 'text' as const, text },
          ...(image === undefined
            ? []
            : [
                {
                  type: 'image' as const,
                  source: { type: 'base64' as const, media_type: 'image/png' as const, data: image },
                },
              ]),
        ],
      }));
      messages.push({ role: 'user', content: blocks });
    },
    say: (text) => void messages.push({ role: 'user', content: text }),
  };
}

export const messages: Client = {
  dialect: 'anthropic-messages',
  keeps: ['everything', 'the visible'],
  begin,
};
