// A streamed answer, from Cohere's frames to events. It never throws, keeps the grammar whatever comes, and ends in exactly
// one way: at `message-end`, or in a failure.

import type { Frame } from '#base/frame.ts';
import { asObject, asString, isObject, parseJson } from '#base/json.ts';
import type { Json, JsonObject } from '#base/json.ts';
import type { ChatEvent } from '#canonical/event.ts';
import { failure } from '#canonical/failure.ts';
import type { Failure } from '#canonical/failure.ts';
import { decodeBroken } from './failures.ts';
import { decodeFinish, isBroken } from './finish.ts';
import { PartReader } from './part-reader.ts';
import { EventSink } from '../event-sink.ts';
import { decodeUsage } from './usage.ts';
import { ours } from './wire.ts';

const NOTHING: readonly ChatEvent[] = [];
const DONE = '[DONE]';

export class CohereStreamDecoder {
  readonly #sink = new EventSink();
  readonly #parts = new PartReader(this.#sink);
  #started = false;
  #over = false;
  #malformed = 0;

  push(frame: Frame): readonly ChatEvent[] {
    if (this.#over || frame.data === DONE) return NOTHING;
    const data = parseJson(frame.data);
    if (!isObject(data)) {
      this.#malformed += 1;
      return NOTHING;
    }
    // Some recordings, and proxies, leave the event's name to the data.
    const type = asString(data['type']) ?? frame.event ?? '';
    if (isError(type, data)) return this.#fail(decodeBroken(type, data['error'] ?? data));
    this.#read(type, data);
    return this.#sink.take();
  }

  finish(): readonly ChatEvent[] {
    if (this.#over) return NOTHING;
    const unread = !this.#started && this.#malformed > 0;
    return this.#fail(
      unread
        ? failure('upstream_protocol', 'Nothing in the provider’s stream could be read.')
        : failure('stream_cut', 'The answer broke off without its end.'),
    );
  }

  #read(type: string, data: JsonObject): void {
    const message = asObject(asObject(data['delta'])?.['message']);
    switch (type) {
      case 'message-start':
        this.#start(asString(data['id']) ?? '');
        break;
      case 'message-end':
        this.#start('');
        this.#end(asObject(data['delta']) ?? {});
        break;
      case 'content-start':
      case 'content-delta':
        this.#start('');
        this.#readContent(message?.['content']);
        break;
      case 'tool-plan-delta':
        this.#start('');
        this.#parts.say('tool_plan', asString(message?.['tool_plan']) ?? '');
        break;
      case 'tool-call-start':
        this.#start('');
        this.#parts.startCall(asObject(message?.['tool_calls']) ?? {});
        break;
      case 'tool-call-delta':
        this.#parts.addArguments(argumentsIn(message?.['tool_calls']));
        break;
      case 'tool-call-end':
        this.#parts.close();
        break;
      case 'citation-start':
        this.#parts.cite(message?.['citations']);
        break;
      default:
        // `content-end` and `citation-end` say nothing new: citations may still follow, so a text closes when something
        // else begins. Events that are new since this was written say nothing to us.
        break;
    }
  }

  #start(id: string): void {
    if (this.#started) return;
    this.#started = true;
    this.#sink.push({ kind: 'start', id, model: '', losses: [], extras: ours({}) });
  }

  #readContent(content: Json | undefined): void {
    const piece = asObject(content);
    const thinking = asString(piece?.['thinking']);
    const text = asString(piece?.['text']);
    if (thinking !== undefined) this.#parts.say('thinking', thinking);
    if (text !== undefined) this.#parts.say('text', text);
  }

  #end(delta: JsonObject): void {
    const raw = asString(delta['finish_reason']) ?? '';
    const reported = asObject(delta['usage']);
    const usage = reported && decodeUsage(reported);
    this.#parts.close();
    if (usage !== undefined) this.#sink.push({ kind: 'usage', usage });
    this.#over = true;
    if (isBroken(raw) || (delta['error'] !== undefined && delta['error'] !== null)) {
      this.#sink.push({ kind: 'failure', failure: decodeBroken(raw, delta['error']) });
    } else this.#sink.push({ kind: 'end', finishes: [decodeFinish(raw, this.#parts.hasCalls)] });
  }

  #fail(problem: Failure): readonly ChatEvent[] {
    this.#over = true;
    this.#sink.push({ kind: 'failure', failure: problem });
    return this.#sink.take();
  }
}

/** An error object in place of an event, as it would stand in a body. */
function isError(type: string, data: JsonObject): boolean {
  return type === 'error' || type === 'stream-error' || (type === '' && typeof data['message'] === 'string');
}

function argumentsIn(calls: Json | undefined): string {
  return asString(asObject(asObject(calls)?.['function'])?.['arguments']) ?? '';
}
