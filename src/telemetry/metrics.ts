// Prometheus metrics, made from the same facts as the log line. Exchanges are summed in plain series; the library writes
// them out when `/metrics` is asked for.

import { Counter, Registry } from 'prom-client';

import { NANO_PER_DOLLAR } from '#base/money.ts';
import { registerCapacity } from './capacity-series.ts';
import type { Capacity, NoteWait } from './capacity-series.ts';
import type { ExchangeFacts } from './exchange-facts.ts';
import { registerProcessGauges } from './process-gauges.ts';
import type { Gauges } from './process-gauges.ts';
import { SeriesTable } from './series.ts';
import type { Labels } from './series.ts';
import { registerTallies, Tally } from './tally.ts';

/** Label sets of each table: a client can invent as many model names as it likes. */
const LABEL_SETS_MAX = 1_000;
const OTHER = 'other';
const NONE = 'none';
const OK = 'ok';

/** Exchanges are counted so many at once, and before anybody looks: the code that counts is warm then. */
const SEEN_MAX = 64;

interface ExchangeSeries {
  readonly labels: Labels;
  readonly times: TimeSeries;
  requests: number;
  inputTokens: number;
  outputTokens: number;
  costNano: number;
  costUnknown: number;
  cacheSavedNano: number;
  cacheMissedNano: number;
}

interface AttemptSeries {
  readonly labels: Labels;
  attempts: number;
}

/** The outcome is left out of the times: an outcome more would be sixteen lines more. */
interface TimeSeries {
  readonly labels: Labels;
  readonly duration: Tally;
  readonly firstContent: Tally;
}

/** Plain data: it goes from process to process as JSON. */
export type WorkerMetrics = Awaited<ReturnType<Registry['getMetricsAsJSON']>>;

const EXCHANGE_LABELS = ['endpoint', 'model', 'target', 'outcome'] as const;
const ATTEMPT_LABELS = ['target', 'outcome'] as const;

export class Metrics {
  readonly #registry = new Registry();
  readonly #exchanges: SeriesTable<ExchangeSeries>;
  readonly #times: SeriesTable<TimeSeries>;
  readonly #attempts: SeriesTable<AttemptSeries>;
  #seen: ExchangeFacts[] = [];
  readonly #closeGauges: () => void;

  /** The gauges are asked when somebody scrapes. */
  constructor(gauges: Gauges) {
    this.#times = new SeriesTable({
      limit: LABEL_SETS_MAX,
      other: { endpoint: OTHER, model: OTHER, target: OTHER },
      open: (labels) => ({ labels, duration: new Tally(), firstContent: new Tally() }),
    });
    this.#exchanges = new SeriesTable({
      limit: LABEL_SETS_MAX,
      other: { endpoint: OTHER, model: OTHER, target: OTHER, outcome: OTHER },
      open: (labels) => ({
        labels,
        times: this.#timesOf(labels),
        requests: 0,
        inputTokens: 0,
        outputTokens: 0,
        costNano: 0,
        costUnknown: 0,
        cacheSavedNano: 0,
        cacheMissedNano: 0,
      }),
    });
    this.#attempts = new SeriesTable({
      limit: LABEL_SETS_MAX,
      other: { target: OTHER, outcome: OTHER },
      open: (labels) => ({ labels, attempts: 0 }),
    });
    this.#registerTimes();
    this.#registerCounters();
    this.#closeGauges = registerProcessGauges(this.#registry, gauges);
  }

  /** Counts one exchange that has ended, a moment later. */
  observe(facts: ExchangeFacts): void {
    if (this.#seen.push(facts) >= SEEN_MAX) this.#count();
  }

  #count(): void {
    const seen = this.#seen;
    this.#seen = [];
    for (const facts of seen) this.#countExchange(facts);
  }

  #countExchange(facts: ExchangeFacts): void {
    const series = this.#seriesOf(facts);
    series.requests += 1;
    series.times.duration.observeMs(facts.totalMs);
    series.times.firstContent.observeMs(facts.firstContentMs);
    if (facts.usage !== undefined) {
      series.inputTokens += facts.usage.inputTotal;
      series.outputTokens += facts.usage.outputTotal;
    }
    if (facts.cost === 'unknown') series.costUnknown += 1;
    else series.costNano += facts.cost;
    // A counter only grows: what writing to a cache cost is in the cost.
    series.cacheSavedNano += Math.max(0, facts.cacheSaved ?? 0);
    series.cacheMissedNano += facts.cacheMissed ?? 0;
    for (const attempt of facts.attempts) this.#countAttempt(attempt.target, attempt.failure ?? OK);
  }

  /** Shows what there is room for; gives the function that takes note of a wait. */
  capacity(capacity: Capacity): NoteWait {
    return registerCapacity(this.#registry, capacity);
  }

  /** In Prometheus's text format. */
  text(): Promise<string> {
    this.#count();
    return this.#registry.metrics();
  }

  /** The same as data, for a supervisor that adds up those of its workers. */
  series(): Promise<WorkerMetrics> {
    this.#count();
    return this.#registry.getMetricsAsJSON();
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** Stops watching the event loop. */
  close(): void {
    this.#closeGauges();
  }

  /** A model that nothing was called for may be a name that nobody ever heard: it gets no label of its own. */
  #seriesOf(facts: ExchangeFacts): ExchangeSeries {
    const model = facts.attempts.length === 0 ? OTHER : facts.model;
    const target = facts.target ?? NONE;
    const outcome = facts.failure?.code ?? OK;
    return this.#exchanges.at(`${facts.path}\n${model}\n${target}\n${outcome}`, () => ({
      endpoint: facts.path,
      model,
      target,
      outcome,
    }));
  }

  #countAttempt(target: string, outcome: string): void {
    this.#attempts.at(`${target}\n${outcome}`, () => ({ target, outcome })).attempts += 1;
  }

  #timesOf({ endpoint = OTHER, model = OTHER, target = OTHER }: Labels): TimeSeries {
    return this.#times.at(`${endpoint}\n${model}\n${target}`, () => ({ endpoint, model, target }));
  }

  #registerTimes(): void {
    const times = (name: string, help: string, tally: (series: TimeSeries) => Tally): void => {
      const table = this.#times;
      registerTallies(this.#registry, {
        name,
        help,
        *all() {
          for (const series of table.all()) yield [series.labels, tally(series)];
        },
      });
    };
    times(
      'clew_exchange_duration_seconds',
      'From the request to the end of the answer.',
      (series) => series.duration,
    );
    times(
      'clew_first_content_seconds',
      'From the request to the first content.',
      (series) => series.firstContent,
    );
  }

  #registerCounters(): void {
    const exchanges = (name: string, help: string, value: (series: ExchangeSeries) => number) =>
      this.#counter({ name, help, labelNames: EXCHANGE_LABELS, table: this.#exchanges, value });
    exchanges('clew_requests_total', 'Exchanges that have ended.', (series) => series.requests);
    exchanges('clew_input_tokens_total', 'Prompt tokens, cached ones too.', (series) => series.inputTokens);
    exchanges(
      'clew_output_tokens_total',
      'Completion tokens, reasoning too.',
      (series) => series.outputTokens,
    );
    exchanges(
      'clew_cost_dollars_total',
      'US dollars, where the cost is known.',
      (series) => series.costNano / NANO_PER_DOLLAR,
    );
    exchanges(
      'clew_cache_saved_dollars_total',
      'US dollars that reading prompts from caches saved.',
      (series) => series.cacheSavedNano / NANO_PER_DOLLAR,
    );
    exchanges(
      'clew_cache_missed_dollars_total',
      'US dollars that the cache of another target was expected to save beyond that.',
      (series) => series.cacheMissedNano / NANO_PER_DOLLAR,
    );
    exchanges(
      'clew_cost_unknown_total',
      'Exchanges whose cost nobody knows.',
      (series) => series.costUnknown,
    );
    this.#counter({
      name: 'clew_attempts_total',
      help: 'Calls of targets.',
      labelNames: ATTEMPT_LABELS,
      table: this.#attempts,
      value: (series: AttemptSeries) => series.attempts,
    });
  }

  #counter<Series extends { readonly labels: Labels }>(options: CounterOptions<Series>): void {
    const { name, help, labelNames, table, value } = options;
    const counter = new Counter({
      name,
      help,
      labelNames,
      registers: [this.#registry],
      collect() {
        counter.reset();
        for (const series of table.all()) counter.inc(series.labels, value(series));
      },
    });
  }
}

interface CounterOptions<Series> {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly string[];
  readonly table: SeriesTable<Series>;
  readonly value: (series: Series) => number;
}
