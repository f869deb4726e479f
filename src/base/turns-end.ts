// What is done at the end of this turn of the event loop, together with all else that waits for it.
//
// For sending: a peer that sleeps is woken by each send, which costs more than the send itself. Of many that leave together
// only the first wakes it (docs/decisions/0025-send-together.md).

export class TurnsEnd<Item> {
  readonly #act: (item: Item) => void;
  #waiting: Item[] = [];
  readonly #run = (): void => {
    const items = this.#waiting;
    this.#waiting = [];
    for (const item of items) this.#act(item);
  };

  /** `act` must not throw: those behind would be forgotten. */
  constructor(act: (item: Item) => void) {
    this.#act = act;
  }

  add(item: Item): void {
    if (this.#waiting.length === 0) setImmediate(this.#run);
    this.#waiting.push(item);
  }
}

let turn: Promise<void> | undefined;

/** Resolves at the end of this turn; one promise for all who ask in it. */
export function turnsEnd(): Promise<void> {
  turn ??= new Promise((resolve) =>
    setImmediate(() => {
      turn = undefined;
      resolve();
    }),
  );
  return turn;
}
