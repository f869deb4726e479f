// A whole answer, from Bedrock's words to the centre's.

import { asArray, asObject, asString, isObject, otherFields } from '#base/json.ts';
import type { Json, JsonObject } from '#base/json.ts';
import { err, ok } from '#base/result.ts';
import type { Result } from '#base/result.ts';
import { failure } from '#canonical/failure.ts';
import type { Failure } from '#canonical/failure.ts';
import type { ChatResponse } from '#canonical/response.ts';
import { decodeBlock } from './decode-content.ts';
import { exceptionIn } from './failures.ts';
import { decodeFinish } from './finish.ts';
import { decodeUsage } from './usage.ts';
import { ours, RESPONSE_FIELDS } from './wire.ts';

/** The answer has neither an id nor a model. */
export function decodeResponse(body: Json): Result<ChatResponse, Failure> {
  const message = isObject(body) ? asObject(asObject(body['output'])?.['message']) : undefined;
  const content = asArray(message?.['content']);
  if (!isObject(body) || content === undefined) {
    const why = 'The provider’s answer cannot be read: it has no message.';
    return err((isObject(body) && exceptionIn(body)) || failure('upstream_protocol', why));
  }
  const parts = content.map(decodeBlock);
  const hasCalls = parts.some((part) => part.kind === 'tool-call');
  const stopSequence = stopSequenceIn(body);
  const finish = decodeFinish(asString(body['stopReason']) ?? '', hasCalls, stopSequence);
  const reported = asObject(body['usage']);
  const usage = reported && decodeUsage(reported);
  return ok({
    id: '',
    model: '',
    choices: [{ parts, finish }],
    ...(usage && { usage }),
    losses: [],
    extras: ours(otherFields(body, RESPONSE_FIELDS) ?? {}),
  });
}

/** Claude says which, where the request asked for it by `additionalModelResponseFieldPaths`. */
export function stopSequenceIn(object: JsonObject): string | undefined {
  return asString(asObject(object['additionalModelResponseFields'])?.['stop_sequence']);
}
