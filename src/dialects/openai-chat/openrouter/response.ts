// A whole answer as OpenRouter gives it. Its id is that of the exchange, by which the client asks for the record.

import type { JsonDraft, JsonObject } from '#base/json.ts';
import type { ChatResponse, Choice } from '#canonical/response.ts';
import { fieldsFor } from '#canonical/foreign.ts';
import type { Foreign } from '#canonical/foreign.ts';
import type { EncodeContext } from '../../dialect.ts';
import { ID } from '../wire.ts';
import { finishFields } from './finish.ts';
import { encodeLogprobs, encodeMessage } from './message.ts';
import { encodeUsage } from './usage.ts';

export function encodeResponse(response: ChatResponse, context: EncodeContext): JsonObject {
  const body: JsonDraft = {
    id: context.generationId,
    object: 'chat.completion',
    created: response.createdSec ?? context.nowSec,
    model: context.served?.target ?? response.model,
    ...providerField(context),
    // The key must be there in a whole answer, and must not be null in a chunk.
    system_fingerprint: null,
    ...carriedFields(response.extras),
    choices: response.choices.map(encodeChoice),
  };
  if (response.usage !== undefined) body['usage'] = encodeUsage(response.usage, context.served);
  return body;
}

function encodeChoice(choice: Choice, index: number): JsonObject {
  return {
    index,
    logprobs: encodeLogprobs(choice.logprobs),
    ...finishFields(choice.finish),
    message: encodeMessage(choice.parts),
  };
}

/** Who answered, by its display name. Left out where nobody knows: null breaks clients. */
export function providerField({ served }: EncodeContext): JsonObject {
  return served === undefined ? {} : { provider: served.provider };
}

/** The two fields of a provider of this language that clients are told of. */
export function carriedFields(extras: Foreign | undefined): JsonObject {
  const fields = fieldsFor(ID, extras);
  const kept: JsonDraft = {};
  for (const name of ['system_fingerprint', 'service_tier'] as const) {
    const value = fields?.[name];
    if (typeof value === 'string') kept[name] = value;
  }
  return kept;
}
