// A recorded Chat request of Cohere's as a canonical one. Only tests read requests of this language: no client speaks it to
// Clew.

import { asArray, asNumber, asObject, asString } from '#base/json.ts';
import type { Json, JsonObject } from '#base/json.ts';
import type { Part } from '#canonical/part.ts';
import type { ChatRequest, Message, Tool } from '#canonical/request.ts';

const ID = 'cohere';

export function readCohere(body: JsonObject): ChatRequest {
  const { messages, tools, tool_choice, response_format, stop_sequences, temperature, thinking, ...rest } =
    body;
  const { model, stream, ...others } = rest;
  const format = asObject(response_format);
  const warmth = asNumber(temperature);
  return {
    model: asString(model) ?? '',
    messages: (asArray(messages) ?? []).map((message) => readMessage(message as JsonObject)),
    tools: (asArray(tools) ?? []).map(readTool),
    sampling: warmth === undefined ? {} : { temperature: warmth },
    stream: stream === true,
    ...(tool_choice !== undefined && { toolChoice: { kind: tool_choice === 'NONE' ? 'none' : 'required' } }),
    ...(format && {
      output:
        format['json_schema'] === undefined
          ? { kind: 'json' }
          : { kind: 'json-schema', schema: format['json_schema'] },
    }),
    ...(stop_sequences !== undefined && { stop: stop_sequences as readonly string[] }),
    ...(thinking !== undefined && { reasoning: { enabled: asObject(thinking)?.['type'] === 'enabled' } }),
    extras: { dialect: ID, fields: others },
  };
}

function readMessage(message: JsonObject): Message {
  const role = message['role'] as Message['role'];
  const content = message['content'];
  const list = typeof content === 'string' ? [{ type: 'text', text: content }] : (asArray(content) ?? []);
  const parts = list.map(readPart);
  const plan = asString(message['tool_plan']);
  const calls = (asArray(message['tool_calls']) ?? []).map(readCall);
  if (role === 'tool') {
    return { role, parts: [{ kind: 'tool-result', id: asString(message['tool_call_id']) ?? '', parts }] };
  }
  const planned: Part[] =
    plan === undefined ? [] : [{ kind: 'reasoning', text: plan, extras: ours('tool_plan') }];
  return { role, parts: [...planned, ...parts, ...calls] };
}

const ours = (place: string) => ({ dialect: ID, fields: { in: place } });

function readPart(value: Json): Part {
  const part = asObject(value) ?? {};
  if (part['type'] === 'text') return { kind: 'text', text: asString(part['text']) ?? '' };
  if (part['type'] === 'thinking') {
    return { kind: 'reasoning', text: asString(part['thinking']) ?? '', extras: ours('thinking') };
  }
  const url = asString(asObject(part['image_url'])?.['url']);
  return url === undefined
    ? { kind: 'foreign', dialect: ID, value }
    : { kind: 'image', source: { from: 'url', url } };
}

function readCall(value: Json): Part {
  const inside = asObject(asObject(value)?.['function']);
  return {
    kind: 'tool-call',
    id: asString(asObject(value)?.['id']) ?? '',
    name: asString(inside?.['name']) ?? '',
    arguments: asString(inside?.['arguments']) ?? '',
    form: 'function',
  };
}

function readTool(value: Json): Tool {
  const inside = asObject(asObject(value)?.['function']);
  const name = asString(inside?.['name']) ?? '';
  const description = asString(inside?.['description']);
  const schema = inside?.['parameters'] ?? null;
  return { form: 'function', name, schema, ...(description !== undefined && { description }) };
}
