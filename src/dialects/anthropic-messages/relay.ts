// Same language on both sides: what must change in a body that passes through, and which frames are for the client.

import type { Frame } from '#base/frame.ts';
import { asString } from '#base/json.ts';
import type { JsonObject } from '#base/json.ts';
import { spliceJson } from '#base/json-splice.ts';
import type { ChatEvent } from '#canonical/event.ts';
import type { Quirks } from '#canonical/quirk.ts';
import type { ChatRequest } from '#canonical/request.ts';
import { MALFORMED } from './notes.ts';
import { quirksTouch } from './quirks.ts';
import { ROUTER_FIELDS } from './wire.ts';

/** Without a limit on the answer the API refuses a request; and a seal of another language must not reach it. */
export function canRelay(request: ChatRequest, body: JsonObject, quirks: Quirks): boolean {
  return body['max_tokens'] !== undefined && !quirksTouch(body, quirks) && !hasMark(request);
}

/** Only a thought of another language has neither a seal nor a note. */
function hasMark({ messages }: ChatRequest): boolean {
  for (const { parts } of messages) {
    for (const part of parts) {
      if (part.kind === 'tool-call' && part.seal !== undefined) return true;
      if (part.kind === 'reasoning' && part.seals === undefined && part.extras === undefined) return true;
    }
  }
  return false;
}

export function relayRequest(text: string, body: JsonObject, model: string): string {
  const edits = new Map<string, string | undefined>([['model', JSON.stringify(model)]]);
  for (const field of ROUTER_FIELDS) if (body[field] !== undefined) edits.set(field, undefined);
  if (edits.size === 1 && asString(body['model']) === model) return text;
  return spliceJson(text, edits) ?? JSON.stringify({ ...body, model });
}

/** Not for the client: what is not JSON or out of place, on which clients break. Pings are. */
export function keepFrame(_frame: Frame, events: readonly ChatEvent[]): boolean {
  for (const event of events) {
    if (event.kind === 'foreign' && event.foreign.fields[MALFORMED] !== undefined) return false;
  }
  return true;
}

/** Providers that leave it out have told the reason of the stop before. */
export const CLOSING: Frame = { event: 'message_stop', data: '{"type":"message_stop"}' };
