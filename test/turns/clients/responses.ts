// `openai`, Responses: the items of the output go back in the input, with or without those of reasoning, or the program only
// names the answer that it goes on from.

import OpenAI from 'openai';
import type { Response, ResponseInputItem } from 'openai/resources/responses/responses';

import { QUESTION, SYSTEM, TOOLS } from '../scene.ts';
import type { Client, Keeps, Seen, Talk } from './client.ts';

const tools = TOOLS.map(({ name, description, schema }) => ({
  type: 'function' as const,
  name,
  description,
  parameters: schema,
  strict: false,
}));

function begin(port: number, keeps: Keeps): Talk {
  const client = new OpenAI({ baseURL: `http://127.0.0.1:${port}/v1`, apiKey: 'key', maxRetries: 0 });
  let input: ResponseInputItem[] = [{ role: 'user', content: QUESTION }];
  let last: Response | undefined;
  const calls = () => (last?.output ?? []).filter((item) => item.type === 'function_call');
  return {
    async ask(model, stream): Promise<Seen> {
      const body = {
        model,
        input,
        tools,
        instructions: SYSTEM,
        reasoning: { effort: 'high' as const, summary: 'auto' as const },
        include: ['reasoning.encrypted_content' as const],
        ...(keeps === 'the id' ? { store: true, previous_response_id: last?.id ?? null } : { store: false }),
      };
      last = stream
        ? await client.responses.stream(body).finalResponse()
        : await client.responses.create(body);
      // The helper for streams adds fields of its own, which no server knows.
      for (const item of last.output) {
        if ('parsed_arguments' in item) delete item.parsed_arguments;
        for (const part of item.type === 'message' ? item.content : [])
          if ('parsed' in part) delete part.parsed;
      }
      const kept =
        keeps === 'everything' ? last.output : last.output.filter(({ type }) => type !== 'reasoning');
      input = keeps === 'the id' ? [] : [...input, ...(kept as ResponseInputItem[])];
      const text = last.output
        .flatMap((item) => (item.type === 'message' ? item.content : []))
        .map((part) => (part.type === 'output_text' ? part.text : ''))
        .join('');
      return {
        text,
        calls: calls().map(({ name, arguments: written }) => ({ name, arguments: JSON.parse(written) })),
      };
    },
    give(results) {
      for (const [at, { text, image }] of results.entries()) {
        const call_id = calls()[at]?.call_id ?? '';
        const output =
          image === undefined
            ? text
            : [
                { type: 'input_text' as const, text },
                {
                  type: 'input_image' as const,
                  detail: 'auto' as const,
                  image_url: `data:image/png;base64,${image}`,
                },
              ];
        input.push({ type: 'function_call_output', call_id, output });
      }
    },
    say: (text) => void input.push({ role: 'user', content: text }),
  };
}

export const responses: Client = {
  dialect: 'openai-responses',
  keeps: ['everything', 'the visible', 'the id'],
  begin,
};
