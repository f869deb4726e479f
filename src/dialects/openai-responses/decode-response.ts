// A whole answer, from a provider's words to the centre's.

import { asArray, asNumber, asObject, asString, isObject } from '#base/json.ts';
import type { Json, JsonObject } from '#base/json.ts';
import { err, ok } from '#base/result.ts';
import type { Result } from '#base/result.ts';
import { failure } from '#canonical/failure.ts';
import type { Failure } from '#canonical/failure.ts';
import type { Foreign } from '#canonical/foreign.ts';
import type { Part } from '#canonical/part.ts';
import type { ChatResponse } from '#canonical/response.ts';
import { carriesError, decodeErrorObject } from '../openai-error-object.ts';
import { decodeItem, foreign } from './decode-items.ts';
import { decodeFinish } from './finish.ts';
import { othersOf, SPELLING } from './spelling.ts';
import { decodeUsage } from './usage.ts';
import { ID, OURS, RESPONSE_FIELDS } from './wire.ts';

export function decodeResponse(body: Json): Result<ChatResponse, Failure> {
  if (!isObject(body)) return err(noAnswer('it is not a JSON object'));
  const broken = failureIn(body);
  if (broken !== undefined) return err(broken);
  const output = asArray(body['output']);
  if (output === undefined) return err(noAnswer('it has no output'));
  const found: Json[] = [];
  const parts = output.flatMap((item) => decodeOutputItem(item, found));
  const createdSec = asNumber(body['created_at']);
  const usage = decodeUsage(body['usage']);
  const finish = decodeFinish(body, hasCalls(parts));
  const logprobs = found.length === 0 ? {} : { logprobs: { content: found } };
  return ok({
    id: asString(body['id']) ?? '',
    model: asString(body['model']) ?? '',
    ...(createdSec === undefined ? {} : { createdSec }),
    choices: [{ parts, finish, ...logprobs }],
    ...(usage && { usage }),
    losses: [],
    extras: responseExtras(body),
  });
}

export function decodeOutputItem(item: Json, logprobs: Json[]): readonly Part[] {
  return isObject(item) ? decodeItem(item, logprobs).map(withArguments) : [foreign(item)];
}

/** What the answer says of itself beside its content: most of it repeats the request. */
export function responseExtras(response: JsonObject): Foreign {
  const fields = othersOf(response, RESPONSE_FIELDS);
  delete fields[SPELLING];
  // One router leaves it empty beside an answer; clients would show that instead of adding the texts up.
  if (fields['output_text'] === '') delete fields['output_text'];
  if (response['usage'] !== undefined && decodeUsage(response['usage']) === undefined)
    fields['usage'] = response['usage'];
  for (const key of ['id', 'model'] as const) {
    if (response[key] !== undefined && typeof response[key] !== 'string') fields[key] = response[key];
  }
  const created = response['created_at'];
  if (created !== undefined && asNumber(created) === undefined) fields['created_at'] = created;
  return Object.keys(fields).length === 0 ? OURS : { dialect: ID, fields };
}

/** An answer that failed comes with a status of 200 and the error inside, as does an error object of a router. */
export function failureIn(body: JsonObject): Failure | undefined {
  const { status } = body;
  const error = body['error'];
  if (isObject(error) || typeof error === 'string') return decodeErrorObject(body);
  if (status === 'failed')
    return failure('upstream_error', 'The provider says that its answer failed, and not why.');
  if (status === 'cancelled')
    return failure('upstream_error', 'The provider says that its answer was cancelled.');
  return body['output'] === undefined && carriesError(body) ? decodeErrorObject(body) : undefined;
}

/** Calls that the client has to answer. */
export function hasCalls(parts: readonly Part[]): boolean {
  return parts.some((part) => part.kind === 'tool-call');
}

/** What a function without arguments was called with, in the several ways of saying nothing. */
export function orEmptyObject(text: string): string {
  const trimmed = text.trim();
  return trimmed === '' || trimmed === 'null' ? '{}' : text;
}

function withArguments(part: Part): Part {
  if (part.kind !== 'tool-call' || part.form !== 'function') return part;
  const text = orEmptyObject(part.arguments);
  return text === part.arguments ? part : { ...part, arguments: text };
}

function noAnswer(why: string): Failure {
  return failure('upstream_protocol', `The provider’s answer cannot be read: ${why}.`);
}

export function errorOf(body: JsonObject): Failure {
  return decodeErrorObject(asObject(body['error']) === undefined ? body : { error: body['error'] });
}
