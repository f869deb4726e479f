// What was sent, read again: by the client half of the target's language where it has one, else by the readers of its
// suite, with the parameters that those leave aside.

import { asArray, asNumber, asObject, asString } from '#base/json.ts';
import type { Json, JsonObject } from '#base/json.ts';
import type { MediaSource, Part } from '#canonical/part.ts';
import type { ChatRequest, ReasoningRequest, Sampling } from '#canonical/request.ts';
import { CHAT_DIALECTS } from '#dialects/index.ts';
import { readCohere } from '../recordings/cohere-reader.ts';
import { readConverse } from '../recordings/converse-reader.ts';
import { headOf } from '../support/head.ts';
import type { Goal } from './guard.ts';

export function readBack({ dialect, model, quirks = {} }: Goal, body: JsonObject): ChatRequest {
  if (dialect === 'cohere') return readFromCohere(body);
  if (dialect === 'bedrock-converse') return readFromConverse(body);
  const client = CHAT_DIALECTS.get(dialect)?.client;
  const head = headOf(`/v1beta/models/${model}:generateContent`);
  const whole = quirks['envelope'] === undefined ? body : { ...body, model };
  const read = client?.decodeRequest(whole, head);
  if (read?.ok !== true) throw new Error(`${dialect} cannot read what it wrote: ${read?.error.message}`);
  return dialect === 'openai-responses' ? withHiding(read.value) : read.value;
}

/** Thoughts are shown only where a summary is asked for. */
function withHiding(request: ChatRequest): ChatRequest {
  const { reasoning } = request;
  if (reasoning === undefined || reasoning.summary !== undefined) return request;
  return { ...request, reasoning: { ...reasoning, hidden: true } };
}

function readFromCohere(body: JsonObject): ChatRequest {
  const { documents, ...rest } = body;
  const request = readCohere(rest);
  const sampling: Sampling = {
    ...request.sampling,
    ...numbers(body, { topP: 'p', topK: 'k', seed: 'seed' }),
    ...numbers(body, { frequencyPenalty: 'frequency_penalty', presencePenalty: 'presence_penalty' }),
  };
  const thinking = asObject(body['thinking']);
  const reasoning: ReasoningRequest = {
    ...request.reasoning,
    ...numbers(thinking ?? {}, { budgetTokens: 'token_budget' }),
  };
  const strict = body['strict_tools'] === true;
  const beside = (asArray(documents) ?? []).map(documentPart);
  return {
    ...request,
    sampling,
    ...(thinking && { reasoning }),
    ...numbers(body, { maxOutputTokens: 'max_tokens' }),
    ...(body['logprobs'] === true && { logprobs: {} }),
    tools: strict ? request.tools.map((tool) => ({ ...tool, strict: true })) : request.tools,
    messages: [
      ...(beside.length === 0 ? [] : [{ role: 'user', parts: beside } as const]),
      ...request.messages.map((message) => ({ ...message, parts: message.parts.map(withBytes) })),
    ],
  };
}

function documentPart(value: Json): Part {
  const data = asObject(asObject(value)?.['data']);
  const text = asString(data?.['text']) ?? '';
  const name = asString(data?.['title']);
  const source = { from: 'base64', mime: 'text/plain', data: Buffer.from(text).toString('base64') } as const;
  return { kind: 'document', source, ...(name === undefined ? {} : { name }) };
}

/** Bytes stand in data URLs. */
function withBytes(part: Part): Part {
  if (part.kind === 'tool-result') return { ...part, parts: part.parts.map(withBytes) };
  if (part.kind !== 'image' || part.source.from !== 'url') return part;
  const found = /^data:([^;]+);base64,(.*)$/s.exec(part.source.url);
  if (found === null) return part;
  const source: MediaSource = { from: 'base64', mime: found[1] ?? '', data: found[2] ?? '' };
  return { ...part, source };
}

function readFromConverse(body: JsonObject): ChatRequest {
  const request = readConverse(body);
  const more = asObject(body['additionalModelRequestFields']) ?? {};
  const metadata = asObject(body['requestMetadata']);
  const topK = asNumber(more['top_k']) ?? asNumber(asObject(more['inferenceConfig'])?.['topK']);
  const reasoning = readThinking(more);
  const specs = (asArray(asObject(body['toolConfig'])?.['tools']) ?? []).map((tool) =>
    asObject(asObject(tool)?.['toolSpec']),
  );
  const strict = new Set(specs.filter((spec) => spec?.['strict'] === true).map((spec) => spec?.['name']));
  return {
    ...request,
    sampling: { ...request.sampling, ...(topK !== undefined && { topK }) },
    tools: request.tools.map((tool) => (strict.has(tool.name) ? { ...tool, strict: true } : tool)),
    ...(metadata && { metadata }),
    ...(reasoning && { reasoning }),
  };
}

/** Each family's own field. */
function readThinking(more: JsonObject): ReasoningRequest | undefined {
  const thinking = asObject(more['thinking']) ?? asObject(more['reasoningConfig']);
  const effort =
    asString(asObject(more['output_config'])?.['effort']) ??
    asString(thinking?.['maxReasoningEffort']) ??
    asString(more['reasoning_effort']) ??
    asString(more['reasoning_config']);
  if (thinking === undefined && effort === undefined) return undefined;
  return {
    ...(thinking && { enabled: thinking['type'] !== 'disabled' }),
    ...(effort === undefined ? {} : { effort }),
    ...numbers(thinking ?? {}, { budgetTokens: 'budget_tokens' }),
  };
}

function numbers<Name extends string>(
  body: JsonObject,
  names: Readonly<Record<Name, string>>,
): Partial<Record<Name, number>> {
  const found: Partial<Record<Name, number>> = {};
  for (const name in names) {
    const value = asNumber(body[names[name]]);
    if (value !== undefined) found[name] = value;
  }
  return found;
}
