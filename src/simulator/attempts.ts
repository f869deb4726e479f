// The log of attempts: what was asked, what was sent, when, and the bill that a provider would write for it.

import { nanoDollars, type NanoDollars } from '#base/money.ts';

export type AttemptEnding = 'complete' | 'cut' | 'client-gone' | 'stalled';

/** Times are milliseconds since 1970 with fractions; null where it has not happened. */
export interface AttemptEntry {
  /** From 1, without gaps. */
  readonly sequence: number;
  /** The caller's own id (`x-clew-generation-id` or `x-request-id`), or `sim-<sequence>`. */
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly model: string | null;
  readonly stream: boolean;
  readonly fault: string | null;
  /** The recording that answered, in replay. */
  readonly recording: string | null;
  /** The last four characters of the credential. */
  readonly credential: string | null;
  /** The first byte of the request. */
  readonly arrivedMs: number;
  /** The first byte of the answer was handed to the kernel. */
  readonly firstByteMs: number | null;
  readonly endedMs: number | null;
  /** When the client closed the connection before the answer was over. */
  readonly clientGoneMs: number | null;
  readonly status: number | null;
  /** Null while it is running. */
  readonly ended: AttemptEnding | null;
  readonly promptTokens: number;
  readonly cachedTokens: number;
  /** Sent so far. */
  readonly outputTokens: number;
  /** For what was sent: prompt and output of a generation, nothing for an error. */
  readonly bill: NanoDollars;
  readonly bytesIn: number;
  readonly bytesOut: number;
}

export type OpenEntry = { -readonly [Field in keyof AttemptEntry]: AttemptEntry[Field] };

/** US dollars for a million tokens. */
export interface SimulatedPrice {
  readonly input: number;
  readonly output: number;
  /** Default: a tenth of `input`. */
  readonly cacheRead?: number;
}

export const DEFAULT_PRICE: SimulatedPrice = { input: 1, output: 2 };

/** A dollar for a million tokens is a thousand nano-dollars for one. */
export function billFor(entry: AttemptEntry, price: SimulatedPrice): NanoDollars {
  const fresh = entry.promptTokens - entry.cachedTokens;
  const cacheRead = price.cacheRead ?? price.input / 10;
  const dollarsPerMillion =
    fresh * price.input + entry.cachedTokens * cacheRead + entry.outputTokens * price.output;
  return nanoDollars(dollarsPerMillion * 1_000);
}

/** The newest entries, up to a number; older ones are forgotten, but the sums are kept. */
export class AttemptLog {
  readonly #max: number;
  #entries: OpenEntry[] = [];
  #count = 0;

  constructor(max: number) {
    this.#max = max;
  }

  open(entry: Omit<OpenEntry, 'sequence'>): OpenEntry {
    this.#count += 1;
    const opened = { ...entry, sequence: this.#count, id: entry.id === '' ? `sim-${this.#count}` : entry.id };
    this.#entries.push(opened);
    // Forgetting a quarter at a time costs less than one each time.
    if (this.#entries.length > this.#max * 1.25) this.#entries = this.#entries.slice(-this.#max);
    return opened;
  }

  entries(): readonly AttemptEntry[] {
    return this.#entries.slice(-this.#max);
  }

  clear(): void {
    this.#entries = [];
  }
}
