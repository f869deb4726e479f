// An answer bound to a form: `output_config.format` where the model has it, else words at the end of the system prompt.

import { asArray, asObject } from '#base/json.ts';
import type { Json, JsonDraft } from '#base/json.ts';
import type { Loss } from '#canonical/loss.ts';
import type { Quirks } from '#canonical/quirk.ts';
import type { ChatRequest, OutputFormat } from '#canonical/request.ts';
import type { ModelManners } from './models.ts';
import { carried, isOurs, noted } from './notes.ts';
import { quirk } from './quirks.ts';
import { answerSchema } from './schemas.ts';

type SchemaOutput = Extract<OutputFormat, { readonly schema: Json }>;

const JSON_ONLY = 'Answer with one JSON value and nothing else: no words before or after it, no code fence.';

export interface OutputWriting {
  readonly manners: ModelManners;
  /** Stands in the same object. */
  readonly effort: string | undefined;
  readonly quirks: Quirks;
  readonly losses: Loss[];
}

export function encodeOutput(request: ChatRequest, body: JsonDraft, writing: OutputWriting): void {
  const { output, extras } = request;
  const format = output === undefined ? undefined : encodeFormat(request, output, body, writing);
  const older = noted(extras, 'output') === 'output_format';
  if (older && format !== undefined) body['output_format'] = format;
  const kept = asObject(carried(extras)?.['output_config']);
  const config: JsonDraft = { ...kept };
  if (writing.effort !== undefined) config['effort'] = writing.effort;
  if (!older && format !== undefined) config['format'] = format;
  if (kept !== undefined || Object.keys(config).length > 0) body['output_config'] = config;
}

/** Undefined when it is told in words, or needs no telling. */
function encodeFormat(
  request: ChatRequest,
  output: OutputFormat,
  body: JsonDraft,
  { manners, quirks, losses }: OutputWriting,
): Json | undefined {
  if (output.kind !== 'json-schema') {
    if (output.kind === 'text') return undefined;
    instruct(body, JSON_ONLY);
    const why = 'The API has no way to ask for any JSON: the model is told in words.';
    losses.push({ path: 'output', did: 'approximated', why });
    return undefined;
  }
  const how = quirk(quirks, 'structuredOutput');
  const own = isOurs(request.extras);
  if (own || how === 'native' || (how === 'by-model' && manners.structured)) {
    if (!own) loseLabels(output, losses);
    return { type: 'json_schema', schema: own ? output.schema : answerSchema(output.schema, losses) };
  }
  instruct(body, `${JSON_ONLY} It must fit this JSON Schema:\n${JSON.stringify(output.schema)}`);
  loseLabels(output, losses);
  const why = 'This model cannot be bound to a schema: it is told in words.';
  losses.push({ path: 'output', did: 'approximated', why });
  return undefined;
}

function loseLabels(output: SchemaOutput, losses: Loss[]): void {
  const why = 'The API takes a schema and nothing beside it.';
  if (output.name !== undefined) losses.push({ path: 'output.name', did: 'dropped', why });
  if (output.description !== undefined) losses.push({ path: 'output.description', did: 'dropped', why });
  if (output.strict === false)
    losses.push({ path: 'output.strict', did: 'changed', why: 'A schema always binds here.' });
}

function instruct(body: JsonDraft, text: string): void {
  const { system } = body;
  const before = typeof system === 'string' ? [{ type: 'text', text: system }] : (asArray(system) ?? []);
  body['system'] = [...before, { type: 'text', text }];
}
