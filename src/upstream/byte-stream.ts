// An answer of bytes that nobody here understands, such as sound: relayed piece by piece. Each piece is content of its
// own, so that limits on silence hold; the clean end of the connection is the end of the answer.

import type { AnswerStream, Batch } from '#canonical/answer.ts';
import type { ChatEvent } from '#canonical/event.ts';
import { failure } from '#canonical/failure.ts';
import type { Failure } from '#canonical/failure.ts';
import { abortReason, networkFailure } from './network-failure.ts';

/** The part of a stream's reader that is used here: the platform's types for it disagree with each other. */
interface Reader {
  read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>;
}

export interface ByteStreamOptions {
  readonly model: string;
  readonly dialect: string;
  readonly signal: AbortSignal;
}

export class ByteStream implements AnswerStream {
  readonly #reader: Reader;
  readonly #options: ByteStreamOptions;
  #broken: Failure | undefined;
  #pieces = 0;

  constructor(body: ReadableStream<Uint8Array>, options: ByteStreamOptions) {
    this.#reader = body.getReader();
    this.#options = options;
  }

  async read(): Promise<Uint8Array | undefined> {
    try {
      const { done, value } = await this.#reader.read();
      return done ? undefined : value;
    } catch (error) {
      this.#broken = networkFailure(error, this.#options.signal);
      return undefined;
    }
  }

  decode(bytes: Uint8Array | undefined): Batch {
    if (bytes === undefined) return { events: [...this.#start(), this.#ending()], relay: new Uint8Array(0) };
    const { dialect } = this.#options;
    const part = this.#pieces;
    const start = this.#start();
    this.#pieces += 1;
    const what = { kind: 'foreign', dialect, value: null } as const;
    const events: readonly ChatEvent[] = [
      ...start,
      { kind: 'open', part, choice: 0, what },
      { kind: 'close', part },
    ];
    return { events, relay: bytes };
  }

  #start(): readonly ChatEvent[] {
    if (this.#pieces > 0) return [];
    return [{ kind: 'start', id: '', model: this.#options.model, losses: [] }];
  }

  #ending(): ChatEvent {
    const { signal } = this.#options;
    if (signal.aborted) return { kind: 'failure', failure: abortReason(signal) };
    if (this.#broken === undefined && this.#pieces > 0)
      return { kind: 'end', finishes: [{ reason: 'stop' }] };
    const problem =
      this.#broken === undefined
        ? failure('upstream_protocol', 'The provider sent an empty answer.')
        : failure('stream_cut', 'The answer of the provider broke off.', { cause: this.#broken });
    return { kind: 'failure', failure: problem };
  }
}
