import { describe, expect, test } from 'bun:test';

import { failure } from '#canonical/failure.ts';
import type { FailureCode, FailureMore } from '#canonical/failure.ts';
import { plan } from '../../test/support/targets.ts';
import type { Step, Try } from './history.ts';
import { nextStep } from './next-step.ts';

function tried(target: number, code: FailureCode, more: FailureMore = {}): Try {
  return { target, failure: failure(code, code, more) };
}

function brief(step: Step): string {
  if (step.do === 'try') return `try ${step.target}`;
  if (step.do === 'queue') return `queue for ${step.targets.join()}`;
  return step.do === 'wait' ? `wait ${step.untilMs} then ${step.target}` : `give up: ${step.failure.code}`;
}

const OTHER_MODEL = plan(['a:p/1', 'b:p/2', 'c:p/3']);
const SAME_MODEL = plan(['a:p/1', 'a:q/1', 'b:p/2']);
const ALONE = plan(['a:p/1']);

const TABLE: readonly (readonly [name: string, of: typeof ALONE, tries: readonly Try[], step: string])[] = [
  ['nothing tried yet', OTHER_MODEL, [], 'try 0'],
  ['a fault of the client', OTHER_MODEL, [tried(0, 'upstream_rejected')], 'give up: upstream_rejected'],
  ['a content filter', OTHER_MODEL, [tried(0, 'content_filtered')], 'give up: content_filtered'],
  ['a client that left', OTHER_MODEL, [tried(0, 'client_gone')], 'give up: client_gone'],
  ['refused: elsewhere at once', OTHER_MODEL, [tried(0, 'upstream_unreachable')], 'try 1'],
  ['silence: elsewhere, never again', OTHER_MODEL, [tried(0, 'first_content_timeout')], 'try 1'],
  ['silence with nobody else', ALONE, [tried(0, 'first_content_timeout')], 'give up: first_content_timeout'],
  ['a blip, the same model elsewhere', SAME_MODEL, [tried(0, 'upstream_error')], 'try 1'],
  ['a blip, another model next', OTHER_MODEL, [tried(0, 'upstream_error')], 'wait 210 then 0'],
  ['a blip, nobody else', ALONE, [tried(0, 'upstream_error')], 'wait 210 then 0'],
  [
    'two blips: the other model',
    OTHER_MODEL,
    [tried(0, 'upstream_error'), tried(0, 'upstream_error')],
    'try 1',
  ],
  [
    'two blips and nobody else',
    ALONE,
    [tried(0, 'upstream_error'), tried(0, 'upstream_reset')],
    'give up: upstream_reset',
  ],
  [
    'a short wait that the provider asks for',
    OTHER_MODEL,
    [tried(0, 'upstream_rate_limited', { retryAfterMs: 1_500 })],
    'wait 1510 then 0',
  ],
  ['a long wait', OTHER_MODEL, [tried(0, 'upstream_rate_limited', { retryAfterMs: 30_000 })], 'try 1'],
  ['a limit that names no wait', ALONE, [tried(0, 'upstream_rate_limited')], 'wait 210 then 0'],
  [
    'a limit that names no wait, another model next',
    OTHER_MODEL,
    [tried(0, 'upstream_rate_limited')],
    'wait 210 then 0',
  ],
  ['a limit, the same model elsewhere', SAME_MODEL, [tried(0, 'upstream_rate_limited')], 'try 1'],
  [
    'a limit on a call that the provider does not want again',
    ALONE,
    [tried(0, 'upstream_rate_limited', { retry: 'other-target', retryAfterMs: 1_500 })],
    'give up: upstream_rate_limited',
  ],
  [
    'three attempts are enough',
    OTHER_MODEL,
    [tried(0, 'upstream_reset'), tried(0, 'upstream_reset'), tried(1, 'upstream_error')],
    'give up: upstream_error',
  ],
];

describe('nextStep', () => {
  test.each([...TABLE])('%s', (_, of, tries, expected) => {
    expect(brief(nextStep(of, { startedAt: 0, tries }, 10, () => 0.5))).toBe(expected);
  });

  test('when everyone limits the rate the client hears the shortest wait', () => {
    const tries = [
      tried(0, 'upstream_rate_limited', { retryAfterMs: 20_000 }),
      tried(1, 'upstream_rate_limited', { retryAfterMs: 9_000 }),
      tried(2, 'upstream_rate_limited', { retryAfterMs: 60_000 }),
    ];
    const step = nextStep(OTHER_MODEL, { startedAt: 0, tries }, 10, () => 0.5);
    expect(step).toMatchObject({ do: 'give-up', failure: { retryAfterMs: 9_000 } });
  });

  test('after the deadline nothing is tried, and the failure before it is the cause', () => {
    const of = plan(['a:p/1', 'b:p/2'], { deadlineMs: 100 });
    const step = nextStep(of, { startedAt: 0, tries: [tried(0, 'upstream_unreachable')] }, 100, () => 0.5);
    expect(step).toMatchObject({
      do: 'give-up',
      failure: { code: 'deadline_exceeded', cause: { code: 'upstream_unreachable' } },
    });
  });

  test('a wait that would end after the deadline is not begun', () => {
    const of = plan(['a:p/1'], { deadlineMs: 1_000 });
    const tries = [tried(0, 'upstream_rate_limited', { retryAfterMs: 1_500 })];
    expect(brief(nextStep(of, { startedAt: 0, tries }, 10, () => 0.5))).toBe(
      'give up: upstream_rate_limited',
    );
  });

  test('who has as many calls as it takes is passed over, and waited for when nobody else is there', () => {
    const full = (...of: readonly number[]) => ({
      startedAt: 0,
      standing: (target: number) => (of.includes(target) ? ('full' as const) : ('ready' as const)),
    });
    const step = (of: typeof ALONE, view: ReturnType<typeof full>, tries: readonly Try[] = []) =>
      brief(nextStep(of, { ...view, tries }, 10, () => 0.5));
    expect(step(SAME_MODEL, full(0))).toBe('try 1');
    expect(step(SAME_MODEL, full(0, 1))).toBe('try 2');
    expect(step(SAME_MODEL, full(0, 1, 2))).toBe('queue for 0,1,2');
    expect(step(SAME_MODEL, full(1, 2), [tried(0, 'upstream_unreachable')])).toBe('queue for 1,2');
    expect(step(SAME_MODEL, full(0, 1, 2), [tried(0, 'upstream_error')])).toBe('queue for 0,1,2');
    expect(step(ALONE, full(0), [tried(0, 'upstream_error')])).toBe('wait 210 then 0');
    expect(step(ALONE, full(0), [{ ...tried(0, 'upstream_error'), at: -90 }])).toBe('queue for 0');
    expect(step(OTHER_MODEL, full(1, 2), [tried(0, 'context_length_exceeded')])).toBe('queue for 1,2');
    expect(step(ALONE, full(0), [tried(0, 'upstream_rejected')])).toBe('give up: upstream_rejected');
  });

  test('an empty plan says what was removed', () => {
    const of = { ...plan([]), removed: [{ target: 'p/1', why: 'no such model' }] };
    const step = nextStep(of, { startedAt: 0, tries: [] }, 0, () => 0.5);
    expect(step).toMatchObject({ failure: { code: 'no_target_available', detail: ['p/1: no such model'] } });
  });
});
