// `@google/genai`: the content goes back as it came; of a stream, the parts of all chunks, as the library's own chats keep
// them. Or without thoughts and signatures.

import { GoogleGenAI, Type } from '@google/genai';
import type { Content, Part } from '@google/genai';

import type { JsonObject } from '#base/json.ts';
import { QUESTION, SYSTEM, TOOLS } from '../scene.ts';
import type { Client, Keeps, Seen, Talk } from './client.ts';

const tools = [
  {
    functionDeclarations: TOOLS.map(({ name, description, schema }) => ({
      name,
      description,
      parametersJsonSchema: { ...schema, type: Type.OBJECT.toLowerCase() },
    })),
  },
];

function begin(port: number, keeps: Keeps): Talk {
  const client = new GoogleGenAI({
    apiKey: 'key',
    httpOptions: { baseUrl: `http://127.0.0.1:${port}` },
  });
  const contents: Content[] = [{ role: 'user', parts: [{ text: QUESTION }] }];
  let parts: Part[] = [];
  return {
    async ask(model, stream): Promise<Seen> {
      const config = {
        tools,
        systemInstruction: SYSTEM,
        thinkingConfig: { includeThoughts: true, thinkingBudget: 2_000 },
      };
      parts = [];
      if (stream) {
        for await (const chunk of await client.models.generateContentStream({ model, contents, config }))
          parts.push(...(chunk.candidates?.[0]?.content?.parts ?? []));
      } else {
        const answer = await client.models.generateContent({ model, contents, config });
        parts.push(...(answer.candidates?.[0]?.content?.parts ?? []));
      }
      const visible = parts
        .filter(({ thought }) => thought !== true)
        .map(({ thoughtSignature: _signature, ...part }) => part)
        .filter(({ text }) => text !== '');
      contents.push({ role: 'model', parts: keeps === 'everything' ? parts : visible });
      return {
        text: visible.map(({ text }) => text ?? '').join(''),
        calls: parts.flatMap(({ functionCall: call }) =>
          call === undefined ? [] : [{ name: call.name ?? '', arguments: (call.args ?? {}) as JsonObject }],
        ),
      };
    },
    give(results) {
      const calls = parts.flatMap(({ functionCall }) => functionCall ?? []);
      const given = results.map(({ text, image, isError }, at): Part => {
        const call = calls[at];
        return {
          functionResponse: {
            ...(call?.id === undefined ? {} : { id: call.id }),
            name: call?.name ?? '',
            response: isError === true ? { error: text } : { result: text },
            ...(image === undefined
              ? {}
              : { parts: [{ inlineData: { mimeType: 'image/png', data: image } }] }),
          },
        };
      });
      contents.push({ role: 'user', parts: given });
    },
    say: (text) => void contents.push({ role: 'user', parts: [{ text }] }),
  };
}

export const genai: Client = { dialect: 'gemini', keeps: ['everything', 'the visible'], begin };
