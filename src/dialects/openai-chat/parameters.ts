// The parameters of a request that have more than one spelling, and the plain ones by table; both ways.

import { asArray, asBoolean, asNumber, asObject, asString } from '#base/json.ts';
import type { Json, JsonDraft, JsonObject } from '#base/json.ts';
import type { ChatRequest, OutputFormat, ReasoningRequest, Sampling } from '#canonical/request.ts';
import { addCarried, addFields, FieldReader, ours, present, sameJson, spelled } from './spelling.ts';

type NumberSetting = Exclude<keyof Sampling, 'logitBias'>;

const SAMPLING: readonly (readonly [NumberSetting, string])[] = [
  ['temperature', 'temperature'],
  ['topP', 'top_p'],
  ['topK', 'top_k'],
  ['minP', 'min_p'],
  ['seed', 'seed'],
  ['frequencyPenalty', 'frequency_penalty'],
  ['presencePenalty', 'presence_penalty'],
  ['repetitionPenalty', 'repetition_penalty'],
];

export function decodeSampling(fields: FieldReader): Sampling {
  const sampling: { -readonly [Key in keyof Sampling]: Sampling[Key] } = {};
  for (const [setting, field] of SAMPLING) {
    const value = fields.number(field);
    if (value !== undefined) sampling[setting] = value;
  }
  const logitBias = fields.object('logit_bias');
  if (logitBias !== undefined) sampling.logitBias = logitBias;
  return sampling;
}

export function encodeSampling(sampling: Sampling, body: JsonDraft): void {
  for (const [setting, field] of SAMPLING) {
    const value = sampling[setting];
    if (value !== undefined) body[field] = value;
  }
  if (sampling.logitBias !== undefined) body['logit_bias'] = sampling.logitBias;
}

/** With both fields the newer one counts and the older is carried along, for the provider to complain about. */
export function decodeMaxTokens(fields: FieldReader): number | undefined {
  const newer = fields.number('max_completion_tokens');
  if (newer !== undefined) {
    fields.leave('max_tokens');
    return newer;
  }
  const older = fields.number('max_tokens');
  if (older !== undefined) fields.spell('maxTokens', 'max_tokens');
  return older;
}

export function decodeStop(fields: FieldReader): readonly string[] | undefined {
  const written = fields.raw('stop');
  if (typeof written === 'string') {
    fields.spell('stop', 'text');
    return [written];
  }
  const list = asArray(written);
  const texts = list?.filter((text) => typeof text === 'string');
  if (texts !== undefined && texts.length === list?.length) return texts;
  fields.leave('stop');
  return undefined;
}

export function encodeStop({ stop, extras }: ChatRequest): Json | undefined {
  const only = stop?.[0];
  return stop?.length === 1 && only !== undefined && spelled(extras, 'stop') === 'text' ? only : stop;
}

const FORMAT_FIELDS: ReadonlySet<string> = new Set(['type', 'json_schema']);

/** A format that we do not know is carried along whole. */
export function decodeOutput(fields: FieldReader): OutputFormat | undefined {
  const written = asObject(fields.raw('response_format'));
  const output = written === undefined ? undefined : readOutput(written);
  if (written === undefined || output === undefined) {
    fields.leave('response_format');
    return undefined;
  }
  const rest = new FieldReader(written);
  const inner = asObject(written['json_schema']);
  if (inner !== undefined) {
    const left = new FieldReader(inner);
    left.string('name');
    left.string('description');
    left.boolean('strict');
    const more = left.extras(new Set(['name', 'description', 'schema', 'strict']));
    if (more !== undefined) rest.leave('json_schema', more.fields);
  }
  if (output.kind === 'json-schema' && output.name === undefined) rest.spell('name', 'absent');
  const more = rest.extras(FORMAT_FIELDS);
  if (more !== undefined) fields.spell('format', more.fields);
  return output;
}

function readOutput(written: JsonObject): OutputFormat | undefined {
  if (written['type'] === 'text') return { kind: 'text' };
  if (written['type'] === 'json_object') return { kind: 'json' };
  const inner = asObject(written['json_schema']);
  const schema = inner?.['schema'];
  if (written['type'] !== 'json_schema' || inner === undefined || schema === undefined) return undefined;
  const name = asString(inner['name']);
  const description = asString(inner['description']);
  const strict = asBoolean(inner['strict']);
  return {
    kind: 'json-schema',
    schema,
    ...(name === undefined ? {} : { name }),
    ...(description === undefined ? {} : { description }),
    ...(strict === undefined ? {} : { strict }),
  };
}

export function encodeOutput({ output, extras }: ChatRequest): Json | undefined {
  if (output === undefined) return undefined;
  const more = asObject(spelled(extras, 'format'));
  const rest = more === undefined ? undefined : ours(more);
  if (output.kind !== 'json-schema') {
    return addCarried({ type: output.kind === 'json' ? 'json_object' : 'text' }, rest);
  }
  const { name, description, schema, strict } = output;
  // Most require a name; where a client of this language sent none, none is sent.
  const named = name ?? (spelled(rest, 'name') === 'absent' ? undefined : 'answer');
  const inner = addFields({ name: named, description, schema, strict }, asObject(more?.['json_schema']));
  return addCarried({ type: 'json_schema', json_schema: present(inner) }, rest);
}

const REASONING_REQUEST_FIELDS = ['reasoning', 'reasoning_effort', 'include_reasoning'] as const;

export function decodeReasoningRequest(fields: FieldReader): ReasoningRequest | undefined {
  let written: JsonDraft | undefined;
  for (const field of REASONING_REQUEST_FIELDS) {
    const value = fields.raw(field);
    if (value === undefined) continue;
    written ??= {};
    written[field] = value;
  }
  if (written === undefined) return undefined;
  const reasoning = readReasoningRequest(written);
  if (reasoning === undefined) {
    for (const field of REASONING_REQUEST_FIELDS) fields.leave(field);
    return undefined;
  }
  if (!sameJson(encodeReasoningRequest(reasoning), written)) fields.spell('reasoning', written);
  return reasoning;
}

function readReasoningRequest(written: JsonObject): ReasoningRequest | undefined {
  const object = asObject(written['reasoning']);
  const effort = asString(object?.['effort']) ?? asString(written['reasoning_effort']);
  const budgetTokens = asNumber(object?.['max_tokens']);
  const enabled = asBoolean(object?.['enabled']);
  const excluded = asBoolean(object?.['exclude']);
  const included = asBoolean(written['include_reasoning']);
  const hidden = excluded ?? (included === undefined ? undefined : !included);
  const summary = asString(object?.['summary']);
  const request: ReasoningRequest = {
    ...(effort === undefined ? {} : { effort }),
    ...(budgetTokens === undefined ? {} : { budgetTokens }),
    ...(enabled === undefined ? {} : { enabled }),
    ...(hidden === undefined ? {} : { hidden }),
    ...(summary === undefined ? {} : { summary }),
  };
  return object === undefined && Object.keys(request).length === 0 ? undefined : request;
}

/** Our usual way: `reasoning_effort` when that says all, else OpenRouter's object. */
export function encodeReasoningRequest(reasoning: ReasoningRequest): JsonObject {
  const { effort, ...rest } = reasoning;
  const only = Object.keys(rest).length === 0;
  return effort !== undefined && only
    ? { reasoning_effort: effort }
    : { reasoning: reasoningObject(reasoning) };
}

export function reasoningObject({
  effort,
  budgetTokens,
  enabled,
  hidden,
  summary,
}: ReasoningRequest): JsonObject {
  return present({ effort, max_tokens: budgetTokens, enabled, exclude: hidden, summary });
}

/** As it was written, when that still means what is asked for now. */
export function writtenReasoning({ reasoning, extras }: ChatRequest): JsonObject | undefined {
  const written = asObject(spelled(extras, 'reasoning'));
  return written !== undefined && sameJson(readReasoningRequest(written), reasoning) ? written : undefined;
}
