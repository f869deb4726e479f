// The grammar of a stream, checked while it runs: by the executor always, by tests on every stream.

import type { ChatEvent } from '#canonical/event.ts';

export class Grammar {
  #phase: 'before' | 'running' | 'over' = 'before';
  /** The open parts and, at the same places, their choices. Nearly always there is one: maps would be larger than all else. */
  readonly #parts: number[] = [];
  readonly #choices: number[] = [];
  #nextPart = 0;

  get over(): boolean {
    return this.#phase === 'over';
  }

  /** Undefined when the event may stand here, else what is wrong with it. */
  check(event: ChatEvent): string | undefined {
    if (this.#phase === 'over') return `${event.kind} after the end`;
    if (event.kind === 'failure') {
      this.#phase = 'over';
      return undefined;
    }
    if (this.#phase === 'before') {
      if (event.kind !== 'start') return `${event.kind} before start`;
      this.#phase = 'running';
      return undefined;
    }
    switch (event.kind) {
      case 'start':
        return 'a second start';
      case 'open':
        return this.#checkOpen(event.part, event.choice);
      case 'delta':
        return this.#parts.includes(event.part)
          ? undefined
          : `delta for part ${event.part}, which is not open`;
      case 'close':
        return this.#checkClose(event.part);
      case 'end':
        this.#phase = 'over';
        return this.#parts.length === 0 ? undefined : 'end while a part is open';
      default:
        return undefined;
    }
  }

  #checkOpen(part: number, choice: number): string | undefined {
    if (this.#choices.includes(choice)) return `part ${part} opens while another is open`;
    if (part < this.#nextPart) return `part number ${part} was used before`;
    this.#nextPart = part + 1;
    this.#parts.push(part);
    this.#choices.push(choice);
    return undefined;
  }

  #checkClose(part: number): string | undefined {
    const at = this.#parts.indexOf(part);
    if (at === -1) return `close of part ${part}, which is not open`;
    this.#parts.splice(at, 1);
    this.#choices.splice(at, 1);
    return undefined;
  }
}
