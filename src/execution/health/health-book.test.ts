import { describe, expect, test } from 'bun:test';

import { seededDraw } from '#base/random.ts';
import { Secret } from '#base/secret.ts';
import { failure } from '#canonical/failure.ts';
import type { Failure, FailureCode, FailureMore } from '#canonical/failure.ts';
import { target } from '../../../test/support/targets.ts';
import { HealthBook, settleAdmission } from './health-book.ts';
import type { Credential, Target } from './lane.ts';

const draw = seededDraw(7);

function credential(id: string, weight = 1, value = id): Credential {
  return { id, weight, secret: new Secret(value) };
}

type Outcome = FailureCode | readonly [FailureCode, FailureMore] | undefined;

function failed(outcome: Outcome): Failure | undefined {
  if (outcome === undefined) return undefined;
  return typeof outcome === 'string' ? failure(outcome, '') : failure(outcome[0], '', outcome[1]);
}

/** The id of the credential that was used. */
function call(book: HealthBook, on: Target, now: number, outcome?: Outcome): string {
  const admission = book.begin(on, { now }, draw);
  if (admission === undefined) return 'refused';
  settleAdmission(admission, failed(outcome), now, draw);
  return admission.credential?.id ?? 'none';
}

function often(book: HealthBook, on: Target, now: number, times = 400): Record<string, number> {
  const counts: Record<string, number> = {};
  for (let time = 0; time < times; time += 1) {
    const admission = book.begin(on, { now }, draw);
    const id = admission?.credential?.id ?? 'refused';
    counts[id] = (counts[id] ?? 0) + 1;
    if (admission !== undefined) settleAdmission(admission, failure('client_gone', ''), now, draw);
  }
  return counts;
}

const PAIR = [credential('p#1', 3), credential('p#2', 1)];

describe('HealthBook', () => {
  test('draws credentials by weight', () => {
    const counts = often(new HealthBook(), target('p/m', { credentials: PAIR }), 0, 4_000);
    expect((counts['p#1'] ?? 0) / 4_000).toBeCloseTo(0.75, 1);
  });

  test.each([
    'invalid_request',
    'context_length_exceeded',
    'content_filtered',
    'upstream_rejected',
    'client_gone',
    'upstream_model_not_found',
    'deadline_exceeded',
    'internal',
  ] as const)('%s moves nobody’s health', (code) => {
    const book = new HealthBook();
    const on = target('p/m');
    for (let time = 0; time < 20; time += 1) expect(call(book, on, 0, code)).toBe('none');
    expect(book.health(on, 0)).toEqual({ breaker: 'closed', ramp: 1 });
  });

  test('an outage of one model leaves the credential’s other models alone', () => {
    const book = new HealthBook();
    const credentials = [credential('p#1')];
    const [ill, well] = [target('p/ill', { credentials }), target('p/well', { credentials })];
    for (let time = 0; time < 3; time += 1) call(book, ill, 0, 'upstream_error');
    expect(book.health(ill, 0).breaker).toBe('open');
    expect(call(book, ill, 0)).toBe('refused');
    expect([book.health(well, 0).breaker, call(book, well, 0)]).toEqual(['closed', 'p#1']);
  });

  test('the same model at another address is another lane', () => {
    const book = new HealthBook();
    for (let time = 0; time < 3; time += 1) call(book, target('p/m'), 0, 'upstream_error');
    expect(book.health(target('p/m', { url: 'http://127.0.0.1:2' }), 0).breaker).toBe('closed');
  });

  test('a rate limit parks one credential for one model, and no longer than asked', () => {
    const book = new HealthBook();
    const on = target('p/m', { credentials: PAIR });
    const limited = call(book, on, 0, ['upstream_rate_limited', { retryAfterMs: 10_000 }]);
    const other = limited === 'p#1' ? 'p#2' : 'p#1';
    expect(Object.keys(often(book, on, 9_999))).toEqual([other]);
    expect(Object.keys(often(book, on, 10_000)).toSorted()).toEqual(['p#1', 'p#2']);
    // Not a fault, so no slow start either.
    expect(book.health(on, 10_000)).toEqual({ breaker: 'closed', ramp: 1 });
  });

  test('when all credentials are parked the soonest says until when', () => {
    const book = new HealthBook();
    const on = target('p/m', { credentials: PAIR });
    call(book, on, 0, ['upstream_rate_limited', { retryAfterMs: 30_000 }]);
    call(book, on, 0, ['upstream_rate_limited', { retryAfterMs: 9_000 }]);
    expect(book.health(on, 0)).toEqual({ breaker: 'closed', parkedUntil: 9_000, ramp: 1 });
    expect(book.standing(on, { now: 0 })).toEqual({ until: 9_000, probing: false, parked: true });
    expect([call(book, on, 0), book.beginAnyway(on, 0)]).toEqual(['refused', undefined]);
  });

  test('a limit without a wait is let pass once, then rests longer and longer', () => {
    const book = new HealthBook();
    const on = target('p/m');
    const rests: number[] = [];
    let now = 0;
    for (let time = 0; time < 8; time += 1) {
      call(book, on, now, 'upstream_rate_limited');
      const until = book.health(on, now).parkedUntil ?? now;
      rests.push(until - now);
      now = until;
    }
    expect(rests).toEqual([0, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
    expect(call(book, on, now)).toBe('none');
    call(book, on, now, 'upstream_rate_limited');
    expect(book.health(on, now).parkedUntil).toBeUndefined();
  });

  test('a refused key rests everywhere for half an hour, the other key goes on', () => {
    const book = new HealthBook();
    const [one, two] = [target('p/1', { credentials: PAIR }), target('p/2', { credentials: PAIR })];
    const refused = call(book, one, 0, ['upstream_auth', { upstreamStatus: 401 }]);
    const other = refused === 'p#1' ? 'p#2' : 'p#1';
    expect([often(book, one, 0), often(book, two, 0)]).toEqual([{ [other]: 400 }, { [other]: 400 }]);
    expect(Object.keys(often(book, two, 30 * 60_000)).toSorted()).toEqual(['p#1', 'p#2']);
  });

  test('a forbidden model is not a refused key', () => {
    const book = new HealthBook();
    const credentials = [credential('p#1')];
    const [forbidden, fine] = [target('p/1', { credentials }), target('p/2', { credentials })];
    call(book, forbidden, 0, ['upstream_auth', { upstreamStatus: 403 }]);
    expect([call(book, forbidden, 0), call(book, fine, 0)]).toEqual(['refused', 'p#1']);
  });

  test('an account without money is looked at every quarter of an hour by one probe', () => {
    const book = new HealthBook();
    const on = target('p/m', { credentials: [credential('p#1')] });
    call(book, on, 0, 'upstream_quota');
    const at = 15 * 60_000;
    expect([call(book, on, at - 1), book.standing(on, { now: at })]).toEqual(['refused', 'probe']);
    const probe = book.begin(on, { now: at }, draw);
    expect([probe?.probe, call(book, on, at)]).toEqual([true, 'refused']);
    settleAdmission(probe!, undefined, at, draw);
    expect([call(book, on, at), book.health(on, at).ramp.toFixed(1)]).toEqual(['p#1', '0.1']);
  });

  test('a key that was changed begins anew, and one that was only read again does not', () => {
    const book = new HealthBook();
    const on = (value: string) => target('p/m', { credentials: [credential('p#1', 1, value)] });
    call(book, on('old'), 0, ['upstream_auth', { upstreamStatus: 401 }]);
    expect([call(book, on('old'), 0), call(book, on('new'), 0)]).toEqual(['refused', 'p#1']);
  });

  test('when nobody stands one is asked all the same, one at a time', () => {
    const book = new HealthBook();
    const on = target('p/m');
    for (let time = 0; time < 3; time += 1) call(book, on, 0, 'upstream_error');
    const hope = book.beginAnyway(on, 1);
    expect([hope?.probe, book.beginAnyway(on, 1)]).toEqual([true, undefined]);
    settleAdmission(hope!, undefined, 2, draw);
    expect(call(book, on, 2)).toBe('none');
  });

  test('a probe that told that it lives tells its end without a slot', () => {
    const book = new HealthBook();
    const on = target('p/m');
    for (let time = 0; time < 3; time += 1) call(book, on, 0, 'upstream_error');
    const probe = book.beginAnyway(on, 0)!;
    settleAdmission(probe, undefined, 0, draw);
    for (let time = 0; time < 5; time += 1) call(book, on, 0, 'upstream_error');
    const next = book.beginAnyway(on, 0);
    settleAdmission(probe, failure('stream_cut', ''), 0, draw);
    expect([next?.probe, book.beginAnyway(on, 0)]).toEqual([true, undefined]);
  });

  test('remembers so many lanes and no more', () => {
    const book = new HealthBook();
    for (let index = 0; index < 10_001; index += 1) {
      const on = target(`p/${index}`);
      if (index === 0) for (let time = 0; time < 3; time += 1) call(book, on, 0, 'upstream_error');
      else call(book, on, 0);
    }
    expect(book.health(target('p/0'), 0).breaker).toBe('closed');
  });
});
