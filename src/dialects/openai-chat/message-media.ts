// Media that stands beside the content of an assistant's message: `images` and `audio`.

import { asArray, asObject, asString, isObject } from '#base/json.ts';
import type { JsonDraft, JsonObject } from '#base/json.ts';
import { fieldsFor } from '#canonical/foreign.ts';
import type { MediaPart, Part } from '#canonical/part.ts';
import { decodeUrlPart, encodeUrlPart } from './media.ts';
import { ours } from './spelling.ts';
import type { FieldReader } from './spelling.ts';
import { ID } from './wire.ts';

/** The format was the request's choice and is not said again. */
const ANSWERED_AUDIO = 'audio/*';

/** `images: [{type: "image_url", image_url: {url}}]`, as OpenRouter and others answer. */
export function decodeMessageImages(fields: FieldReader): readonly MediaPart[] {
  const list = asArray(fields.raw('images'));
  const parts = list?.map((image) => (isObject(image) ? decodeAnswerImage(image) : undefined));
  const whole = parts?.filter((part) => part !== undefined) ?? [];
  // One that we cannot read keeps all of them as they are.
  if (whole.length === 0 || whole.length !== list?.length) {
    fields.leave('images');
    return [];
  }
  return whole;
}

export function decodeAnswerImage(image: JsonObject): MediaPart | undefined {
  const part = decodeUrlPart('image', 'image_url', image);
  if (part === undefined) return undefined;
  return { ...part, extras: ours({ ...part.extras?.fields, beside: true }) };
}

export function encodeAnswerImage(part: MediaPart): JsonObject | undefined {
  const body: JsonDraft = { ...encodeUrlPart(part, 'image_url') };
  delete body['beside'];
  return body['type'] === undefined ? undefined : body;
}

/** `audio: {id, data, transcript, expires_at}` in an answer, `audio: {id}` when it is sent back. */
export function decodeMessageAudio(fields: FieldReader): readonly MediaPart[] {
  const audio = asObject(fields.raw('audio'));
  const part = audio === undefined ? undefined : decodeAnswerAudio(audio);
  if (part === undefined) {
    // Some providers fill every field that an answer may have: no sound is no part.
    if (audio?.['data'] !== '') fields.leave('audio');
    return [];
  }
  return [part];
}

export function decodeAnswerAudio(audio: JsonObject): MediaPart | undefined {
  const data = asString(audio['data']);
  const id = asString(audio['id']);
  if (data !== undefined && data !== '') {
    const { data: _data, ...rest } = audio;
    const extras = ours({ beside: true, audio: rest });
    return { kind: 'audio', source: { from: 'base64', mime: ANSWERED_AUDIO, data }, extras };
  }
  if (id === undefined || id === '') return undefined;
  const { id: _id, ...rest } = audio;
  return {
    kind: 'audio',
    source: { from: 'file', id, dialect: ID },
    extras: ours({ beside: true, audio: rest }),
  };
}

export function encodeAnswerAudio(part: MediaPart): JsonObject | undefined {
  const rest = asObject(fieldsFor(ID, part.extras)?.['audio']);
  if (part.source.from === 'base64') return { ...rest, data: part.source.data };
  return part.source.from === 'file' && part.source.dialect === ID
    ? { ...rest, id: part.source.id }
    : undefined;
}

/** Whether media stood beside the content when it came. */
export function stoodBeside(part: Part): boolean {
  return 'extras' in part && fieldsFor(ID, part.extras)?.['beside'] === true;
}
