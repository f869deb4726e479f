// A secret prints as `[redacted]` wherever it is printed by accident: templates, JSON, console, errors.

import { inspect } from 'node:util';

const REDACTED = '[redacted]';

export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The only way to the value. Call it where the value leaves for the provider, nowhere else. */
  reveal(): string {
    return this.#value;
  }

  /** Whether both hold the same value. */
  sameAs(other: Secret): boolean {
    return this === other || this.#value === other.#value;
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }

  [inspect.custom](): string {
    return REDACTED;
  }
}
