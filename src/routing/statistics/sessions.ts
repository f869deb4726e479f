// Which target a client's session is with: where its cache is, and its manner. In memory, bounded, and forgotten when nobody
// comes back. A session is what a client calls one; nothing is guessed from what is said in it.

/** Sessions of one process. */
const SESSIONS_MAX = 10_000;
/** As long as providers keep a prompt, twice over. */
const IDLE_MS = 600_000;

interface Stay {
  readonly target: string;
  readonly until: number;
}

export class Sessions {
  /** In the order of their last success. */
  readonly #stays = new Map<string, Stay>();

  /** An attempt at `target` succeeded. */
  note(session: string, target: string, now: number): void {
    this.#stays.delete(session);
    this.#stays.set(session, { target, until: now + IDLE_MS });
    if (this.#stays.size > SESSIONS_MAX) this.#stays.delete(this.#stays.keys().next().value as string);
  }

  /** The target by its id. */
  of(session: string, now: number): string | undefined {
    const stay = this.#stays.get(session);
    return stay !== undefined && now < stay.until ? stay.target : undefined;
  }
}

/** Nobody's session is anybody else's, and each model has its own target. */
export function sessionName(owner: string | null, model: string, session: string): string {
  return JSON.stringify([owner, model, session]);
}
