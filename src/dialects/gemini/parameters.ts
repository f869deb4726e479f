// `generationConfig`, both ways: the plain numbers by table, the form of the answer, and thinking (thinking.ts).

import { asObject } from '#base/json.ts';
import type { Json, JsonDraft, JsonObject } from '#base/json.ts';
import type { Loss } from '#canonical/loss.ts';
import type { ChatRequest, OutputFormat, Sampling } from '#canonical/request.ts';
import { noted, sameJson } from './fields.ts';
import type { Fields } from './fields.ts';
import { modalitiesOf } from '../modalities.ts';
import { loseKeywords, openApiOf } from './openapi.ts';
import { jsonSchemaOf, takesJsonSchema } from './schema.ts';

type NumberSetting = Exclude<keyof Sampling, 'logitBias'>;

const SAMPLING: readonly (readonly [NumberSetting, string])[] = [
  ['temperature', 'temperature'],
  ['topP', 'topP'],
  ['topK', 'topK'],
  ['seed', 'seed'],
  ['frequencyPenalty', 'frequencyPenalty'],
  ['presencePenalty', 'presencePenalty'],
];
const UNKNOWN_HERE = ['minP', 'repetitionPenalty', 'logitBias'] as const;
/** ai.google.dev/api/generate-content: "up to 5". */
const STOP_MAX = 5;

type Draft = { -readonly [Key in keyof ChatRequest]: ChatRequest[Key] };

export function decodeParameters(config: Fields, request: Draft): void {
  const sampling: { -readonly [Key in keyof Sampling]: Sampling[Key] } = {};
  for (const [setting, field] of SAMPLING) {
    const value = config.number(field);
    if (value !== undefined) sampling[setting] = value;
  }
  request.sampling = sampling;
  const maxOutputTokens = config.number('maxOutputTokens');
  if (maxOutputTokens !== undefined) request.maxOutputTokens = maxOutputTokens;
  const stop = config.texts('stopSequences');
  if (stop !== undefined) request.stop = stop;
  const modalities = modalitiesOf(config.see('responseModalities'));
  if (modalities !== undefined) request.modalities = modalities;
  const choices = config.number('candidateCount');
  if (choices !== undefined) request.choices = choices;
  if (config.see('responseLogprobs') === true) {
    config.take('responseLogprobs');
    const top = config.number('logprobs');
    request.logprobs = top === undefined ? {} : { top };
  }
}

export function encodeParameters(request: ChatRequest, config: JsonDraft, losses: Loss[]): void {
  for (const [setting, field] of SAMPLING) config[field] = request.sampling[setting];
  for (const setting of UNKNOWN_HERE) {
    if (request.sampling[setting] === undefined) continue;
    losses.push({ path: `sampling.${setting}`, did: 'dropped', why: 'The API has no such parameter.' });
  }
  config['maxOutputTokens'] = request.maxOutputTokens;
  const { stop } = request;
  if (stop !== undefined) {
    config['stopSequences'] = stop.slice(0, STOP_MAX);
    if (stop.length > STOP_MAX)
      losses.push({
        path: 'stop',
        did: 'changed',
        why: `The API takes ${STOP_MAX} at most; the first are sent.`,
      });
  }
  config['candidateCount'] = request.choices;
  config['responseModalities'] = request.modalities?.map((modality) => modality.toUpperCase());
  if (request.logprobs !== undefined) {
    config['responseLogprobs'] = true;
    config['logprobs'] = request.logprobs.top;
  }
}

const JSON_MIME = 'application/json';
/** The note of the schema as it was written, where that was the older field. */
const SCHEMA = '$responseSchema';

/** A media type that we do not know is carried along, and the schema with it. */
export function decodeOutput(config: Fields): OutputFormat | undefined {
  const mime = config.see('responseMimeType');
  const full = config.see('responseJsonSchema');
  const subset = config.see('responseSchema');
  if (mime === 'text/plain') return plainText(config, full ?? subset);
  if (mime !== JSON_MIME) return undefined;
  config.take('responseMimeType');
  if (full !== undefined) return { kind: 'json-schema', schema: config.take('responseJsonSchema') ?? {} };
  if (subset === undefined) return { kind: 'json' };
  config.take('responseSchema');
  config.leave(SCHEMA, subset);
  return { kind: 'json-schema', schema: jsonSchemaOf(subset) };
}

function plainText(config: Fields, schema: Json | undefined): OutputFormat | undefined {
  if (schema !== undefined) return undefined;
  config.take('responseMimeType');
  return { kind: 'text' };
}

export function encodeOutput(request: ChatRequest, config: JsonDraft, model: string, losses: Loss[]): void {
  const { output } = request;
  if (output === undefined) return;
  // Nobody has to ask for text, unless it was written.
  const carried = carriedConfig(request);
  if (output.kind === 'text') {
    if (carried !== undefined) config['responseMimeType'] = 'text/plain';
    return;
  }
  config['responseMimeType'] = JSON_MIME;
  if (output.kind !== 'json-schema') return;
  for (const field of ['name', 'description'] as const) {
    if (output[field] !== undefined)
      losses.push({ path: `output.${field}`, did: 'dropped', why: 'A schema stands alone here.' });
  }
  if (output.strict === false)
    losses.push({ path: 'output.strict', did: 'changed', why: 'A schema always binds here.' });
  const written = carried?.[SCHEMA];
  if (written !== undefined && sameJson(jsonSchemaOf(written), output.schema))
    config['responseSchema'] = written;
  else if (takesJsonSchema(model)) config['responseJsonSchema'] = output.schema;
  else {
    const converted = openApiOf(output.schema);
    config['responseSchema'] = converted.schema;
    losses.push(...loseKeywords(output.schema, converted, 'output.schema'));
  }
}

/** What was carried along of the configuration, notes and all. Undefined for requests of other languages. */
export function carriedConfig(request: ChatRequest): JsonObject | undefined {
  return asObject(noted(request.extras, 'generationConfig'));
}
