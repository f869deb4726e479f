// Same language on both sides: what must change in a body that passes through.

import type { Frame } from '#base/frame.ts';
import { isObject, parseJson } from '#base/json.ts';
import type { JsonObject } from '#base/json.ts';
import { spliceJson } from '#base/json-splice.ts';
import type { ChatEvent } from '#canonical/event.ts';
import type { Quirks } from '#canonical/quirk.ts';
import type { ChatRequest } from '#canonical/request.ts';
import { quirksTouch } from './quirks.ts';
import { ROUTER_FIELDS } from './wire.ts';

/**
 * Router fields are taken out by `relayRequest`; a provider that wants them is told in the canonical way. Reasoning that was
 * shown for another vendor has nothing of this language about it, and is refused.
 */
export function canRelay({ messages }: ChatRequest, body: JsonObject, quirks: Quirks): boolean {
  if (quirksTouch(body, quirks)) return false;
  return !messages.some(({ parts }) =>
    parts.some((part) => part.kind === 'reasoning' && part.extras === undefined),
  );
}

/** Usage comes unasked in this language, so only the model's name changes. */
export function relayRequest(text: string, body: JsonObject, model: string): string {
  const edits = new Map<string, string | undefined>([['model', JSON.stringify(model)]]);
  for (const field of ROUTER_FIELDS) if (body[field] !== undefined) edits.set(field, undefined);
  return spliceJson(text, edits) ?? JSON.stringify({ ...body, model });
}

/**
 * Clients of this language pass over events that they do not know, and break on what is not JSON. A frame that said something
 * was read already.
 */
export function keepFrame(frame: Frame, events: readonly ChatEvent[]): boolean {
  return events.length > 0 || isObject(parseJson(frame.data));
}
