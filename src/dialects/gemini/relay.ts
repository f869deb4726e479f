// Same language on both sides: the body goes as it is, since model and streaming stand in the path.

import type { Frame } from '#base/frame.ts';
import { spliceJson } from '#base/json-splice.ts';
import { parseJson } from '#base/json.ts';
import type { JsonObject } from '#base/json.ts';
import type { ChatEvent } from '#canonical/event.ts';
import type { Quirks } from '#canonical/quirk.ts';
import type { Part } from '#canonical/part.ts';
import type { ChatRequest } from '#canonical/request.ts';
import { lastTurnOf } from './encode-message.ts';
import { quirksTouch } from './quirks.ts';
import { ID } from './wire.ts';

/**
 * Seals of other vendors ride in the field of this one's and must not reach it. A turn that is not over and whose calls have
 * no signature is refused by models that want one: they are told to do without in the canonical way.
 */
export function canRelay(request: ChatRequest, body: JsonObject, quirks: Quirks): boolean {
  if (quirksTouch(body, quirks)) return false;
  const lastTurn = lastTurnOf(request.messages);
  return !request.messages.some(
    ({ parts }, index) => parts.some(holdsForeignSeal) || (index >= lastTurn && lacksSeal(parts)),
  );
}

function lacksSeal(parts: readonly Part[]): boolean {
  const first = parts.find((part) => part.kind === 'tool-call');
  return first !== undefined && first.seal === undefined;
}

function holdsForeignSeal(part: Part): boolean {
  if (part.kind === 'tool-call') return part.seal !== undefined && part.seal.dialect !== ID;
  return part.kind === 'reasoning' && part.seals?.some(({ dialect }) => dialect !== ID) === true;
}

/** A body may repeat the model's name; the provider would compare it with the path. */
export function relayRequest(text: string, body: JsonObject): string {
  if (body['model'] === undefined) return text;
  return spliceJson(text, new Map([['model', undefined]])) ?? text;
}

/** Not for the client: what is not JSON, on which clients break. A frame that said something was read already. */
export function keepFrame(frame: Frame, events: readonly ChatEvent[]): boolean {
  return events.length > 0 || parseJson(frame.data) !== undefined;
}
