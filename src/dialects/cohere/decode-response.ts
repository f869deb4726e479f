// A whole answer, from Cohere's words to the centre's.

import { asArray, asObject, asString, isObject, otherFields } from '#base/json.ts';
import type { Json, JsonObject } from '#base/json.ts';
import { err, ok } from '#base/result.ts';
import type { Result } from '#base/result.ts';
import { failure } from '#canonical/failure.ts';
import type { Failure } from '#canonical/failure.ts';
import type { Part } from '#canonical/part.ts';
import type { ChatResponse } from '#canonical/response.ts';
import { annotationsOf, contentIndexOf } from './citations.ts';
import { decodeBroken } from './failures.ts';
import { decodeFinish, isBroken } from './finish.ts';
import { decodeUsage } from './usage.ts';
import { ID, MESSAGE_FIELDS, ours, RESPONSE_FIELDS } from './wire.ts';

/** The answer does not name its model. */
export function decodeResponse(body: Json): Result<ChatResponse, Failure> {
  const message = isObject(body) ? asObject(body['message']) : undefined;
  // An error's message is a text, an answer's an object.
  if (isObject(body) && typeof body['message'] === 'string') return err(decodeBroken('', body['message']));
  if (!isObject(body) || message === undefined) {
    const why = 'The provider’s answer cannot be read: it has no message.';
    return err(failure('upstream_protocol', why));
  }
  const raw = asString(body['finish_reason']) ?? '';
  if (isBroken(raw)) return err(decodeBroken(raw, body['error']));
  const parts = decodeMessage(message);
  const hasCalls = parts.some((part) => part.kind === 'tool-call');
  const reported = asObject(body['usage']);
  const usage = reported && decodeUsage(reported);
  const rest = otherFields(message, MESSAGE_FIELDS);
  return ok({
    id: asString(body['id']) ?? '',
    model: '',
    choices: [
      { parts, finish: decodeFinish(raw, hasCalls), ...(rest && { extras: ours({ message: rest }) }) },
    ],
    ...(usage && { usage }),
    losses: [],
    extras: ours(otherFields(body, RESPONSE_FIELDS) ?? {}),
  });
}

function decodeMessage(message: JsonObject): readonly Part[] {
  const plan = asString(message['tool_plan']) ?? '';
  const citations = asArray(message['citations']) ?? [];
  const content = message['content'];
  const list = typeof content === 'string' ? [{ type: 'text', text: content }] : (asArray(content) ?? []);
  const firstText = list.findIndex((part) => asObject(part)?.['type'] === 'text');
  return [
    ...(plan === '' ? [] : [{ kind: 'reasoning', text: plan, extras: ours({ in: 'tool_plan' }) } as const]),
    ...list.flatMap((part, index) => {
      const own = citations.filter((citation) => (contentIndexOf(citation) ?? firstText) === index);
      return decodePart(part, own);
    }),
    ...(asArray(message['tool_calls']) ?? []).map(decodeCall),
  ];
}

function decodePart(value: Json, citations: readonly Json[]): readonly Part[] {
  const part = asObject(value);
  const text = asString(part?.['text']);
  const thinking = asString(part?.['thinking']);
  if (part?.['type'] === 'thinking' && thinking !== undefined) {
    return [{ kind: 'reasoning', text: thinking, extras: ours({ in: 'thinking' }) }];
  }
  if (part?.['type'] !== 'text' || text === undefined) return [{ kind: 'foreign', dialect: ID, value }];
  if (citations.length === 0) return [{ kind: 'text', text }];
  const annotations = annotationsOf(citations);
  const extras = ours({ citations });
  return [{ kind: 'text', text, ...(annotations.length === 0 ? {} : { annotations }), extras }];
}

function decodeCall(value: Json): Part {
  const call = asObject(value);
  const inside = asObject(call?.['function']);
  const id = asString(call?.['id']);
  const name = asString(inside?.['name']);
  if (id === undefined || name === undefined) return { kind: 'foreign', dialect: ID, value };
  const written = asString(inside?.['arguments']) ?? '';
  return { kind: 'tool-call', id, name, form: 'function', arguments: isNothing(written) ? '{}' : written };
}

/** Tools without arguments are called with nothing, or with the word for it. */
export function isNothing(written: string): boolean {
  const text = written.trim();
  return text === '' || text === 'null';
}
