// One answer for several clients: read once, kept as it comes, and shown to each at the client's own pace from its
// beginning. A provider is read no faster than the fastest client reads.

/** Bytes that are kept. A longer answer goes on for those who listen already, and nobody else may join. */
const KEPT_BYTES_MAX = 16 * 1024 * 1024;

export interface BroadcastEnd {
  /** The whole answer; undefined when it broke off or is too long to be kept. */
  readonly body: Uint8Array | undefined;
}

export class Broadcast {
  readonly #next: () => Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>;
  readonly #cancel: () => Promise<void>;
  readonly #onEnd: (end: BroadcastEnd) => void;
  readonly #chunks: Uint8Array[] = [];
  #bytes = 0;
  /** Of what was let go of: chunks before the first in `#chunks`. */
  #gone = 0;
  #over = false;
  #broken: unknown;
  #reading: Promise<void> | undefined;
  #listeners = 0;

  constructor(body: ReadableStream<Uint8Array>, onEnd: (end: BroadcastEnd) => void) {
    const reader = body.getReader();
    this.#next = () => reader.read();
    this.#cancel = () => reader.cancel();
    this.#onEnd = onEnd;
  }

  /** Whether somebody who comes now can still see all of it. */
  get whole(): boolean {
    return this.#gone === 0 && this.#broken === undefined;
  }

  /**
   * The answer from its beginning. When the last listener leaves before the end, the reading ends too. `onDone` is called
   * when this listener has seen the end.
   */
  listen(onDone: () => void): ReadableStream<Uint8Array> {
    let next = this.#gone;
    this.#listeners += 1;
    const source: Bun.UnderlyingSource<Uint8Array> = {
      pull: async (controller) => {
        while (next === this.#gone + this.#chunks.length && !this.#over) {
          this.#reading ??= this.#read();
          await this.#reading;
        }
        // One that reads so slowly that its next chunk is gone cannot be served any more.
        if (next < this.#gone) throw new Error('the answer went on without this client');
        const chunk = this.#chunks[next - this.#gone];
        next += 1;
        if (chunk !== undefined) {
          controller.enqueue(chunk);
          return;
        }
        onDone();
        if (this.#broken !== undefined) throw this.#broken;
        controller.close();
      },
      cancel: async () => {
        this.#listeners -= 1;
        if (this.#listeners > 0 || this.#over) return;
        this.#finish(new Error('nobody listens'));
        await this.#cancel();
      },
    };
    return new ReadableStream(source, { highWaterMark: 0 });
  }

  async #read(): Promise<void> {
    try {
      const { done, value } = await this.#next();
      if (done || value === undefined) this.#finish();
      else this.#keep(value);
    } catch (broken) {
      this.#finish(broken);
    }
    this.#reading = undefined;
  }

  #keep(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    while (this.#bytes > KEPT_BYTES_MAX) {
      this.#bytes -= this.#chunks.shift()?.length ?? 0;
      this.#gone += 1;
    }
  }

  #finish(broken?: unknown): void {
    if (this.#over) return;
    this.#over = true;
    this.#broken = broken;
    const whole = broken === undefined && this.#gone === 0;
    this.#onEnd({ body: whole ? Buffer.concat(this.#chunks) : undefined });
  }
}
