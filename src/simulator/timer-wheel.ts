// One timer for every waiting stream: two thousand streams with a token each 20 ms would otherwise arm a hundred thousand
// timers a second. Slots of two milliseconds; the wheel stands still while nobody waits.

const TICK_MS = 2;
/** A wait longer than a turn stays in its slot and is looked at once in each turn. */
const SLOTS = 1_024;

export interface Appointment {
  readonly dueMs: number;
  ring: (() => void) | null;
}

export class TimerWheel {
  readonly #slots: Appointment[][] = Array.from({ length: SLOTS }, () => []);
  #timer: Timer | null = null;
  #tick = 0;
  #waiting = 0;

  /** Rings at `dueMs` of `performance.now()` or up to a few milliseconds later. */
  at(dueMs: number, ring: () => void): Appointment {
    const appointment: Appointment = { dueMs, ring };
    if (this.#timer === null) {
      this.#tick = Math.floor(performance.now() / TICK_MS);
      this.#timer = setInterval(() => this.#turn(), TICK_MS);
    }
    // Never the slot that has just been emptied: it comes round again only after a whole turn.
    const slot = Math.max(Math.ceil(dueMs / TICK_MS), this.#tick + 1);
    this.#slots[slot % SLOTS]?.push(appointment);
    this.#waiting += 1;
    return appointment;
  }

  cancel(appointment: Appointment): void {
    // It stays in its slot until its time, holding nothing.
    appointment.ring = null;
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    for (const slot of this.#slots) slot.length = 0;
    this.#waiting = 0;
  }

  #turn(): void {
    const now = performance.now();
    const last = Math.floor(now / TICK_MS);
    // After a long pause of the process every slot is due once; more turns would find nothing.
    if (last - this.#tick > SLOTS) this.#tick = last - SLOTS;
    while (this.#tick < last && this.#timer !== null) {
      this.#tick += 1;
      this.#empty(this.#tick % SLOTS, now);
    }
    if (this.#waiting === 0 && this.#timer !== null) {
      clearInterval(this.#timer);
      this.#timer = null;
    }
  }

  #empty(index: number, now: number): void {
    const slot = this.#slots[index];
    if (slot === undefined || slot.length === 0) return;
    const later: Appointment[] = [];
    this.#slots[index] = later;
    for (const appointment of slot) {
      if (appointment.ring !== null && appointment.dueMs > now) {
        later.push(appointment);
        continue;
      }
      this.#waiting -= 1;
      appointment.ring?.();
    }
  }
}
