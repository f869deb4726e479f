// The beginning of a message whose end has not arrived. Grows by doubling, so that a long message in small pieces costs
// no more than its length; the caller asks for the length and keeps the bound.

const NOTHING: Uint8Array = new Uint8Array(0);
const FIRST_SIZE = 1024;

export class HeldBytes {
  #bytes = NOTHING;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Valid until the next call of anything else here. */
  view(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  append(bytes: Uint8Array): void {
    const length = this.#length + bytes.length;
    if (length > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(length, this.#bytes.length * 2, FIRST_SIZE));
      grown.set(this.view());
      this.#bytes = grown;
    }
    this.#bytes.set(bytes, this.#length);
    this.#length = length;
  }

  /** Forgets the first `count` bytes. */
  drop(count: number): void {
    this.#bytes.copyWithin(0, count, this.#length);
    this.#length -= count;
  }

  clear(): void {
    this.#bytes = NOTHING;
    this.#length = 0;
  }
}
