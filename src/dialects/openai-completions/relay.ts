// Same language on both sides: what must change in a body that passes through, and which frames are for the client.

import type { Frame } from '#base/frame.ts';
import { spliceJson } from '#base/json-splice.ts';
import { asArray, asBoolean, asObject, isObject, parseJson } from '#base/json.ts';
import type { JsonObject } from '#base/json.ts';
import type { ChatEvent } from '#canonical/event.ts';
import type { ChatRequest } from '#canonical/request.ts';
import { ROUTER_FIELDS } from '../operation-wishes.ts';
import { DONE } from './wire.ts';

export const CLOSING: Frame = { data: DONE };

export function relayRequest(text: string, body: JsonObject, model: string): string {
  const edits = new Map<string, string | undefined>([['model', JSON.stringify(model)]]);
  for (const field of ROUTER_FIELDS) if (body[field] !== undefined) edits.set(field, undefined);
  const options = asObject(body['stream_options']);
  if (body['stream'] === true && asBoolean(options?.['include_usage']) !== true) {
    edits.set('stream_options', JSON.stringify({ ...options, include_usage: true }));
  }
  return spliceJson(text, edits) ?? JSON.stringify({ ...body, model });
}

/** Not for the client: the report of usage that only Clew asked for, and what is not JSON, on which clients break. */
export function keepFrame(frame: Frame, events: readonly ChatEvent[], request: ChatRequest): boolean {
  if (events.length > 0 && events.every(({ kind }) => kind !== 'usage')) return true;
  const chunk = parseJson(frame.data);
  if (!isObject(chunk)) return false;
  return request.streamUsage === true || (asArray(chunk['choices']) ?? []).length > 0;
}
