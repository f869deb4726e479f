import { afterEach, describe, expect, test } from 'bun:test';

import { nanoDollars } from '#base/money.ts';
import { generationOf } from '../../test/support/generations.ts';
import type { ExchangeFacts } from './exchange-facts.ts';
import { Metrics } from './metrics.ts';

const open: Metrics[] = [];
afterEach(() => {
  for (const metrics of open.splice(0)) metrics.close();
});

function metricsOf(exchanges: readonly ExchangeFacts[]): Metrics {
  const metrics = new Metrics({
    inFlight: () => 3,
    journalWaiting: () => 17,
    journalBytes: () => 4_096,
    logLinesDropped: () => 2,
    alarmsArmed: () => 5,
  });
  open.push(metrics);
  for (const facts of exchanges) metrics.observe(facts);
  return metrics;
}

/** The samples of a scrape: name with labels, and value. */
async function samples(metrics: Metrics): Promise<Map<string, number>> {
  const lines = (await metrics.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const space = line.lastIndexOf(' ');
      return [line.slice(0, space), Number(line.slice(space + 1))];
    }),
  );
}

const OK = '{endpoint="/v1/chat/completions",model="echo",target="sim/echo",outcome="ok"}';
const TIMES = 'endpoint="/v1/chat/completions",model="echo",target="sim/echo"';

describe('metrics', () => {
  test('count what a generation says', async () => {
    const failedFirst = {
      target: 'far/echo',
      provider: 'far',
      startedMs: 0,
      endedMs: 9,
      failure: 'connect_timeout',
    } as const;
    const { attempts } = generationOf(1);
    const found = await samples(
      metricsOf([
        generationOf(1),
        generationOf(2, { cost: 'unknown', attempts: [failedFirst, ...attempts] }),
        generationOf(3, {
          cost: nanoDollars(2_500_000_000),
          failure: { code: 'stream_cut', message: 'cut' },
          cacheSaved: nanoDollars(500_000_000),
          cacheMissed: nanoDollars(250_000_000),
        }),
        generationOf(4, { cacheSaved: nanoDollars(-1), cost: nanoDollars(0), attempts: [], totalMs: 1 }),
      ]),
    );
    const cut = OK.replace('"ok"', '"stream_cut"');
    expect(Object.fromEntries(found)).toMatchObject({
      [`clew_requests_total${OK}`]: 2,
      [`clew_requests_total${cut}`]: 1,
      [`clew_input_tokens_total${OK}`]: 24,
      [`clew_output_tokens_total${OK}`]: 68,
      [`clew_cost_dollars_total${OK}`]: 0.0000039,
      [`clew_cost_dollars_total${cut}`]: 2.5,
      [`clew_cost_unknown_total${OK}`]: 1,
      [`clew_cache_saved_dollars_total${cut}`]: 0.5,
      [`clew_cache_missed_dollars_total${cut}`]: 0.25,
      [`clew_cache_saved_dollars_total${OK}`]: 0,
      'clew_attempts_total{target="sim/echo",outcome="ok"}': 3,
      'clew_attempts_total{target="far/echo",outcome="connect_timeout"}': 1,
      [`clew_exchange_duration_seconds_count{${TIMES}}`]: 3,
      [`clew_exchange_duration_seconds_bucket{le="1",${TIMES}}`]: 3,
      [`clew_exchange_duration_seconds_bucket{le="0.5",${TIMES}}`]: 0,
      [`clew_first_content_seconds_bucket{le="0.5",${TIMES}}`]: 3,
      [`clew_first_content_seconds_bucket{le="0.25",${TIMES}}`]: 0,
    });
  });

  test('a second scrape says the same', async () => {
    const metrics = metricsOf([generationOf(1)]);
    await metrics.text();
    expect((await samples(metrics)).get(`clew_requests_total${OK}`)).toBe(1);
  });

  test('gauges tell the moment of the scrape', async () => {
    const found = await samples(metricsOf([]));
    expect(found.get('clew_exchanges_in_flight')).toBe(3);
    expect(found.get('clew_journal_waiting_rows')).toBe(17);
    expect(found.get('clew_journal_bytes')).toBe(4_096);
    expect(found.get('clew_log_lines_dropped')).toBe(2);
    for (const name of [
      'process_open_fds',
      'process_resident_memory_bytes',
      'process_cpu_seconds',
      'process_uptime_seconds',
    ]) {
      expect(found.get(name), name).toBeGreaterThan(0);
    }
    expect(found.get('clew_event_loop_delay_max_seconds')).toBeGreaterThanOrEqual(0);
  });

  test('a name that nothing was called for gets no label', async () => {
    const refused = { attempts: [], failure: { code: 'model_not_found', message: 'no' } } as const;
    const { target: _target, ...rest } = generationOf(1, refused);
    const text = await metricsOf([
      { ...rest, model: 'invented-1' },
      { ...rest, model: 'invented-2' },
    ]).text();
    expect(text).not.toContain('invented');
    expect(text).toContain('model="other",target="none",outcome="model_not_found"} 2');
  });

  test('label sets are bounded, and what comes later is counted together', async () => {
    const found = await samples(
      metricsOf(
        Array.from({ length: 1_500 }, (_, number) => {
          const target = `sim/${number}`;
          return generationOf(number, {
            model: `m${number}`,
            target,
            attempts: [{ target, provider: 'sim', startedMs: 0, endedMs: 1 }],
          });
        }),
      ),
    );
    const requests = [...found.keys()].filter((key) => key.startsWith('clew_requests_total'));
    expect(requests).toHaveLength(1_001);
    expect(
      found.get('clew_requests_total{endpoint="other",model="other",target="other",outcome="other"}'),
    ).toBe(500);
    expect(found.get('clew_attempts_total{target="other",outcome="other"}')).toBe(500);
    expect(
      found.get(`clew_exchange_duration_seconds_count{endpoint="other",model="other",target="other"}`),
    ).toBe(500);
  });

  test('a name with quotes and line feeds stays one sample', async () => {
    const found = await samples(metricsOf([generationOf(1, { model: 'a"b\nc\\d' })]));
    expect(found.get(`clew_requests_total${OK.replace('"echo"', '"a\\"b\\nc\\\\d"')}`)).toBe(1);
  });

  test('numbers that are none are not counted, and nothing is thrown', async () => {
    const found = await samples(
      metricsOf([generationOf(1, { totalMs: Number.NaN, firstContentMs: Number.NaN })]),
    );
    expect(found.get(`clew_requests_total${OK}`)).toBe(1);
    expect(found.has(`clew_exchange_duration_seconds_count{${TIMES}}`)).toBe(false);
  });
});
