// The `@google/genai` package. It has no stream helper: programs add the pieces up, as here.

import { GoogleGenAI } from '@google/genai';
import type { GenerateContentParameters, GenerateContentResponse } from '@google/genai';

import type { Json } from '#base/json.ts';
import { NOTHING_SEEN, PIXEL, PROMPT, SCHEMA } from '../seen.ts';
import type { Lane, Question, Seen } from '../seen.ts';
import { errorSeen } from './error-seen.ts';

export const googleGenai: Lane = {
  name: 'google genai',
  language: 'gemini',
  async ask(question) {
    const client = new GoogleGenAI({ apiKey: 'none', httpOptions: { baseUrl: question.origin } });
    let seen = NOTHING_SEEN;
    try {
      if (!question.stream) return added(seen, await client.models.generateContent(bodyOf(question)));
      for await (const piece of await client.models.generateContentStream(bodyOf(question)))
        seen = added(seen, piece);
      return seen;
    } catch (error) {
      return { ...seen, error: errorSeen(error) };
    }
  },
};

function bodyOf({ model, tools, more }: Question): GenerateContentParameters {
  const image = { inlineData: { mimeType: 'image/png', data: PIXEL } };
  const functions = tools.map((name) => ({ name, parametersJsonSchema: { type: 'object' } }));
  return {
    model,
    contents: [{ role: 'user', parts: [{ text: PROMPT }, ...(more === 'image' ? [image] : [])] }],
    config: {
      ...(functions.length === 0 ? {} : { tools: [{ functionDeclarations: functions }] }),
      ...(more === 'schema' ? { responseMimeType: 'application/json', responseJsonSchema: SCHEMA } : {}),
    },
  };
}

function added(before: Seen, { candidates, usageMetadata: usage }: GenerateContentResponse): Seen {
  // Of several answers the first, wherever it stands in this piece.
  const candidate = candidates?.find(({ index = 0 }) => index === 0);
  const parts = candidate?.content?.parts ?? [];
  const said = (thought: boolean): string =>
    parts.map((part) => ((part.thought ?? false) === thought ? (part.text ?? '') : '')).join('');
  return {
    text: before.text + said(false),
    reasoning: before.reasoning + said(true),
    refusal: '',
    toolCalls: [
      ...before.toolCalls,
      ...parts.flatMap(({ functionCall: call }) =>
        call === undefined ? [] : [{ name: call.name ?? '', arguments: (call.args ?? {}) as Json }],
      ),
    ],
    finish: candidate?.finishReason ?? before.finish,
    usage: usage
      ? {
          input: (usage.promptTokenCount ?? 0) + (usage.toolUsePromptTokenCount ?? 0),
          output: (usage.candidatesTokenCount ?? 0) + (usage.thoughtsTokenCount ?? 0),
          cached: usage.cachedContentTokenCount ?? null,
          reasoning: usage.thoughtsTokenCount ?? null,
        }
      : before.usage,
  };
}
