// Audio of a streamed answer: it comes in pieces and is given as one part at the end, since half a recording is of no use
// to other languages. Where bytes pass through, clients hear it as it comes.

import type { Json, JsonDraft, JsonObject } from '#base/json.ts';
import type { EventSink } from './event-sink.ts';
import { decodeAnswerAudio } from './message-media.ts';

export class StreamedAudio {
  #fields: JsonDraft = {};
  #data = '';
  #transcript = '';

  read(audio: JsonObject, sink: EventSink): void {
    const { data, transcript, ...rest } = audio;
    Object.assign(this.#fields, rest);
    if (typeof data === 'string') this.#data = joinBase64(this.#data, data);
    if (typeof transcript === 'string') this.#transcript += transcript;
    sink.held += lengthOf(data) + lengthOf(transcript);
  }

  give(sink: EventSink, choice: number): void {
    const transcript = this.#transcript === '' ? {} : { transcript: this.#transcript };
    const part = decodeAnswerAudio({ ...this.#fields, ...transcript, data: this.#data });
    if (part !== undefined) sink.whole(choice, { kind: 'audio', source: part.source }, part.extras);
  }
}

/** Each piece may be padded on its own; joined as text such pieces would be no base64. */
export function joinBase64(before: string, more: string): string {
  if (!before.endsWith('=')) return before + more;
  try {
    return btoa(atob(before) + atob(more));
  } catch {
    return before + more;
  }
}

function lengthOf(value: Json | undefined): number {
  return typeof value === 'string' ? value.length : 0;
}
