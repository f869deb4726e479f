// Same language on both sides: the body goes as it is, since model and streaming stand in the path.

import { spliceJson } from '#base/json-splice.ts';
import type { JsonObject } from '#base/json.ts';
import type { Quirks } from '#canonical/quirk.ts';
import type { Part } from '#canonical/part.ts';
import type { ChatRequest } from '#canonical/request.ts';
import { quirksTouch } from './quirks.ts';
import { ID } from './wire.ts';

/** Seals of other vendors ride in the field of this one's and must not reach it. */
export function canRelay(request: ChatRequest, body: JsonObject, quirks: Quirks): boolean {
  return !quirksTouch(body, quirks) && !request.messages.some(({ parts }) => parts.some(holdsForeignSeal));
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

/** Every frame is an answer's. */
export function keepFrame(): boolean {
  return true;
}
