// A signature on a tool call reaches a Chat Completions client, and goes home when the client gives its message back: without it
// the vendor refuses the next turn.

import { expect, test } from 'bun:test';

import { asArray, asObject } from '#base/json.ts';
import type { JsonDraft, JsonObject } from '#base/json.ts';
import { gemini } from '#dialects/gemini/index.ts';
import { openaiChat } from '#dialects/openai-chat/index.ts';
import { unfold } from '#canonical/unfold.ts';
import { encodeContext } from '../support/encode-context.ts';

const ANSWER = {
  candidates: [
    {
      content: {
        role: 'model',
        parts: [{ functionCall: { name: 'look_up', args: { word: 'clew' } }, thoughtSignature: 'c2lnbmVk' }],
      },
      finishReason: 'STOP',
      index: 0,
    },
  ],
  usageMetadata: { promptTokenCount: 3, candidatesTokenCount: 2, totalTokenCount: 5 },
  modelVersion: 'gemini-3-pro',
  responseId: 'r1',
};

const decoded = gemini.provider.decodeResponse(ANSWER);
if (!decoded.ok) throw new Error(decoded.error.message);
const response = decoded.value;

/** What a client puts together from the deltas, as the official one does for calls and details. */
function streamedMessage(): JsonObject {
  const encoder = openaiChat.client.openEncoder(encodeContext());
  const frames = unfold(response).flatMap((event) => encoder.push(event));
  const message: JsonDraft = { role: 'assistant', content: null };
  for (const { data } of frames) {
    if (data === '[DONE]') continue;
    const choice = asObject(asArray((JSON.parse(data) as JsonObject)['choices'])?.[0]);
    const delta = asObject(choice?.['delta']) ?? {};
    // Arguments follow in deltas without an id; here only the call itself is needed.
    const calls = asArray(delta['tool_calls'])?.filter((call) => asObject(call)?.['id'] !== undefined);
    for (const [field, more] of [
      ['tool_calls', calls],
      ['reasoning_details', asArray(delta['reasoning_details'])],
    ] as const) {
      if (more !== undefined) message[field] = [...(asArray(message[field]) ?? []), ...more];
    }
  }
  return message;
}

function wholeMessage(): JsonObject {
  const body = openaiChat.client.encodeResponse(response);
  return asObject(asObject(asArray(body['choices'])?.[0])?.['message']) ?? {};
}

test.each([
  ['whole', wholeMessage],
  ['streamed', streamedMessage],
] as const)('%s', (_, message) => {
  const told = message();
  const call = asObject(asArray(told['tool_calls'])?.[0]);
  const request = openaiChat.client.decodeRequest({
    model: 'm',
    messages: [
      { role: 'user', content: 'Look it up.' },
      told,
      { role: 'tool', tool_call_id: call?.['id'] ?? '', content: 'A thread.' },
    ],
  });
  if (!request.ok) throw new Error(request.error.message);
  const { body, losses } = gemini.provider.encodeRequest(request.value, 'gemini-3-pro', {});
  const contents = asArray(body['contents']);
  const part = asObject(asArray(asObject(contents?.[1])?.['parts'])?.at(-1));
  expect(part?.['thoughtSignature']).toBe('c2lnbmVk');
  expect(losses).toEqual([]);
});
