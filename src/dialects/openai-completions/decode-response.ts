// A whole answer, from a provider's words to the centre's.

import { asArray, asNumber, asObject, asString, isObject, otherFields } from '#base/json.ts';
import type { Json, JsonObject } from '#base/json.ts';
import { err, ok } from '#base/result.ts';
import type { Result } from '#base/result.ts';
import { failure } from '#canonical/failure.ts';
import type { Failure } from '#canonical/failure.ts';
import type { ChatResponse, Choice } from '#canonical/response.ts';
import { carriesError, decodeErrorObject } from '../openai-error-object.ts';
import { decodeFinish } from './finish.ts';
import { ours } from './spelling.ts';
import { decodeUsage } from './usage.ts';
import { CHOICE_FIELDS, RESPONSE_FIELDS } from './wire.ts';

export function decodeResponse(body: Json): Result<ChatResponse, Failure> {
  if (!isObject(body)) return err(senseless());
  if (carriesError(body)) return err(decodeErrorObject(body));
  const choices = asArray(body['choices'])?.map((choice) => asObject(choice));
  if (choices === undefined || choices.length === 0) return err(senseless());
  const whole = choices.filter((choice) => choice !== undefined);
  if (whole.length !== choices.length) return err(senseless());
  const createdSec = asNumber(body['created']);
  const usage = asObject(body['usage']);
  const counted = usage === undefined ? undefined : decodeUsage(usage);
  const rest = otherFields(body, RESPONSE_FIELDS);
  return ok({
    id: asString(body['id']) ?? '',
    model: asString(body['model']) ?? '',
    ...(createdSec === undefined ? {} : { createdSec }),
    choices: whole.map(decodeChoice),
    ...(counted === undefined ? {} : { usage: counted }),
    losses: [],
    ...(rest === undefined ? {} : { extras: ours(rest) }),
  });
}

function senseless(): Failure {
  return failure('upstream_protocol', 'The answer of the provider has no choices.');
}

function decodeChoice(choice: JsonObject): Choice {
  const logprobs = choice['logprobs'] ?? undefined;
  const rest = otherFields(choice, CHOICE_FIELDS);
  return {
    parts: [{ kind: 'text', text: asString(choice['text']) ?? '' }],
    finish: decodeFinish(asString(choice['finish_reason'])),
    ...(logprobs === undefined ? {} : { logprobs }),
    ...(rest === undefined ? {} : { extras: ours(rest) }),
  };
}
