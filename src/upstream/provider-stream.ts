// The stream of one provider: bytes to frames to events, and beside them, when nothing needs fitting, the very bytes for
// the client. One wait per network chunk; everything else is synchronous.

import { toBytes } from '#base/bytes.ts';
import type { Frame } from '#base/frame.ts';
import type { StopSignal } from '#base/stop.ts';
import type { AnswerStream, Batch } from '#canonical/answer.ts';
import type { Asked } from '#canonical/asked.ts';
import { isTerminal } from '#canonical/event.ts';
import type { ChatEvent } from '#canonical/event.ts';
import { failure } from '#canonical/failure.ts';
import type { Failure } from '#canonical/failure.ts';
import type { AnyRelay, StreamDecoder } from '#dialects/dialect.ts';
import type { Framer } from '#framing/framer.ts';
import { sseText } from '#framing/sse.ts';
import { restoreEvent } from '#providers/fit-names.ts';
import type { OriginalNames } from '#providers/fit-names.ts';
import type { ByteSource } from './http/answer.ts';
import { abortReason } from './network-failure.ts';

const NO_EVENTS: readonly ChatEvent[] = [];
const NO_BYTES: Uint8Array = new Uint8Array(0);
/**
 * A streamed answer may have so many bytes, unpacked: a hundred thousand tokens come to some 30 MB. What reads a stream
 * holds none of it, so this bounds what a provider that never ends can cost, not memory.
 */
export const STREAM_BYTES_MAX = 128 * 1024 * 1024;
/** After the end a clean connection has only its last few bytes left; one with more is not worth keeping. */
const DRAIN_READS_MAX = 4;
const DRAIN_MS_MAX = 1_000;

export interface ProviderStreamOptions {
  readonly framer: Framer;
  readonly decoder: StreamDecoder;
  /** Set when bytes pass through. */
  readonly relay?: { readonly rules: AnyRelay; readonly request: Asked };
  /** The client's names of tools, where the provider was given others. */
  readonly toolNames?: OriginalNames;
  readonly signal: StopSignal;
  /** Default: STREAM_BYTES_MAX. */
  readonly limitBytes?: number;
}

export class ProviderStream implements AnswerStream {
  readonly #source: ByteSource;
  readonly #framer: Framer;
  readonly #decoder: StreamDecoder;
  readonly #relay: ProviderStreamOptions['relay'];
  readonly #toolNames: OriginalNames | undefined;
  readonly #signal: StopSignal;
  readonly #limitBytes: number;
  #bytes = 0;
  #over = false;
  #failedFrame = false;
  #closed = false;

  constructor(source: ByteSource, options: ProviderStreamOptions) {
    this.#source = source;
    this.#framer = options.framer;
    this.#decoder = options.decoder;
    this.#relay = options.relay;
    this.#toolNames = options.toolNames;
    this.#signal = options.signal;
    this.#limitBytes = options.limitBytes ?? STREAM_BYTES_MAX;
  }

  read(): Promise<Uint8Array | undefined> {
    return this.#source.read();
  }

  decode(bytes: Uint8Array | undefined): Batch {
    if (this.#over) return { events: NO_EVENTS };
    const batch = bytes === undefined ? this.#readEnd() : this.#readFrames(bytes);
    if (this.#over) this.#letGo(bytes === undefined);
    return batch;
  }

  #readFrames(bytes: Uint8Array): Batch {
    this.#bytes += bytes.length;
    if (this.#bytes > this.#limitBytes) return this.#failed(runaway('The provider’s stream'));
    const frames = this.#framer.push(bytes);
    if (this.#framer.overflowed || this.#framer.corrupt === true) return this.#readBroken(frames);
    const only = frames[0];
    if (frames.length === 1 && only !== undefined) return this.#readOneFrame(only);
    return this.#readSeveral(frames, this.#framer.taken());
  }

  /** The usual case: a paced stream brings one event in one chunk. */
  #readOneFrame(frame: Frame): Batch {
    const events = this.#eventsOf(frame);
    if (this.#relay === undefined) return { events };
    return { events, relay: this.#keeps(frame, events) ? this.#framer.taken() : NO_BYTES };
  }

  #readSeveral(frames: readonly Frame[], taken: Uint8Array): Batch {
    const events: ChatEvent[] = [];
    const kept: Frame[] = [];
    for (const frame of frames) {
      const here = this.#eventsOf(frame);
      for (const event of here) events.push(event);
      if (this.#relay !== undefined && this.#keeps(frame, here)) kept.push(frame);
    }
    if (this.#relay === undefined) return { events };
    return { events, relay: kept.length === frames.length ? taken : toBytes(kept.map(sseText).join('')) };
  }

  #eventsOf(frame: Frame): readonly ChatEvent[] {
    if (this.#over) return NO_EVENTS;
    const events = this.#decoder.push(frame);
    const last = events.at(-1);
    if (last !== undefined && isTerminal(last)) {
      this.#over = true;
      this.#failedFrame = last.kind === 'failure';
    }
    const names = this.#toolNames;
    return names === undefined ? events : events.map((event) => restoreEvent(event, names));
  }

  #keeps(frame: Frame, events: readonly ChatEvent[]): boolean {
    const relay = this.#relay;
    if (relay === undefined) return false;
    // A failure is told in our words, by whoever encodes for the client; what the provider says after it is not.
    if (this.#failedFrame) return false;
    if (relay.rules.closing?.data === frame.data) {
      if (this.#closed) return false;
      this.#closed = true;
      return true;
    }
    return !this.#closed && relay.rules.keepFrame(frame, events, relay.request);
  }

  /**
   * The connection ended. Cleanly: the last event may lack its blank line. Broken, by whomever: what it lacks nobody knows.
   * Then the decoder decides.
   */
  #readEnd(): Batch {
    const last = this.#framer.finish();
    const tail = this.#readSeveral(this.#source.broken === undefined ? last : [], NO_BYTES);
    if (this.#over) return tail;
    this.#over = true;
    const events = [...tail.events, ...this.#decoder.finish().map((event) => this.#withCause(event))];
    return { ...tail, events, ...this.#closing(events, tail.relay) };
  }

  /** A cut that we caused ourselves has our reason. */
  #withCause(event: ChatEvent): ChatEvent {
    if (event.kind !== 'failure' || event.failure.code !== 'stream_cut') return event;
    if (this.#signal.aborted) return { kind: 'failure', failure: abortReason(this.#signal) };
    const { broken } = this.#source;
    if (broken === undefined) return event;
    if (broken.code === 'upstream_protocol') return { kind: 'failure', failure: broken };
    return { kind: 'failure', failure: { ...event.failure, cause: broken } };
  }

  /** Some providers leave the closing frame out; clients of the dialect wait for it. */
  #closing(events: readonly ChatEvent[], relay: Uint8Array | undefined): Partial<Batch> {
    const closing = this.#relay?.rules.closing;
    if (relay === undefined || closing === undefined || this.#closed) return {};
    if (events.at(-1)?.kind !== 'end') return {};
    return { relay: toBytes(new TextDecoder().decode(relay) + sseText(closing)) };
  }

  /** What came before the place where the transport broke still counts. */
  #readBroken(frames: readonly Frame[]): Batch {
    const batch = this.#readSeveral(frames, this.#framer.taken());
    if (this.#over) return batch;
    this.#over = true;
    const problem = this.#framer.overflowed ? runaway('One event of the provider’s stream') : corrupt();
    return { ...batch, events: [...batch.events, { kind: 'failure', failure: problem }] };
  }

  #failed(problem: Failure): Batch {
    this.#over = true;
    const events: readonly ChatEvent[] = [{ kind: 'failure', failure: problem }];
    return this.#relay === undefined ? { events } : { events, relay: NO_BYTES };
  }

  /** A connection whose body was read to its end can be used again; any other is closed. */
  #letGo(ended: boolean): void {
    if (!ended && !this.#source.ended) void drain(this.#source);
  }
}

function runaway(what: string): Failure {
  return failure('upstream_runaway', `${what} is larger than any limit allows.`);
}

function corrupt(): Failure {
  return failure('upstream_protocol', 'A checksum or a length in the provider’s stream is wrong.');
}

async function drain(source: ByteSource): Promise<void> {
  const timer = setTimeout(() => source.cancel(), DRAIN_MS_MAX);
  for (let reads = 0; reads < DRAIN_READS_MAX && !source.ended; reads += 1) {
    if ((await source.read()) === undefined) break;
  }
  clearTimeout(timer);
  if (!source.ended) source.cancel();
}
