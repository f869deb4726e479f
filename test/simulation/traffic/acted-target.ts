// A simulated target: how it behaves at a moment, what it allows its keys, what it keeps in its prompt cache, and its bill.

import type { Draw } from '#base/random.ts';
import { err, ok } from '#base/result.ts';
import type { Result } from '#base/result.ts';
import type { Answer, CallFailed } from '#canonical/answer.ts';
import { failure } from '#canonical/failure.ts';
import type { Failure } from '#canonical/failure.ts';
import type { HeaderReader } from '#canonical/retry-after.ts';
import type { Usage } from '#canonical/usage.ts';
import type { CallOrder } from '#execution/call.ts';
import { CLOSE, END, OPEN, ScriptedStream, START, text, untilOrAborted } from '../../support/scripted.ts';
import type { VirtualClock } from '../../support/virtual-clock.ts';
import type { Asking } from './asking.ts';
import { LimitedKey } from './key-limit.ts';
import type { KeyLimit } from './key-limit.ts';

/** Times in milliseconds. */
export interface Behaviour {
  readonly firstMs: number;
  /** For each token after the first; 20 if absent. */
  readonly eachMs?: number;
  /** Part of its calls that fail, and after how long they do; 5 if absent. */
  readonly failing?: number;
  readonly failsAfterMs?: number;
  /** Its first content never comes. */
  readonly silent?: boolean;
}

export interface Nature {
  readonly behaves: (now: number) => Behaviour;
  /** US dollars for a million tokens; of the prompt, of the answer, of what is read from the cache. */
  readonly price?: { readonly input: number; readonly output: number; readonly cacheRead?: number };
  /** One for each of its keys; a target without any has one key that is not limited. */
  readonly keys?: readonly KeyLimit[];
}

/** Of first contents and of the time for a token: log-normal. */
const SIGMA = 0.4;
const CACHE_MS = 300_000;
/** A refusal takes a moment too. */
const REFUSED_MS = 30;
const CACHED_TOKENS_MIN = 1_024;

export interface ActedPorts {
  readonly clock: VirtualClock;
  readonly draw: Draw;
  readonly onHeaders: (order: CallOrder, header: HeaderReader) => void;
}

export class ActedTarget {
  readonly #nature: Nature;
  readonly #ports: ActedPorts;
  readonly #keys: readonly LimitedKey[];
  /** By conversation: tokens of the prompt that are kept, and since when. */
  readonly #cache = new Map<number, { readonly tokens: number; readonly at: number }>();

  constructor(nature: Nature, ports: ActedPorts) {
    this.#nature = nature;
    this.#ports = ports;
    this.#keys = (nature.keys ?? []).map((limit) => new LimitedKey(limit));
  }

  async call(order: CallOrder, asking: Asking, signal: AbortSignal): Promise<Result<Answer, CallFailed>> {
    const { clock, draw, onHeaders } = this.#ports;
    const now = clock.now();
    const key = this.#keys[Number(order.credential?.id.split('#')[1] ?? -1)];
    const taken = key?.take(asking.inputTokens, now) ?? true;
    // As it stood when the call was counted; told when the answer begins.
    const header = key?.headers(now);
    if (!taken && key !== undefined) {
      await untilOrAborted(REFUSED_MS, clock, signal);
      if (header !== undefined) onHeaders(order, header);
      return err({ failure: limited(key.waitMs(asking.inputTokens, clock.now())), status: 429 });
    }
    const { firstMs, eachMs = 20, failing = 0, failsAfterMs = 5, silent } = this.#nature.behaves(now);
    const fails = draw() < failing;
    await untilOrAborted(
      silent === true ? 1e9 : fails ? failsAfterMs : firstMs * this.#noise(),
      clock,
      signal,
    );
    if (signal.aborted) return err({ failure: signal.reason as Failure });
    if (header !== undefined) onHeaders(order, header);
    if (fails)
      return err({ failure: failure('upstream_error', 'down', { upstreamStatus: 500 }), status: 500 });
    const usage = this.#usage(asking, clock.now());
    const writingMs = eachMs * this.#noise() * (asking.outputTokens - 1);
    const beats = [
      [START, OPEN, text('an answer')],
      writingMs,
      [CLOSE, { kind: 'usage', usage } as const, END],
    ] as const;
    return ok({ kind: 'stream', stream: new ScriptedStream(beats, clock, signal), losses: [], status: 200 });
  }

  /** Tokens of the conversation's prompt that are kept now, and US dollars that reading them saves. */
  kept(conversation: number, now: number): { readonly tokens: number; readonly saves: number } {
    const { input = 0, cacheRead } = this.#nature.price ?? {};
    const kept = this.#cache.get(conversation);
    const warm = kept !== undefined && now - kept.at < CACHE_MS && kept.tokens >= CACHED_TOKENS_MIN;
    const tokens = warm ? kept.tokens : 0;
    return { tokens, saves: cacheRead === undefined ? 0 : (tokens * (input - cacheRead)) / 1e6 };
  }

  #usage({ conversation, inputTokens, outputTokens }: Asking, now: number): Usage {
    const tokens = { inputTotal: inputTokens, outputTotal: outputTokens };
    if (this.#nature.price?.cacheRead === undefined) return tokens;
    const cacheRead = Math.min(this.kept(conversation, now).tokens, inputTokens);
    this.#cache.set(conversation, { tokens: inputTokens, at: now });
    return { ...tokens, cacheRead };
  }

  /** Log-normal with a mean of 1, by Box and Muller. */
  #noise(): number {
    const { draw } = this.#ports;
    const radius = Math.sqrt(-2 * Math.log(1 - draw()));
    return Math.exp(SIGMA * radius * Math.cos(2 * Math.PI * draw()) - SIGMA ** 2 / 2);
  }
}

function limited(waitMs: number | undefined): Failure {
  const rest = waitMs === undefined ? {} : { retryAfterMs: Math.ceil(waitMs) };
  return failure('upstream_rate_limited', 'limited', rest);
}
