// The named differences between a recorded Converse body and the same body written again.

import { asObject, asString, isObject } from '#base/json.ts';
import type { Json, JsonDraft, JsonObject } from '#base/json.ts';
import type { Recording } from './fixtures.ts';

/** It stands in the path. */
export function modelOf({ request }: Recording): string {
  return decodeURIComponent(/\/model\/([^/]+)\//.exec(request?.path ?? '')?.[1] ?? '');
}

/** What need not come back as it was written, each with its reason. */
export function normalised(body: JsonObject): JsonObject {
  const { system, inferenceConfig, messages, additionalModelResponseFieldPaths: _paths, ...rest } = body;
  const draft: JsonDraft = { ...rest };
  // Empty members say nothing.
  if (Array.isArray(system) && system.length > 0) draft['system'] = system;
  const { stopSequences, ...set } = asObject(inferenceConfig) ?? {};
  const inference: JsonDraft = set;
  if (Array.isArray(stopSequences) && stopSequences.length > 0) inference['stopSequences'] = stopSequences;
  if (isObject(inferenceConfig) && Object.keys(inference).length > 0) draft['inferenceConfig'] = inference;
  draft['messages'] = neighboursJoined(withoutBlanks(messages ?? []) as readonly JsonObject[]);
  // The schema is a text in which only the meaning counts.
  const structure = asObject(asObject(asObject(body['outputConfig'])?.['textFormat'])?.['structure']);
  const schema = asObject(structure?.['jsonSchema']);
  if (schema !== undefined)
    draft['outputConfig'] = { ...schema, schema: JSON.parse(asString(schema['schema']) ?? 'null') as Json };
  return draft;
}

/** Two messages of one role after another are one turn; Bedrock says so itself and refuses some. */
function neighboursJoined(messages: readonly JsonObject[]): readonly Json[] {
  return messages.reduce<JsonObject[]>((turns, message) => {
    const last = turns.at(-1);
    if (last === undefined || last['role'] !== message['role']) return [...turns, message];
    const content = [...(last['content'] as Json[]), ...(message['content'] as Json[])];
    return [...turns.slice(0, -1), { ...last, content }];
  }, []);
}

/** Blank texts are refused by Bedrock; two of the recordings sent some all the same. */
export function withoutBlanks(value: Json): Json {
  if (Array.isArray(value)) {
    return (value as readonly Json[])
      .filter((one) => !(isObject(one) && typeof one['text'] === 'string' && one['text'].trim() === ''))
      .map(withoutBlanks);
  }
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutBlanks(inner ?? null)]));
}
