// How much this process has to do: how late its timers are, and how much its heap holds. Looked at twenty times a second,
// whatever goes on; asking costs nothing.

import type { Priority } from '#canonical/priority.ts';
import type { Load, ShedReason } from '#gateway/shedding.ts';

const TICK_MS = 50;
/** Milliseconds that a delay is remembered. */
const WINDOW_MS = 2_000;
/** The heap is looked at every so many ticks. */
const HEAP_TICKS = 10;
/** Milliseconds between two lines about what was refused. */
const SAID_EVERY_MS = 10_000;

export interface MonitorPorts {
  readonly now: () => number;
  readonly heap: () => number;
  /** A line for the log. */
  readonly say: (event: string, fields: Readonly<Record<string, unknown>>) => void;
}

interface Late {
  readonly at: number;
  readonly byMs: number;
}

export class LoadMonitor implements Load {
  loopDelayMs = 0;
  heap = 0;
  readonly #ports: MonitorPorts;
  readonly #shed = new Map<string, number>();
  readonly #unsaid = new Map<string, number>();
  #recent: Late[] = [];
  #expectedAt: number;
  #ticks = 0;
  #saidAt = -Infinity;
  #timer: Timer | undefined;

  constructor(ports: MonitorPorts) {
    this.#ports = ports;
    this.#expectedAt = ports.now() + TICK_MS;
    this.heap = ports.heap();
  }

  start(): void {
    this.#expectedAt = this.#ports.now() + TICK_MS;
    this.#timer = setInterval(() => this.tick(), TICK_MS);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** What was refused since the start. */
  shedOf(reason: ShedReason, priority: Priority): number {
    return this.#shed.get(`${reason} ${priority}`) ?? 0;
  }

  shed(reason: ShedReason, priority: Priority): void {
    const name = `${reason} ${priority}`;
    this.#shed.set(name, (this.#shed.get(name) ?? 0) + 1);
    this.#unsaid.set(name, (this.#unsaid.get(name) ?? 0) + 1);
  }

  tick(): void {
    const now = this.#ports.now();
    this.#recent.push({ at: now, byMs: Math.max(0, now - this.#expectedAt) });
    this.#expectedAt = now + TICK_MS;
    if ((this.#recent[0]?.at ?? now) <= now - WINDOW_MS)
      this.#recent = this.#recent.filter(({ at }) => at > now - WINDOW_MS);
    this.loopDelayMs = secondWorst(this.#recent);
    this.#ticks += 1;
    if (this.#ticks % HEAP_TICKS === 0) this.heap = this.#ports.heap();
    if (this.#unsaid.size > 0 && now - this.#saidAt >= SAID_EVERY_MS) this.#say(now);
  }

  #say(now: number): void {
    this.#saidAt = now;
    this.#ports.say('overloaded', {
      refused: Object.fromEntries(this.#unsaid),
      loopDelayMs: Math.round(this.loopDelayMs),
      heapBytes: this.heap,
    });
    this.#unsaid.clear();
  }
}

/** One pause alone, as of the collector, is no overload. */
function secondWorst(recent: readonly Late[]): number {
  let [worst, second] = [0, 0];
  for (const { byMs } of recent) {
    if (byMs > worst) [worst, second] = [byMs, worst];
    else if (byMs > second) second = byMs;
  }
  return second;
}
