import { afterAll, expect, test } from 'bun:test';

import { Metrics } from './metrics.ts';

const metrics = new Metrics({
  inFlight: () => 0,
  journalWaiting: () => 0,
  journalBytes: () => 0,
  logLinesDropped: () => 0,
  alarmsArmed: () => 0,
});
afterAll(() => metrics.close());

test('the queue, the limits of lanes and what was refused, as they are when somebody asks', async () => {
  let lanes = [{ target: 'p/1', credential: 'p#1', limit: 36, inFlight: 35 }];
  const noted = metrics.capacity({
    waiting: (priority) => (priority === 'low' ? 7 : 0),
    queueRefusals: ['full', 'expired'],
    queueRefused: (reason, priority) => (reason === 'expired' && priority === 'low' ? 3 : 0),
    shedReasons: ['heap'],
    shed: (_, priority) => (priority === 'normal' ? 2 : 0),
    lanes: () => lanes,
  });
  noted('high', 300);
  const text = await metrics.text();
  for (const line of [
    'clew_queue_waiting{priority="low"} 7',
    'clew_queue_waiting{priority="critical"} 0',
    'clew_queue_refused_total{reason="expired",priority="low"} 3',
    'clew_shed_total{reason="heap",priority="normal"} 2',
    'clew_lane_limit{target="p/1",credential="p#1"} 36',
    'clew_lane_in_flight{target="p/1",credential="p#1"} 35',
    'clew_queue_wait_seconds_bucket{le="0.5",priority="high"} 1',
    'clew_queue_wait_seconds_bucket{le="0.25",priority="high"} 0',
  ]) {
    expect(text.split('\n')).toContain(line);
  }
  lanes = [];
  expect(await metrics.text()).not.toContain('clew_lane_limit{');
});
