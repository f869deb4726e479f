// The clients that wait for one exchange: it is told to stop when the last of them has left.

export class Audience {
  readonly #controller = new AbortController();
  #present = 0;

  /** For the exchange, in the place of its client's own signal. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  join(client: AbortSignal): void {
    this.#present += 1;
    const leave = (): void => {
      this.#present -= 1;
      if (this.#present === 0) this.#controller.abort();
    };
    if (client.aborted) leave();
    else client.addEventListener('abort', leave, { once: true });
  }
}
