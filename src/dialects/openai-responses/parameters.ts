// The parameters of a request that have more than one spelling, both ways: sampling, the format of the text, reasoning.

import { asArray, asBoolean, asNumber, asObject, asString } from '#base/json.ts';
import type { Json, JsonDraft, JsonObject } from '#base/json.ts';
import type { Loss } from '#canonical/loss.ts';
import type { ChatRequest, OutputFormat, ReasoningRequest, Sampling } from '#canonical/request.ts';
import { addFields, carried, othersOf, present, spelled } from './spelling.ts';
import type { FieldReader } from './spelling.ts';

const SAMPLING = [
  ['temperature', 'temperature'],
  ['topP', 'top_p'],
] as const;

export function decodeSampling(fields: FieldReader): Sampling {
  const sampling: { -readonly [Key in keyof Sampling]: Sampling[Key] } = {};
  for (const [setting, field] of [...SAMPLING, ['topK', 'top_k'] as const]) {
    const value = fields.number(field);
    if (value !== undefined) sampling[setting] = value;
  }
  return sampling;
}

/** `fromUs`: `top_k` is no parameter of the API's, but one of a router that speaks it. */
export function encodeSampling(sampling: Sampling, body: JsonDraft, fromUs: boolean, losses: Loss[]): void {
  for (const [setting, field] of SAMPLING) body[field] = sampling[setting];
  if (fromUs) body['top_k'] = sampling.topK;
  for (const setting of Object.keys(sampling) as (keyof Sampling)[]) {
    if (setting === 'temperature' || setting === 'topP' || (fromUs && setting === 'topK')) continue;
    const why = 'The Responses API has no such parameter.';
    if (sampling[setting] !== undefined) losses.push({ path: `sampling.${setting}`, did: 'dropped', why });
  }
}

const SCHEMA_FIELDS: ReadonlySet<string> = new Set(['type', 'name', 'description', 'schema', 'strict']);

/** `text: {format, verbosity}`. A format that we do not know is carried along whole. */
export function decodeOutput(fields: FieldReader): OutputFormat | undefined {
  const text = asObject(fields.raw('text'));
  const format = asObject(text?.['format']);
  const output = format === undefined ? undefined : readFormat(format);
  if (text === undefined || format === undefined || output === undefined) {
    fields.leave('text');
    return undefined;
  }
  const { format: _format, ...rest } = text;
  const more = othersOf(format, output.kind === 'json-schema' ? SCHEMA_FIELDS : new Set(['type']));
  if (output.kind === 'json-schema') {
    for (const field of ['name', 'description', 'strict'] as const) {
      const value = format[field];
      if (value !== undefined && output[field] === undefined) more[field] = value;
    }
  }
  if (Object.keys(rest).length > 0) fields.leave('text', rest);
  if (Object.keys(more).length > 0) fields.spell('format', more);
  return output;
}

function readFormat(format: JsonObject): OutputFormat | undefined {
  if (format['type'] === 'text') return { kind: 'text' };
  if (format['type'] === 'json_object') return { kind: 'json' };
  const schema = format['schema'];
  if (format['type'] !== 'json_schema' || schema === undefined) return undefined;
  const name = asString(format['name']);
  const description = asString(format['description']);
  const strict = asBoolean(format['strict']);
  return {
    kind: 'json-schema',
    schema,
    ...(name === undefined ? {} : { name }),
    ...(description === undefined ? {} : { description }),
    ...(strict === undefined ? {} : { strict }),
  };
}

export function encodeText({ output, extras }: ChatRequest): Json | undefined {
  const rest = asObject(carried(extras)?.['text']);
  const format = output === undefined ? undefined : writeFormat(output, asObject(spelled(extras, 'format')));
  return format === undefined ? carried(extras)?.['text'] : { ...rest, format };
}

function writeFormat(output: OutputFormat, more: JsonObject | undefined): JsonObject {
  if (output.kind !== 'json-schema') {
    return { type: output.kind === 'json' ? 'json_object' : 'text', ...more };
  }
  const { name = 'answer', description, schema, strict } = output;
  return present(addFields({ type: 'json_schema', name, description, schema, strict }, more));
}

const REASONING_FIELDS: ReadonlySet<string> = new Set(['effort', 'summary', 'enabled', 'max_tokens']);

/** `enabled` and `max_tokens` are a router's words beside the API's own (openrouter.ai/docs, reasoning). */
export function decodeReasoningRequest(fields: FieldReader): ReasoningRequest | undefined {
  const written = asObject(fields.raw('reasoning'));
  if (written === undefined) {
    fields.leave('reasoning');
    return undefined;
  }
  const effort = asString(written['effort']);
  const summary = asString(written['summary']);
  const enabled = asBoolean(written['enabled']);
  const budgetTokens = asNumber(written['max_tokens']);
  const rest = othersOf(written, REASONING_FIELDS);
  for (const field of ['effort', 'summary'] as const) {
    if (written[field] !== undefined && typeof written[field] !== 'string') rest[field] = written[field];
  }
  // The client's own object, as long as it means what it meant.
  fields.leave('reasoning', rest);
  return {
    ...(effort === undefined ? {} : { effort }),
    ...(summary === undefined ? {} : { summary }),
    ...(enabled === undefined ? {} : { enabled }),
    ...(budgetTokens === undefined ? {} : { budgetTokens }),
  };
}

/**
 * Up to how many tokens of thought each effort stands for: the API takes no budget. Chosen so that a budget that was
 * itself made from an effort, as routers do it (20, 50 and 80 percent of 32,768), becomes that effort again.
 */
const EFFORTS: readonly (readonly [tokensMax: number, effort: string])[] = [
  [1_024, 'minimal'],
  [8_192, 'low'],
  [20_480, 'medium'],
  [Infinity, 'high'],
];

export function encodeReasoningRequest(
  reasoning: ReasoningRequest,
  fromUs: boolean,
  losses: Loss[],
): JsonDraft {
  const { effort, summary, budgetTokens, enabled, hidden } = reasoning;
  if (fromUs) return present({ effort, summary, enabled, max_tokens: budgetTokens });
  // Thoughts are hidden here unless they are asked for.
  if (hidden === true && summary !== undefined)
    losses.push({ path: 'reasoning.summary', did: 'dropped', why: 'The thoughts are to be hidden.' });
  const body: JsonDraft = { effort, summary: hidden === true ? undefined : summary };
  if (enabled === false && effort === undefined) body['effort'] = 'none';
  else if (budgetTokens !== undefined) {
    const near = EFFORTS.find(([most]) => budgetTokens <= most)?.[1];
    if (effort === undefined) body['effort'] = near;
    const why = 'The Responses API takes an effort and no budget of tokens.';
    losses.push({ path: 'reasoning.budgetTokens', did: 'approximated', why });
  }
  // Thoughts are shown as a summary, and only on demand.
  if (hidden === false && summary === undefined) body['summary'] = 'auto';
  return present(body);
}

/** Whether the log probabilities of the answer are asked for. */
export function wantsLogprobs(include: Json | undefined): boolean {
  return (asArray(include) ?? []).includes('message.output_text.logprobs');
}
