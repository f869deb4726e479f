// A signal to stop, as light as it can be: the platform's AbortSignal has the same shape and costs microseconds to make and to
// listen to, several of them in each exchange.

/** An AbortSignal is one too. */
export interface StopSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  /** The listener is called once. A signal that has stopped already calls nobody: ask `aborted` first. */
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

export class Stop implements StopSignal {
  aborted = false;
  reason: unknown = undefined;
  /** Nearly always there is one. */
  #listener: (() => void) | undefined;
  #more: Set<() => void> | undefined;

  /** Once; what comes after the first changes nothing. */
  abort(reason: unknown): void {
    if (this.aborted) return;
    this.aborted = true;
    this.reason = reason;
    const first = this.#listener;
    const more = this.#more;
    this.#listener = undefined;
    this.#more = undefined;
    first?.();
    for (const listener of more ?? []) listener();
  }

  addEventListener(_type: 'abort', listener: () => void): void {
    if (this.aborted) return;
    if (this.#listener === undefined) this.#listener = listener;
    else (this.#more ??= new Set()).add(listener);
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    if (this.#listener === listener) this.#listener = undefined;
    else this.#more?.delete(listener);
  }
}

/** For those who take nothing else. */
export function asAbortSignal(signal: StopSignal): AbortSignal {
  if (signal instanceof AbortSignal) return signal;
  const controller = new AbortController();
  if (signal.aborted) controller.abort(signal.reason);
  else signal.addEventListener('abort', () => controller.abort(signal.reason));
  return controller.signal;
}
