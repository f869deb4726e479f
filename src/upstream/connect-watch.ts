// The connect limit. Bun's fetch does not say when its connection stands, so a call that has had no answer for
// `connectMs` is suspected: one bare TCP connection to the same address is tried, and only if that does not come about
// either is the call given up. An address that answered lately is not suspected, so a slow model costs nothing.

import type { Clock } from '#base/clock.ts';
import { Stop } from '#base/stop.ts';
import type { StopSignal } from '#base/stop.ts';
import { failure } from '#canonical/failure.ts';

/** How long an answer vouches for its address. */
const VOUCH_MS = 10_000;
/** Addresses come from the configuration, so there are few; the bound is for safety. */
const ADDRESSES_MAX = 1_000;

export interface Watched {
  readonly signal: StopSignal;
  /** The head of the answer is there, or the call failed. */
  answered(alive: boolean): void;
}

/** Resolves to true when a TCP connection to the address of `url` stands within `limitMs`. */
export type Probe = (url: string, limitMs: number) => Promise<boolean>;

export class ConnectWatch {
  readonly #clock: Clock;
  readonly #probe: Probe;
  readonly #aliveAt = new Map<string, number>();

  constructor(clock: Clock, probe: Probe = probeTcp) {
    this.#clock = clock;
    this.#probe = probe;
  }

  watch(url: string, connectMs: number, signal: StopSignal): Watched {
    if (this.#vouched(url)) return { signal, answered: (alive) => this.#note(url, alive) };
    const controller = new Stop();
    const forward = (): void => controller.abort(signal.reason);
    if (signal.aborted) forward();
    else signal.addEventListener('abort', forward);
    let waiting = true;
    const alarm = this.#clock.alarm(connectMs, () => {
      const judge = (alive: boolean): void => {
        if (alive) this.#note(url, true);
        else if (waiting) controller.abort(timedOut(connectMs));
      };
      this.#probe(url, connectMs).then(judge, () => judge(false));
    });
    return {
      signal: controller,
      answered: (alive) => {
        waiting = false;
        alarm.clear();
        this.#note(url, alive);
      },
    };
  }

  #vouched(url: string): boolean {
    const at = this.#aliveAt.get(url);
    return at !== undefined && this.#clock.now() - at < VOUCH_MS;
  }

  #note(url: string, alive: boolean): void {
    if (!alive) this.#aliveAt.delete(url);
    else if (this.#aliveAt.size < ADDRESSES_MAX || this.#aliveAt.has(url)) {
      this.#aliveAt.set(url, this.#clock.now());
    }
  }
}

function timedOut(connectMs: number): ReturnType<typeof failure> {
  return failure('connect_timeout', `No connection to the provider within ${connectMs / 1000} s.`);
}

/** Never rejects. */
async function probeTcp(url: string, limitMs: number): Promise<boolean> {
  const { hostname, port, protocol } = new URL(url);
  const portNumber = port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port);
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), limitMs);
    const settle = (alive: boolean): void => {
      clearTimeout(timer);
      resolve(alive);
    };
    Bun.connect({
      hostname,
      port: portNumber,
      socket: {
        open(socket) {
          socket.end();
          settle(true);
        },
        data() {},
        connectError: () => settle(false),
      },
    }).catch(() => settle(false));
  });
}
