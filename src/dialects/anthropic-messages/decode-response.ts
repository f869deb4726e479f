// A whole answer, from a provider's words to the centre's.

import { asArray, asObject, asString, isObject } from '#base/json.ts';
import type { Json, JsonObject } from '#base/json.ts';
import { err, ok } from '#base/result.ts';
import type { Result } from '#base/result.ts';
import { failure } from '#canonical/failure.ts';
import type { Failure } from '#canonical/failure.ts';
import type { ChatResponse } from '#canonical/response.ts';
import { decodeBlock } from './decode-block.ts';
import { carriesError, decodeErrorObject } from './error-object.ts';
import { decodeFinish } from './finish.ts';
import { Leftovers, OURS } from './notes.ts';
import { decodeUsage } from './usage.ts';
import { RESPONSE_FIELDS } from './wire.ts';

export function decodeResponse(body: Json): Result<ChatResponse, Failure> {
  if (!isObject(body)) return err(noAnswer('it is not a JSON object'));
  if (carriesError(body)) return err(decodeErrorObject(body));
  const content = asArray(body['content']);
  if (content === undefined) return err(noAnswer('it has no content'));
  return ok(decodeAnswer(body, content));
}

function decodeAnswer(body: JsonObject, content: readonly Json[]): ChatResponse {
  const left = new Leftovers(body, RESPONSE_FIELDS);
  const parts = content.map((block, index) => decodeBlock(withId(block, index)));
  const hasCalls = parts.some((part) => part.kind === 'tool-call');
  const stopSequence = asString(body['stop_sequence']);
  const finish = decodeFinish(asString(body['stop_reason']), stopSequence, hasCalls);
  const reported = asObject(body['usage']);
  const usage = reported && decodeUsage(reported);
  if (usage === undefined) left.leave('usage');
  return {
    id: asString(body['id']) ?? '',
    model: asString(body['model']) ?? '',
    choices: [{ parts, finish }],
    ...(usage && { usage }),
    losses: [],
    extras: left.extras() ?? OURS,
  };
}

/** Some servers leave the id of a call out; without one it could not be answered. */
function withId(block: Json, index: number): Json {
  if (!isObject(block) || block['type'] !== 'tool_use' || (asString(block['id']) ?? '') !== '') return block;
  return { ...block, id: madeUpCallId(index) };
}

export function madeUpCallId(index: number): string {
  return `toolu_clew_${index}`;
}

function noAnswer(why: string): Failure {
  return failure('upstream_protocol', `The provider’s answer cannot be read: ${why}.`);
}
