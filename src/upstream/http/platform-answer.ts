// An answer that the platform reads for us, in the shape of all others: through a proxy, and where a body has to be unpacked.

import type { StopSignal } from '#base/stop.ts';
import type { Failure } from '#canonical/failure.ts';
import { networkFailure } from '../network-failure.ts';
import type { HttpAnswer } from './answer.ts';

/** The part of a stream's reader that is used here: the platform's types for it disagree with each other. */
interface Reader {
  read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>;
  cancel(): Promise<void>;
}

export interface PlatformAnswerOptions {
  readonly status: number;
  readonly header: HttpAnswer['header'];
  readonly body: ReadableStream<Uint8Array> | null;
  /** Says what an error of the body was. */
  readonly explain: (error: unknown) => Failure;
}

export class PlatformAnswer implements HttpAnswer {
  readonly status: number;
  readonly header: HttpAnswer['header'];
  broken: Failure | undefined;
  ended = false;
  readonly #reader: Reader | undefined;
  readonly #explain: (error: unknown) => Failure;

  constructor({ status, header, body, explain }: PlatformAnswerOptions) {
    this.status = status;
    this.header = header;
    this.#reader = body?.getReader();
    this.#explain = explain;
    if (body === null) this.ended = true;
  }

  takeWhole(): undefined {
    return undefined;
  }

  async read(): Promise<Uint8Array | undefined> {
    if (this.ended || this.#reader === undefined) return undefined;
    try {
      const { done, value } = await this.#reader.read();
      if (!done) return value;
    } catch (error) {
      this.broken ??= this.#explain(error);
    }
    this.ended = true;
    return undefined;
  }

  cancel(): void {
    void this.#reader?.cancel().catch(() => undefined);
  }
}

export function fromResponse(response: Response, signal: StopSignal): HttpAnswer {
  const { status, headers, body } = response;
  const explain = (error: unknown): Failure => networkFailure(error, signal);
  return new PlatformAnswer({ status, header: (name) => headers.get(name) ?? undefined, body, explain });
}
