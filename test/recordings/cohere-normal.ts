// The named differences between a recorded body of Cohere's and the same body written again.

import { asArray, asObject } from '#base/json.ts';
import type { Json, JsonObject } from '#base/json.ts';

/** A list of one text is a text; an assistant that only calls tools says nothing beside them. */
export function normalised(body: JsonObject): Json {
  const messages = (asArray(body['messages']) ?? []).map((value) => {
    const { content, ...message } = value as JsonObject;
    const only = asArray(content)?.length === 1 ? asObject(asArray(content)?.[0]) : undefined;
    const plain = only?.['type'] === 'text' ? only['text'] : content;
    const silent =
      message['tool_calls'] !== undefined && (plain === undefined || plain === null || plain === '');
    return silent ? message : { ...message, content: plain };
  });
  return { ...body, messages };
}
