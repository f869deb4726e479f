// A legacy completion, from the client's words to the centre's: a chat of one message from the user. What no chat can do,
// such as going on with two prompts at once or filling a gap, only targets of this language are asked for.

import { asArray, asObject, asString, isObject } from '#base/json.ts';
import type { Json, JsonObject } from '#base/json.ts';
import { err, ok } from '#base/result.ts';
import type { Result } from '#base/result.ts';
import type { Asked } from '#canonical/asked.ts';
import { failure } from '#canonical/failure.ts';
import type { Failure } from '#canonical/failure.ts';
import type { ChatRequest, Sampling } from '#canonical/request.ts';
import { wishesIn } from '../operation-wishes.ts';
import { FieldReader } from '../spelling.ts';
import { ID, REQUEST_FIELDS, SAMPLING } from './wire.ts';

type Draft = { -readonly [Key in keyof ChatRequest]: ChatRequest[Key] };

export function decodeRequest(body: Json): Result<ChatRequest, Failure> {
  if (!isObject(body)) return err(failure('invalid_request', 'The body must be a JSON object.'));
  const model = asString(body['model']) ?? asString(asArray(body['models'])?.[0]);
  if (model === undefined || model === '') return refuse('model', 'must name the model to ask');
  const { stream } = body;
  if (stream !== undefined && stream !== null && typeof stream !== 'boolean') {
    return refuse('stream', 'must be true or false');
  }
  const fields = new FieldReader(ID, body);
  const text = promptIn(body['prompt']);
  if (typeof body['prompt'] !== 'string') fields.spell('prompt', body['prompt'] ?? null);
  const request: Draft = {
    model,
    messages: [{ role: 'user', parts: [{ kind: 'text', text: text ?? '' }] }],
    tools: [],
    sampling: decodeSampling(fields),
    stream: stream === true,
  };
  const onlyFor = beyondChats(body, text);
  if (onlyFor !== undefined) request.onlyFor = onlyFor;
  decodeRest(fields, request);
  const wishes = wishesIn(body);
  if (!wishes.ok) return wishes;
  Object.assign(request, wishes.value);
  const extras = fields.extras(REQUEST_FIELDS);
  if (extras !== undefined) request.extras = extras;
  return ok(request);
}

function refuse(field: string, what: string): Result<never, Failure> {
  return err(failure('invalid_request', `\`${field}\` ${what}.`, { field }));
}

/** The one text that is to be gone on with; undefined for anything else. */
function promptIn(prompt: Json | undefined): string | undefined {
  if (typeof prompt === 'string') return prompt;
  const list = asArray(prompt);
  return list?.length === 1 ? asString(list[0]) : undefined;
}

function beyondChats(body: JsonObject, text: string | undefined): Asked['onlyFor'] {
  const only = (field: string, what: string) => ({ dialect: ID, field, why: `${what}.` });
  if (text === undefined) return only('prompt', 'A chat takes one prompt, as text');
  if (asString(body['suffix'])) return only('suffix', 'A chat fills no gaps');
  if (body['echo'] === true) return only('echo', 'A chat does not repeat its prompt');
  if (Number(body['best_of'] ?? 1) > Number(body['n'] ?? 1)) {
    return only('best_of', 'A chat does not choose the best of several answers');
  }
  return undefined;
}

function decodeSampling(fields: FieldReader): Sampling {
  const sampling: { -readonly [Key in keyof Sampling]: Sampling[Key] } = {};
  for (const [setting, field] of SAMPLING) {
    const value = fields.number(field);
    if (value !== undefined) sampling[setting] = value;
  }
  const logitBias = fields.object('logit_bias');
  if (logitBias !== undefined) sampling.logitBias = logitBias;
  return sampling;
}

function decodeRest(fields: FieldReader, request: Draft): void {
  const maxOutputTokens = fields.number('max_tokens');
  if (maxOutputTokens !== undefined) request.maxOutputTokens = maxOutputTokens;
  const choices = fields.number('n');
  if (choices !== undefined) request.choices = choices;
  const user = fields.string('user');
  if (user !== undefined) request.user = user;
  const top = fields.number('logprobs');
  if (top !== undefined) request.logprobs = { top };
  decodeStop(fields, request);
  // Written or not, it means the same; it is written again as it came.
  if (!request.stream) fields.leave('stream');
  const options = asObject(fields.raw('stream_options'));
  const usage = options?.['include_usage'];
  if (typeof usage === 'boolean') request.streamUsage = usage;
  fields.leave('stream_options');
}

function decodeStop(fields: FieldReader, request: Draft): void {
  const written = fields.raw('stop');
  if (typeof written === 'string') {
    fields.spell('stop', 'text');
    request.stop = [written];
    return;
  }
  const list = asArray(written);
  const texts = list?.filter((text) => typeof text === 'string');
  if (texts !== undefined && texts.length === list?.length) request.stop = texts;
  else fields.leave('stop');
}
