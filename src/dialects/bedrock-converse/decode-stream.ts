// A streamed answer, from Bedrock's frames to events. It never throws, keeps the grammar whatever comes, and ends in exactly
// one way: when `messageStop` and `metadata` were there, or at the end of the connection after `messageStop` (then without a
// usage report); else in a failure.

import type { Frame } from '#base/frame.ts';
import { asNumber, asObject, asString, isObject, otherFields, parseJson } from '#base/json.ts';
import type { JsonObject } from '#base/json.ts';
import type { ChatEvent } from '#canonical/event.ts';
import { failure } from '#canonical/failure.ts';
import type { Failure } from '#canonical/failure.ts';
import { BlockReader } from './block-reader.ts';
import { stopSequenceIn } from './decode-response.ts';
import { EventSink } from '../event-sink.ts';
import { decodeException } from './failures.ts';
import { decodeFinish } from './finish.ts';
import { decodeUsage } from './usage.ts';
import { METADATA_FIELDS, ours, STOP_FIELDS } from './wire.ts';

const NOTHING: readonly ChatEvent[] = [];
/** Characters that may wait for the end of their block: a picture in pieces is the longest. */
const HELD_LENGTH_MAX = 32 * 1024 * 1024;

interface Stop {
  readonly raw: string;
  readonly sequence: string | undefined;
}

export class ConverseStreamDecoder {
  readonly #sink = new EventSink();
  readonly #blocks = new BlockReader(this.#sink);
  #started = false;
  #over = false;
  #stop: Stop | undefined;
  #metadata = false;
  #malformed = 0;

  push(frame: Frame): readonly ChatEvent[] {
    if (this.#over) return NOTHING;
    const name = frame.event ?? '';
    if (frame.exception === true || name.endsWith('Exception'))
      return this.#fail(decodeException(name, frame.data));
    const data = parseJson(frame.data);
    if (isObject(data)) this.#read(name, data);
    else this.#malformed += 1;
    if (this.#blocks.held > HELD_LENGTH_MAX) {
      return this.#fail(failure('upstream_runaway', 'The answer holds back more than any answer needs.'));
    }
    return this.#stop !== undefined && this.#metadata ? this.#end(this.#stop) : this.#sink.take();
  }

  finish(): readonly ChatEvent[] {
    if (this.#over) return NOTHING;
    return this.#stop === undefined ? this.#fail(this.#cut()) : this.#end(this.#stop);
  }

  #cut(): Failure {
    if (this.#started || this.#malformed === 0) {
      return failure('stream_cut', 'The answer broke off without its end.');
    }
    return failure('upstream_protocol', 'Nothing in the provider’s stream could be read.');
  }

  #read(name: string, data: JsonObject): void {
    switch (name) {
      case 'messageStart':
        this.#start();
        break;
      case 'contentBlockStart':
        if (this.#isStopped()) break;
        this.#blocks.start(indexOf(data), asObject(data['start']) ?? {});
        break;
      case 'contentBlockDelta':
        if (this.#isStopped()) break;
        this.#blocks.delta(indexOf(data), asObject(data['delta']) ?? {});
        break;
      case 'contentBlockStop':
        this.#blocks.close();
        break;
      case 'messageStop':
        this.#start();
        this.#readStop(data);
        break;
      case 'metadata':
        this.#start();
        this.#readMetadata(data);
        break;
      default:
        // Events that are new since this was written say nothing to us.
        break;
    }
  }

  /** What comes behind the end says nothing. */
  #isStopped(): boolean {
    this.#start();
    return this.#stop !== undefined;
  }

  #start(): void {
    if (this.#started) return;
    this.#started = true;
    this.#sink.push({ kind: 'start', id: '', model: '', losses: [], extras: ours({}) });
  }

  #readStop(data: JsonObject): void {
    if (this.#stop !== undefined) return;
    this.#stop = { raw: asString(data['stopReason']) ?? '', sequence: stopSequenceIn(data) };
    this.#foreign(otherFields(data, STOP_FIELDS));
  }

  #readMetadata(data: JsonObject): void {
    this.#metadata = true;
    this.#foreign(otherFields(data, METADATA_FIELDS));
    const reported = asObject(data['usage']);
    const usage = reported && decodeUsage(reported);
    if (usage !== undefined) this.#sink.push({ kind: 'usage', usage });
  }

  #foreign(fields: JsonObject | undefined): void {
    if (fields !== undefined) this.#sink.push({ kind: 'foreign', foreign: ours(fields) });
  }

  #end({ raw, sequence }: Stop): readonly ChatEvent[] {
    this.#blocks.close();
    this.#over = true;
    this.#sink.push({ kind: 'end', finishes: [decodeFinish(raw, this.#blocks.hasCalls, sequence)] });
    return this.#sink.take();
  }

  #fail(problem: Failure): readonly ChatEvent[] {
    this.#over = true;
    this.#sink.push({ kind: 'failure', failure: problem });
    return this.#sink.take();
  }
}

function indexOf(data: JsonObject): number {
  return asNumber(data['contentBlockIndex']) ?? 0;
}
