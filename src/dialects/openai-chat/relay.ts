// Same language on both sides: what must change in a body that passes through, and which frames are for the client.

import type { Frame } from '#base/frame.ts';
import { asArray, asBoolean, asObject, asString, isObject, parseJson } from '#base/json.ts';
import type { JsonObject } from '#base/json.ts';
import { spliceJson } from '#base/json-splice.ts';
import type { ChatEvent } from '#canonical/event.ts';
import type { Quirks } from '#canonical/quirk.ts';
import type { ChatRequest } from '#canonical/request.ts';
import { AFTER_FINISH, MALFORMED } from './decode-stream.ts';
import { quirksTouch } from './quirks.ts';
import { DONE, ROUTER_FIELDS } from './wire.ts';

const MODEL = '"model"';
const ASK_USAGE = '{"include_usage":true}';

/** Router fields are taken out by `relayRequest`; a provider that wants them is told in the canonical way. */
export function canRelay(_request: ChatRequest, body: JsonObject, quirks: Quirks): boolean {
  return !quirksTouch(body, quirks);
}

export function relayRequest(text: string, body: JsonObject, model: string): string {
  const edits = new Map<string, string | undefined>([['model', JSON.stringify(model)]]);
  for (const field of ROUTER_FIELDS) if (body[field] !== undefined) edits.set(field, undefined);
  const options = asObject(body['stream_options']);
  if (body['stream'] === true && asBoolean(options?.['include_usage']) !== true) {
    edits.set(
      'stream_options',
      options === undefined ? ASK_USAGE : JSON.stringify({ ...options, include_usage: true }),
    );
  }
  return replaceModel(text, body, edits) ?? spliceJson(text, edits) ?? JSON.stringify({ ...body, model });
}

/** The usual case without a scan of the whole text: only the model changes, and perhaps a member is put in front. */
function replaceModel(
  text: string,
  body: JsonObject,
  edits: ReadonlyMap<string, string | undefined>,
): string | undefined {
  const asking = edits.get('stream_options');
  if (
    edits.size > (asking === undefined ? 1 : 2) ||
    (asking !== undefined && body['stream_options'] !== undefined)
  ) {
    return undefined;
  }
  const at = text.indexOf(MODEL);
  // A key may be written with escapes; `model` would then have one that begins with `\u006`.
  if (at < 0 || text.indexOf(MODEL, at + 1) >= 0 || text.includes('\\u006')) return undefined;
  const written = JSON.stringify(asString(body['model']) ?? '');
  const valueAt = text.indexOf(written, at + MODEL.length);
  if (valueAt < 0 || !/^\s*:\s*$/.test(text.slice(at + MODEL.length, valueAt))) return undefined;
  const open = text.indexOf('{') + 1;
  const front =
    asking === undefined
      ? text.slice(0, valueAt)
      : `${text.slice(0, open)}"stream_options":${asking},${text.slice(open, valueAt)}`;
  return front + (edits.get('model') ?? '') + text.slice(valueAt + written.length);
}

/**
 * Not for the client: the report of usage that only Clew asked for, what is not JSON, on which clients break, and content
 * after the finish reason, which is no part of the answer. Called for every frame: most have one delta and cost one
 * comparison.
 */
export function keepFrame(
  frame: Frame,
  events: readonly ChatEvent[],
  request: Pick<ChatRequest, 'streamUsage'>,
): boolean {
  for (const event of events) {
    if (event.kind === 'usage' && request.streamUsage !== true) return !isUsageOnly(frame);
    if (event.kind !== 'foreign') continue;
    const { fields } = event.foreign;
    if (fields[MALFORMED] !== undefined) return false;
    if (fields[AFTER_FINISH] !== undefined) return holdsMore(event, events, request);
  }
  return true;
}

/** A frame is kept or dropped whole, so one that also holds something for the client is kept. */
function holdsMore(
  note: ChatEvent,
  events: readonly ChatEvent[],
  { streamUsage }: Pick<ChatRequest, 'streamUsage'>,
): boolean {
  return events.some((event) => event !== note && (event.kind !== 'usage' || streamUsage === true));
}

function isUsageOnly(frame: Frame): boolean {
  const chunk = parseJson(frame.data);
  return isObject(chunk) && (asArray(chunk['choices']) ?? []).length === 0;
}

export const CLOSING: Frame = { data: DONE };
