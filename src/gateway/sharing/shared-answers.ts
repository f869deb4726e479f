// Which answers are being given, or were given within a day, and may be given to somebody else too: the same caller with the
// same idempotency key, or with the very same request at the same time. In memory while it runs; the database keeps it after.

import type { Replay, ReplayStore } from '#accounting/replay-store.ts';
import { toBytes } from '#base/bytes.ts';
import type { Clock } from '#base/clock.ts';
import type { Outgoing } from '../gateway.ts';
import { Audience } from './audience.ts';
import { Broadcast } from './broadcast.ts';

/** Exchanges at once that may be joined; one more is simply not shared. */
const RUNNING_MAX = 20_000;
/** Answers that wait for the database: found here until it has them. */
const WAITING_BYTES_MAX = 64 * 1024 * 1024;
const REPLAYED = 'x-clew-replayed';

export interface SharedAnswersOptions {
  readonly store: ReplayStore;
  readonly clock: Clock;
  readonly onProblem: (message: string, detail: Readonly<Record<string, unknown>>) => void;
}

export interface Sharing {
  /** Whose and which: nobody else finds it. */
  readonly name: string;
  /** Of the request. */
  readonly fingerprint: string;
  /** Given again after its end too. */
  readonly replays: boolean;
}

interface Running {
  readonly fingerprint: string;
  readonly audience: Audience;
  readonly answer: Promise<Shown>;
}

/** An answer whose head is known. */
interface Shown {
  readonly status: number;
  readonly headers: Record<string, string>;
  /** Undefined: nobody can join any more. */
  readonly open: (onDone: () => void) => Outgoing['body'] | undefined;
}

/** Who asks. */
export interface Listener {
  readonly signal: AbortSignal;
  /** Called when a streamed answer has ended. */
  readonly ended: () => void;
}

/** `mismatch`: the name stands for another request. */
export type Joined = Outgoing | 'mismatch' | undefined;

export class SharedAnswers {
  readonly #options: SharedAnswersOptions;
  readonly #running = new Map<string, Running>();
  readonly #waiting = new Map<string, Replay>();
  #waitingBytes = 0;

  constructor(options: SharedAnswersOptions) {
    this.#options = options;
  }

  /** The answer of another request that has the same name; undefined when there is none. */
  async join({ name, fingerprint, replays }: Sharing, client: Listener): Promise<Joined> {
    const running = this.#running.get(name);
    if (running !== undefined) {
      if (running.fingerprint !== fingerprint) return 'mismatch';
      running.audience.join(client.signal);
      const { status, headers, open } = await running.answer;
      const body = open(client.ended);
      return body === undefined ? undefined : { status, headers: { ...headers, [REPLAYED]: 'joined' }, body };
    }
    const replay = replays ? await this.#find(name) : undefined;
    if (replay === undefined) return undefined;
    return replay.fingerprint === fingerprint ? outgoingOf(replay, client.ended) : 'mismatch';
  }

  /** Runs the exchange so that others may join it. `run` gets the signal that stands for all who wait. */
  async lead(
    sharing: Sharing,
    client: Listener,
    run: (signal: AbortSignal) => Promise<Outgoing>,
  ): Promise<Outgoing> {
    // Somebody else may have begun while the database was asked.
    if (this.#running.has(sharing.name)) {
      const joined = await this.join(sharing, client);
      if (joined !== undefined && joined !== 'mismatch') return joined;
    }
    if (this.#running.size >= RUNNING_MAX || this.#running.has(sharing.name)) return run(client.signal);
    const audience = new Audience();
    audience.join(client.signal);
    const answer = run(audience.signal).then(
      (outgoing) => this.#show(sharing, outgoing),
      (bug: unknown) => {
        this.#running.delete(sharing.name);
        throw bug;
      },
    );
    this.#running.set(sharing.name, { fingerprint: sharing.fingerprint, audience, answer });
    const { status, headers, open } = await answer;
    return { status, headers, body: open(client.ended) ?? null };
  }

  #show(sharing: Sharing, { status, headers, body }: Outgoing): Shown {
    if (!(body instanceof ReadableStream)) {
      this.#end(sharing, { status, headers }, body === null ? undefined : bytesOf(body));
      return { status, headers, open: () => body };
    }
    const broadcast = new Broadcast(body, (end) => this.#end(sharing, { status, headers }, end.body));
    return { status, headers, open: (onDone) => (broadcast.whole ? broadcast.listen(onDone) : undefined) };
  }

  /** What failed is not given again: the next request tries anew. */
  #end(sharing: Sharing, head: Pick<Outgoing, 'status' | 'headers'>, body: Uint8Array | undefined): void {
    const { name, fingerprint, replays } = sharing;
    // Those who hold the promise already are served; for those who come now it is over.
    this.#running.delete(name);
    if (!replays || head.status !== 200 || body === undefined) return;
    const createdMs = this.#options.clock.wallMs();
    const headers = JSON.stringify(head.headers);
    const replay: Replay = { name, fingerprint, createdMs, status: head.status, headers, body };
    if (this.#waitingBytes + body.length > WAITING_BYTES_MAX) {
      this.#options.onProblem('an answer is not kept for its idempotency key: too many wait', {});
      return;
    }
    this.#waiting.set(name, replay);
    this.#waitingBytes += body.length;
    void this.#write(replay);
  }

  async #write(replay: Replay): Promise<void> {
    // The client's own answer goes first: the database is written in a moment of its own.
    await new Promise<void>((resolve) => this.#options.clock.alarm(0, resolve));
    const stored = await this.#options.store.insert(replay);
    if (!stored.ok) {
      this.#options.onProblem('an answer is not kept for its idempotency key', { why: stored.error });
    }
    if (this.#waiting.get(replay.name) === replay) this.#waiting.delete(replay.name);
    this.#waitingBytes -= replay.body.length;
  }

  async #find(name: string): Promise<Replay | undefined> {
    const waiting = this.#waiting.get(name);
    if (waiting !== undefined) return waiting;
    const found = await this.#options.store.find(name, this.#options.clock.wallMs());
    if (found.ok) return found.value;
    this.#options.onProblem('an idempotency key cannot be looked up', { why: found.error });
    return undefined;
  }
}

function outgoingOf({ status, headers, body }: Replay, onDone: () => void): Outgoing {
  const told = JSON.parse(headers) as Record<string, string>;
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(body);
      controller.close();
      onDone();
    },
  });
  return { status, headers: { ...told, [REPLAYED]: 'kept' }, body: stream };
}

function bytesOf(body: string | Uint8Array): Uint8Array {
  return typeof body === 'string' ? toBytes(body) : body;
}
