// To the wire: what a provider is asked, and what a client is answered.

import type { Json, JsonDraft, JsonObject } from '#base/json.ts';
import { fieldsFor } from '#canonical/foreign.ts';
import type { Loss } from '#canonical/loss.ts';
import type { EmbeddingRequest, EmbeddingResponse, Vector, VectorFormat } from '#canonical/operation.ts';
import type { Quirks } from '#canonical/quirk.ts';
import type { Usage } from '#canonical/usage.ts';
import { missing, toBase64, toNumbers } from '../vectors.ts';
import { ID } from './wire.ts';

export function encodeRequest(
  request: EmbeddingRequest,
  model: string,
  quirks: Quirks,
): { readonly body: Json; readonly losses: readonly Loss[] } {
  const { inputs, dimensions, format, user, extras } = request;
  const [first] = inputs;
  const body: JsonDraft = {
    model,
    // One input in a list is the same as alone, and alone is what everybody takes.
    input: inputs.length === 1 && first !== undefined ? first : inputs,
  };
  if (dimensions !== undefined) body[String(quirks['dimensionsField'] ?? 'dimensions')] = dimensions;
  if (format !== undefined) body['encoding_format'] = format;
  const tellsUser = quirks['user'] !== 'dropped';
  if (user !== undefined && tellsUser) body['user'] = user;
  const ours = fieldsFor(ID, extras);
  Object.assign(body, ours);
  const told = ours?.['input_type'] !== undefined;
  const losses = told ? [] : missing(request, ['purpose'], 'This API does not ask what vectors are for.');
  if (!tellsUser) losses.push(...missing(request, ['user'], 'The provider refuses this field.'));
  return { body, losses };
}

/** In the form that the client asked for, whatever the provider sent. */
export function encodeResponse(response: EmbeddingResponse, request: EmbeddingRequest): JsonObject {
  const { id, model, vectors, usage, extras } = response;
  return {
    ...(id === '' ? {} : { id }),
    object: 'list',
    data: vectors.map((vector, index) => ({
      object: 'embedding',
      index,
      embedding: encodeVector(vector, request.format),
    })),
    // Some providers do not say who answered.
    model: model === '' ? request.model : model,
    usage: encodeUsage(usage),
    ...fieldsFor(ID, extras),
  };
}

/**
 * Who did not say gets what came. A string that is no float32 stays what it is: some models give bits or bytes in base64
 * whatever they are asked.
 */
function encodeVector(vector: Vector, format: VectorFormat | undefined): Json {
  if (format === 'base64') return toBase64(vector);
  if (format === undefined && vector.form === 'base64') return vector.text;
  return toNumbers(vector) ?? toBase64(vector);
}

function encodeUsage(usage: Usage | undefined): JsonObject {
  const tokens = usage?.inputTotal ?? 0;
  return fieldsFor(ID, usage?.raw) ?? { prompt_tokens: tokens, total_tokens: tokens };
}
