// The load generator, a process of its own: reads a job a line from standard input, writes an outcome a line.
// Usage: bun bench/load.ts

import { Client, requestBytes, type Driver } from './client.ts';
import type { Job, Outcome } from './jobs.ts';
import { percentile } from './statistics.ts';
import { Window } from './window.ts';

/** Connections opened at once, so that no listen queue (511 in nginx, 512 in Bun) is the thing measured. */
const OPENING_AT_ONCE = 25;
/** From the last stream's first event to the start of the paced window. */
const SETTLE_MS = 300;
const PATIENCE_CHECK_MS = 500;

/** Counts what every mode counts, and knows when nothing is under way any more. */
class Tally {
  answers = 0;
  events = 0;
  errors = 0;
  firstError: string | undefined;
  readonly latenciesUs: number[] = [];
  readonly live = new Set<Client>();
  readonly #idle = Promise.withResolvers<void>();
  readonly #patience = setInterval(() => {
    const now = performance.now();
    for (const client of this.live) client.checkPatience(now);
  }, PATIENCE_CHECK_MS);

  get idle(): Promise<void> {
    return this.#idle.promise;
  }

  note(message: string): void {
    this.errors += 1;
    this.firstError ??= message;
  }

  fail(client: Client, message: string): void {
    this.note(message);
    this.leave(client);
  }

  leave(client: Client): void {
    this.live.delete(client);
    if (this.live.size > 0) return;
    clearInterval(this.#patience);
    this.#idle.resolve();
  }

  async open(job: Job, driver: Driver, opened: (client: Client) => void): Promise<void> {
    for (let count = 0; count < job.connections; count += OPENING_AT_ONCE) {
      const batch = Math.min(OPENING_AT_ONCE, job.connections - count);
      const clients = await Promise.all(Array.from({ length: batch }, () => Client.open(job, driver)));
      for (const client of clients) {
        this.live.add(client);
        opened(client);
      }
    }
  }

  /** Later answers and events are not in it. Later errors: `withErrors`. */
  outcome(window: Window): Outcome {
    const latencies = Float64Array.from(this.latenciesUs).sort();
    return {
      ...window.close(),
      answers: this.answers,
      events: this.events,
      latencyUs: { p50: percentile(latencies, 0.5), p99: percentile(latencies, 0.99) },
      errors: this.errors,
      firstError: this.firstError,
    };
  }
}

/** Each connection asks again as soon as it is answered, until the window is over. */
async function repeat(job: Job): Promise<Outcome> {
  const request = requestBytes(job);
  const tally = new Tally();
  const clients: Client[] = [];
  const driver: Driver = {
    onEvents: (_client, count) => (tally.events += count),
    onAnswer: (client) => {
      tally.answers += 1;
      tally.latenciesUs.push((performance.now() - client.askedAt) * 1000);
      if (window.elapsedMs() < job.windowMs || tally.answers < job.answersMin) return client.ask(request);
      client.close();
      tally.leave(client);
    },
    onError: (client, message) => tally.fail(client, message),
  };
  await tally.open(job, driver, (client) => clients.push(client));
  const window = new Window(job);
  for (const client of clients) client.ask(request);
  await tally.idle;
  window.stop();
  await window.quiet();
  return tally.outcome(window);
}

/** Opens streams and resolves when each has had its first event, or has failed. */
async function openStreams(job: Job, tally: Tally, onAnswer: Driver['onAnswer']): Promise<void> {
  const request = requestBytes(job);
  const waiting = new Set<Client>();
  const allSpoke = Promise.withResolvers<void>();
  const spoke = (client: Client): void => {
    if (waiting.delete(client) && waiting.size === 0 && opened) allSpoke.resolve();
  };
  let opened = false;
  const driver: Driver = {
    onEvents: (client, count) => {
      tally.events += count;
      spoke(client);
    },
    onAnswer,
    onError: (client, message) => {
      tally.fail(client, message);
      spoke(client);
    },
  };
  await tally.open(job, driver, (client) => {
    waiting.add(client);
    client.ask(request);
  });
  opened = true;
  if (waiting.size > 0) await allSpoke.promise;
}

/** Streams that each get an event now and then: counts a window within their life, then hears them to their end. */
async function paced(job: Job): Promise<Outcome> {
  const tally = new Tally();
  await openStreams(job, tally, (client) => {
    tally.answers += 1;
    client.close();
    tally.leave(client);
  });
  await Bun.sleep(SETTLE_MS);
  const eventsBefore = tally.events;
  const window = new Window(job);
  await Bun.sleep(job.windowMs);
  window.stop();
  const outcome = tally.outcome(window);
  const endedEarly = tally.answers > 0;
  await tally.idle;
  if (endedEarly) tally.note('streams ended before the window did');
  return withErrors({ ...outcome, answers: tally.answers, events: outcome.events - eventsBefore }, tally);
}

/** Opens streams that stay open, and reads memory before the first and after the last has had an event. */
async function hold(job: Job): Promise<Outcome> {
  const tally = new Tally();
  const window = new Window(job);
  await openStreams(job, tally, (client) => tally.fail(client, 'a held stream ended'));
  await Bun.sleep(job.windowMs);
  window.stop();
  const outcome = tally.outcome(window);
  for (const client of tally.live) {
    client.close();
    tally.leave(client);
  }
  return withErrors(outcome, tally);
}

function withErrors(outcome: Outcome, { errors, firstError }: Tally): Outcome {
  return { ...outcome, errors, firstError };
}

const MODES = { repeat, paced, hold };

for await (const line of console) {
  if (line === '') continue;
  const job = JSON.parse(line) as Job;
  console.log(JSON.stringify(await MODES[job.mode](job)));
}
