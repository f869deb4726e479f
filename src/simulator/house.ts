// What all connections of one simulator share: the log, the settings, the recordings, the clock.

import { parseJson } from '#base/json.ts';
import {
  AttemptLog,
  DEFAULT_PRICE,
  type AttemptEntry,
  type OpenEntry,
  type SimulatedPrice,
} from './attempts.ts';
import { NO_MONEY } from '#base/money.ts';
import { control, CONTROL_PREFIX } from './control.ts';
import { httpScript } from './http-reply.ts';
import type { HttpRequest } from './http-request.ts';
import { Overrides } from './overrides.ts';
import { errorPerformance, jsonScript, perform, UNBILLED, type Performance } from './perform.ts';
import { Replay } from './replay/replay.ts';
import { TimerWheel } from './timer-wheel.ts';

export interface HouseOptions {
  readonly name: string;
  readonly seed: number;
  readonly maxEntries: number;
  readonly replayDir: string | undefined;
  readonly prices: Readonly<Record<string, SimulatedPrice>>;
  readonly log: (entry: AttemptEntry) => void;
}

export class House {
  readonly wheel = new TimerWheel();
  readonly log: AttemptLog;
  readonly overrides = new Overrides();
  readonly #options: HouseOptions;
  readonly #replay: Replay | null;

  constructor(options: HouseOptions) {
    this.#options = options;
    this.log = new AttemptLog(options.maxEntries);
    this.#replay = options.replayDir === undefined ? null : new Replay(options.replayDir);
  }

  /** What the control endpoint does is no attempt. */
  perform(request: HttpRequest): { readonly performance: Performance; readonly isAttempt: boolean } {
    if (request.path.startsWith(CONTROL_PREFIX)) {
      const { status, text } = control(request, this);
      const script = jsonScript(request, status, text);
      return { performance: { ...UNBILLED, status, script }, isAttempt: false };
    }
    const performance =
      this.#replay === null ? this.#synthesise(request) : this.#recall(request, this.#replay);
    return { performance, isAttempt: true };
  }

  open(request: HttpRequest, performance: Performance, bytesIn: number): OpenEntry {
    const { headers } = request;
    this.overrides.count(performance.model, performance.fault, 1);
    return this.log.open({
      id: headers.get('x-clew-generation-id') ?? headers.get('x-request-id') ?? '',
      method: request.method,
      path: request.path,
      model: performance.model,
      stream: performance.stream,
      fault: performance.fault,
      recording: performance.recording,
      credential: credentialTail(headers),
      arrivedMs: request.arrivedMs,
      firstByteMs: null,
      endedMs: null,
      clientGoneMs: null,
      status: performance.status,
      ended: null,
      promptTokens: 0,
      cachedTokens: 0,
      outputTokens: 0,
      bill: NO_MONEY,
      bytesIn,
      bytesOut: 0,
    });
  }

  done(entry: AttemptEntry): void {
    this.overrides.count(entry.model, entry.fault, -1);
    this.#options.log(entry);
  }

  priceOf(model: string | null): SimulatedPrice {
    const { prices } = this.#options;
    return prices[model ?? '*'] ?? prices['*'] ?? DEFAULT_PRICE;
  }

  #synthesise(request: HttpRequest): Performance {
    const { name, seed } = this.#options;
    return perform(request, { name, seed, overrides: this.overrides });
  }

  #recall(request: HttpRequest, replay: Replay): Performance {
    const body = parseJson(request.body.toString());
    const match = replay.answer(request.method, request.path, body);
    if (!match.found) return errorPerformance(request, { status: 404, message: match.why });
    const { file, reply } = match;
    const stream = reply.length === undefined;
    const script = httpScript(reply, request.keepAlive, 0);
    return { ...UNBILLED, stream, status: reply.status, recording: file, script };
  }
}

function credentialTail(headers: HttpRequest['headers']): string | null {
  const credential =
    headers.get('authorization') ??
    headers.get('x-api-key') ??
    headers.get('api-key') ??
    headers.get('x-goog-api-key');
  return credential?.slice(-4) ?? null;
}
