// A whole answer, from a provider's words to the centre's.

import { asArray, asNumber, asObject, asString, isObject } from '#base/json.ts';
import type { Json, JsonObject } from '#base/json.ts';
import { err, ok } from '#base/result.ts';
import type { Result } from '#base/result.ts';
import { failure } from '#canonical/failure.ts';
import type { Failure } from '#canonical/failure.ts';
import type { Part, TextPart, ToolCallPart } from '#canonical/part.ts';
import type { Quirks } from '#canonical/quirk.ts';
import type { ChatResponse, Choice } from '#canonical/response.ts';
import { decodeContent } from './content.ts';
import { decodeLegacyCall, decodeRefusal } from './decode-message.ts';
import { carriesError, decodeErrorObject } from '../openai-error-object.ts';
import { decodeFinish, isBroken } from './finish.ts';
import { decodeMessageAudio, decodeMessageImages } from './message-media.ts';
import { quirk } from './quirks.ts';
import { splitThought } from './think-tags.ts';
import { decodeReasoning } from './reasoning.ts';
import { FieldReader, OURS } from './spelling.ts';
import { decodeToolCall, madeUpCallId, orEmptyObject } from './tools.ts';
import { decodeUsage } from './usage.ts';
import { CHOICE_FIELDS, MESSAGE_FIELDS, RESPONSE_FIELDS } from './wire.ts';

export function decodeResponse(body: Json, quirks: Quirks): Result<ChatResponse, Failure> {
  if (!isObject(body)) return err(noAnswer('it is not a JSON object'));
  if (carriesError(body)) return err(decodeErrorObject(body));
  const list = asArray(body['choices']);
  if (list === undefined || list.length === 0) return err(noAnswer('it has no choices'));
  const broken = list.find((choice) => isObject(choice) && isBrokenChoice(choice));
  if (isObject(broken)) return err(decodeErrorObject(broken));

  const fields = new FieldReader(body);
  const id = fields.string('id') ?? '';
  const choices = list
    .map((choice, index) => decodeChoice(asObject(choice) ?? {}, index, id))
    .map((choice) => (quirk(quirks, 'thinkTags') === 'reasoning' ? withoutTags(choice) : choice));
  const model = fields.string('model') ?? '';
  const createdSec = fields.number('created');
  if (body['object'] !== 'chat.completion') fields.spell('object', body['object'] ?? 'absent');
  const reported = asObject(body['usage']);
  const usage = reported && decodeUsage(reported, quirk(quirks, 'usageReasoning') === 'outside');
  if (usage === undefined) fields.leave('usage');
  return ok({
    id,
    model,
    ...(createdSec === undefined ? {} : { createdSec }),
    choices,
    ...(usage && { usage }),
    losses: [],
    extras: fields.extras(RESPONSE_FIELDS) ?? OURS,
  });
}

/** The same for an answer whose bytes are passed on: its parts are left out where they are not needed to count it. */
export function readAnswer(body: Json, quirks: Quirks): Result<ChatResponse, Failure> {
  return skim(body, quirks) ?? decodeResponse(body, quirks);
}

/** Undefined for what is not the usual: one choice that calls no tool, with its usage. */
function skim(body: Json, quirks: Quirks): Result<ChatResponse, Failure> | undefined {
  if (!isObject(body) || carriesError(body)) return undefined;
  const list = asArray(body['choices']);
  const choice = list?.length === 1 ? asObject(list[0]) : undefined;
  const message = asObject(choice?.['message']);
  const reported = asObject(body['usage']);
  if (choice === undefined || message === undefined || reported === undefined) return undefined;
  if (isBrokenChoice(choice) || message['tool_calls'] || message['function_call']) return undefined;
  // They may be sealed, and seals are remembered.
  if (message['reasoning_details']) return undefined;
  const usage = decodeUsage(reported, quirk(quirks, 'usageReasoning') === 'outside');
  if (usage === undefined) return undefined;
  const finish = decodeFinish(asString(choice['finish_reason']), false);
  const [id, model] = [asString(body['id']) ?? '', asString(body['model']) ?? ''];
  return ok({ id, model, choices: [{ parts: [], finish }], usage, losses: [] });
}

/** An answer that broke off has the error beside it, and is no answer. */
export function isBrokenChoice(choice: JsonObject): boolean {
  return isObject(choice['error']) || isBroken(asString(choice['finish_reason']));
}

function noAnswer(why: string): Failure {
  return failure('upstream_protocol', `The provider’s answer cannot be read: ${why}.`);
}

function decodeChoice(choice: JsonObject, position: number, responseId: string): Choice {
  const fields = new FieldReader(choice);
  const message = asObject(choice['message']);
  if (message === undefined) fields.spell('message', 'absent');
  const parts = message === undefined ? [] : decodeAnswer(message, fields, responseId);
  const hasCalls = parts.some((part) => part.kind === 'tool-call');
  const finish = decodeFinish(fields.string('finish_reason'), hasCalls);
  if (asNumber(choice['index']) !== position) fields.leave('index');
  const logprobs = choice['logprobs'];
  if (logprobs === null) fields.leave('logprobs');
  return {
    parts,
    finish,
    // One router writes a bare number, which clients refuse with the whole answer.
    ...(isObject(logprobs) ? { logprobs } : {}),
    extras: fields.extras(CHOICE_FIELDS) ?? OURS,
  };
}

/** Thoughts between tags at the beginning of the first text. */
function withoutTags(choice: Choice): Choice {
  const at = choice.parts.findIndex(({ kind }) => kind === 'text');
  const first = choice.parts[at];
  if (first?.kind !== 'text') return choice;
  const said = splitThought(first.text).map((piece): Part =>
    piece.kind === 'text' ? { ...first, ...piece } : { kind: 'reasoning', text: piece.text },
  );
  return { ...choice, parts: [...choice.parts.slice(0, at), ...said, ...choice.parts.slice(at + 1)] };
}

function decodeAnswer(message: JsonObject, choice: FieldReader, responseId: string): readonly Part[] {
  const fields = new FieldReader(message);
  const content = decodeContent(message['content'], 'null');
  if (content.spelling !== undefined) fields.spell('content', content.spelling);
  if (message['role'] !== 'assistant') fields.spell('role', message['role'] ?? 'absent');
  fields.leave('name');
  fields.leave('tool_call_id');
  const parts = [
    ...decodeReasoning(message, (field) => fields.leave(field)),
    ...annotated(content.parts, fields),
    ...decodeRefusal(fields),
    ...decodeMessageImages(fields),
    ...decodeMessageAudio(fields),
    ...decodeCalls(fields, responseId),
  ];
  const extras = fields.extras(MESSAGE_FIELDS);
  if (extras !== undefined) choice.leave('message', extras.fields);
  return parts;
}

/** Annotations point into the text; they are kept on the last text part. */
function annotated(parts: readonly Part[], fields: FieldReader): readonly Part[] {
  const annotations = asArray(fields.raw('annotations'));
  const last = parts.findLastIndex((part) => part.kind === 'text');
  if (annotations === undefined || annotations.length === 0 || last < 0) {
    fields.leave('annotations');
    return parts;
  }
  return parts.map((part, index) => (index === last ? ({ ...part, annotations } as TextPart) : part));
}

function decodeCalls(fields: FieldReader, responseId: string): readonly ToolCallPart[] {
  const list = asArray(fields.raw('tool_calls')) ?? [];
  if (list.length === 0) fields.leave('tool_calls');
  const calls = list.map((value, index) => decodeToolCall(value, madeUpCallId(responseId, index)));
  return [...calls.filter((call) => call !== undefined).map(withArguments), ...decodeLegacyCall(fields)];
}

function withArguments(call: ToolCallPart, index: number): ToolCallPart {
  const named = call.id === '' ? { ...call, id: madeUpCallId('', index) } : call;
  return call.form === 'function' ? { ...named, arguments: orEmptyObject(call.arguments) } : named;
}
