// A recorded Converse request as a canonical one, so that the encoder can be held to what real clients sent. Only tests read
// requests of this language: no client speaks it to Clew.

import { asArray, asNumber, asObject, asString, isObject } from '#base/json.ts';
import type { Json, JsonObject } from '#base/json.ts';
import type { CacheMark, Part, ToolResultPart } from '#canonical/part.ts';
import type { ChatRequest, Message, OutputFormat, Tool, ToolChoice } from '#canonical/request.ts';
import { decodeBlock } from '#dialects/bedrock-converse/decode-content.ts';
import { decodeMedia } from '#dialects/bedrock-converse/media.ts';
import { ID } from '#dialects/bedrock-converse/wire.ts';

const KNOWN = new Set(['messages', 'system', 'inferenceConfig', 'toolConfig', 'outputConfig', 'serviceTier']);

export function readConverse(body: JsonObject): ChatRequest {
  const inference = asObject(body['inferenceConfig']) ?? {};
  const tools = asObject(body['toolConfig']);
  const system = asArray(body['system']) ?? [];
  const messages = (asArray(body['messages']) ?? []).flatMap((value): Message[] => {
    const message = asObject(value);
    return message === undefined ? [] : [readMessage(message)];
  });
  const temperature = asNumber(inference['temperature']);
  const topP = asNumber(inference['topP']);
  const maxOutputTokens = asNumber(inference['maxTokens']);
  const stop = asArray(inference['stopSequences']) as readonly string[] | undefined;
  const output = readOutput(asObject(body['outputConfig']));
  const choice = readChoice(asObject(tools?.['toolChoice']));
  const tier = asString(asObject(body['serviceTier'])?.['type']);
  return {
    model: 'm',
    messages: system.length === 0 ? messages : [{ role: 'system', parts: readParts(system) }, ...messages],
    tools: (asArray(tools?.['tools']) ?? []).reduce<Tool[]>(addTool, []),
    sampling: { ...(temperature !== undefined && { temperature }), ...(topP !== undefined && { topP }) },
    stream: false,
    ...(maxOutputTokens !== undefined && { maxOutputTokens }),
    ...(stop && { stop }),
    ...(output && { output }),
    ...(choice && { toolChoice: choice }),
    ...(tier !== undefined && { serviceTier: tier }),
    extras: {
      dialect: ID,
      fields: Object.fromEntries(Object.entries(body).filter(([key]) => !KNOWN.has(key))),
    },
  };
}

function readMessage(message: JsonObject): Message {
  const parts = readParts(asArray(message['content']) ?? []);
  return { role: message['role'] === 'assistant' ? 'assistant' : 'user', parts };
}

function readParts(blocks: readonly Json[]): readonly Part[] {
  const parts: Part[] = [];
  for (const value of blocks) {
    const block = asObject(value) ?? {};
    const last = parts.at(-1);
    const mark = asObject(block['cachePoint']);
    if (mark !== undefined && last !== undefined && last.kind !== 'foreign' && 'kind' in last)
      parts[parts.length - 1] = { ...last, cache: cacheOf(mark) } as Part;
    else parts.push(readPart(block));
  }
  return parts;
}

function readPart(block: JsonObject): Part {
  const document = asObject(block['document']);
  const read = document === undefined ? undefined : decodeMedia('document', document);
  const result = asObject(block['toolResult']);
  return read ?? (result === undefined ? decodeBlock(block) : readResult(result));
}

function readResult(result: JsonObject): ToolResultPart {
  const { toolUseId, content, status, ...more } = result;
  return {
    kind: 'tool-result',
    id: asString(toolUseId) ?? '',
    parts: readParts(asArray(content) ?? []),
    ...(status === 'error' && { isError: true }),
    extras: { dialect: ID, fields: { ...more, ...(status === 'success' && { status }) } },
  };
}

function cacheOf(mark: JsonObject): CacheMark {
  return mark['ttl'] === '1h' ? { ttl: '1h' } : {};
}

function addTool(tools: Tool[], value: Json): Tool[] {
  const tool = asObject(value) ?? {};
  const spec = asObject(tool['toolSpec']);
  const last = tools.at(-1);
  if (isObject(tool['cachePoint']) && last !== undefined && last.form !== 'hosted') {
    return [...tools.slice(0, -1), { ...last, cache: cacheOf(tool['cachePoint']) }];
  }
  if (spec === undefined) return [...tools, { form: 'hosted', name: 'system', dialect: ID, value }];
  const description = asString(spec['description']);
  const schema = asObject(spec['inputSchema'])?.['json'] ?? null;
  const name = asString(spec['name']) ?? '';
  return [...tools, { form: 'function', name, schema, ...(description !== undefined && { description }) }];
}

function readChoice(choice: JsonObject | undefined): ToolChoice | undefined {
  if (choice === undefined) return undefined;
  if (choice['auto'] !== undefined) return { kind: 'auto' };
  if (choice['any'] !== undefined) return { kind: 'required' };
  return { kind: 'named', form: 'function', name: asString(asObject(choice['tool'])?.['name']) ?? '' };
}

function readOutput(config: JsonObject | undefined): OutputFormat | undefined {
  const inside = asObject(asObject(asObject(config?.['textFormat'])?.['structure'])?.['jsonSchema']);
  if (inside === undefined) return undefined;
  const name = asString(inside['name']);
  const description = asString(inside['description']);
  return {
    kind: 'json-schema',
    schema: JSON.parse(asString(inside['schema']) ?? 'null') as Json,
    ...(name !== undefined && { name }),
    ...(description !== undefined && { description }),
  };
}
