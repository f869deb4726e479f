// What has been set for a model from outside: terms for its answers, a fault for the next requests.

import { findFault, type ChosenFault } from './faults.ts';

/** So many models may have something set; a test that needs more has a leak. */
const MODELS_MAX = 1_000;

interface Setting {
  readonly fault: ChosenFault;
  /** Requests left; null for all. */
  left: number | null;
}

/** What a model that takes so many calls at once says to one more. */
const TOO_MANY = '529';

interface Capacity {
  most: number;
  running: number;
}

export interface FaultListing {
  readonly model: string;
  readonly fault: string;
  readonly timesLeft: number | null;
}

export class Overrides {
  readonly #faults = new Map<string, Setting>();
  readonly #capacities = new Map<string, Capacity>();
  readonly #terms = new Map<string, string>();

  /** Null takes it away. False when there is no such fault or no room. */
  setFault(model: string, name: string | null, times?: number): boolean {
    if (name === null) {
      this.#faults.delete(model);
      return true;
    }
    const fault = findFault(name);
    if (fault === null || this.#faults.size >= MODELS_MAX) return false;
    this.#faults.set(model, { fault, left: times ?? null });
    return true;
  }

  /** Calls at once; null for as many as come. */
  setCapacity(model: string, most: number | null): boolean {
    if (most === null) this.#capacities.delete(model);
    else if (this.#capacities.size >= MODELS_MAX) return false;
    else this.#capacities.set(model, { most, running: 0 });
    return true;
  }

  /** A call is answered, or has ended; only those count that were not turned away. */
  count(model: string | null, fault: string | null, by: 1 | -1): void {
    const capacity = model === null || fault === TOO_MANY ? undefined : this.#capacities.get(model);
    if (capacity !== undefined) capacity.running = Math.max(0, capacity.running + by);
  }

  /** The fault for this request, counting it. The model's own goes before that of `*`. */
  takeFault(model: string): ChosenFault | null {
    const capacity = this.#capacities.get(model);
    if (capacity !== undefined && capacity.running >= capacity.most) return findFault(TOO_MANY);
    const key = this.#faults.has(model) ? model : '*';
    const setting = this.#faults.get(key);
    if (setting === undefined) return null;
    if (setting.left !== null) {
      setting.left -= 1;
      if (setting.left <= 0) this.#faults.delete(key);
    }
    return setting.fault;
  }

  setTerms(model: string, terms: string | null): boolean {
    if (terms === null) this.#terms.delete(model);
    else if (this.#terms.size >= MODELS_MAX) return false;
    else this.#terms.set(model, terms);
    return true;
  }

  termsFor(model: string): string | undefined {
    return this.#terms.get(model) ?? this.#terms.get('*');
  }

  faults(): readonly FaultListing[] {
    return [...this.#faults].map(([model, { fault, left }]) => ({
      model,
      fault: fault.name,
      timesLeft: left,
    }));
  }

  terms(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.#terms);
  }

  clearFaults(): void {
    this.#faults.clear();
  }

  clearTerms(): void {
    this.#terms.clear();
  }
}
