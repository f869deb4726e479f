// An answer of bytes that nobody here understands, such as sound: relayed piece by piece. Each piece is content of its
// own, so that limits on silence hold; the clean end of the connection is the end of the answer.

import type { StopSignal } from '#base/stop.ts';
import type { AnswerStream, Batch } from '#canonical/answer.ts';
import type { ChatEvent } from '#canonical/event.ts';
import { failure } from '#canonical/failure.ts';
import type { ByteSource } from './http/answer.ts';
import { abortReason } from './network-failure.ts';

export interface ByteStreamOptions {
  readonly model: string;
  readonly dialect: string;
  readonly signal: StopSignal;
}

export class ByteStream implements AnswerStream {
  readonly #source: ByteSource;
  readonly #options: ByteStreamOptions;
  #pieces = 0;

  constructor(source: ByteSource, options: ByteStreamOptions) {
    this.#source = source;
    this.#options = options;
  }

  read(): Promise<Uint8Array | undefined> {
    return this.#source.read();
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
    const { broken } = this.#source;
    if (signal.aborted) return { kind: 'failure', failure: abortReason(signal) };
    if (broken === undefined && this.#pieces > 0) return { kind: 'end', finishes: [{ reason: 'stop' }] };
    const problem =
      broken === undefined
        ? failure('upstream_protocol', 'The provider sent an empty answer.')
        : failure('stream_cut', 'The answer of the provider broke off.', { cause: broken });
    return { kind: 'failure', failure: problem };
  }
}
