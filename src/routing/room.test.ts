import { expect, test } from 'bun:test';
import { Secret } from '#base/secret.ts';
import { target } from '../../test/support/targets.ts';
import { roomIn } from './room.ts';
import { Statistics } from './statistics/statistics.ts';
import type { Allowance } from './view.ts';

const credential = (id: string) => ({ id, secret: new Secret(id), weight: 1 });
const one = target('one/a', { credentials: [credential('one#1'), credential('one#2')] });

function room(told: Readonly<Record<string, Allowance>>, inFlight = 0, now = 1_000): number {
  const statistics = new Statistics();
  const seen = statistics.of(one);
  for (let call = 0; call < inFlight; call += 1) seen.begin(0);
  for (const [id, requests] of Object.entries(told)) seen.noteHeadroom({ credential: id, requests });
  return roomIn(one, statistics.view(now).target(one), 100, now);
}

const left = (remaining: number, resetsAt = 60_000): Allowance => ({ remaining, limit: 100, resetsAt });

test.each([
  ['nothing told is plenty', {}, 0, 1],
  ['a credential that was not used is plenty', { 'one#1': left(0) }, 0, 1],
  ['the best of the credentials counts', { 'one#1': left(0), 'one#2': left(50) }, 0, 1],
  ['near the limit the share shrinks', { 'one#1': left(0), 'one#2': left(5) }, 0, 0.5],
  ['what runs is taken off', { 'one#1': left(4), 'one#2': left(5) }, 4, 0.3],
  ['nothing left is no room', { 'one#1': left(0), 'one#2': left(0) }, 0, 0],
  ['a limit whose time is over is whole again', { 'one#1': left(0, 500), 'one#2': left(0) }, 0, 1],
] as const)('%s', (_, told: Readonly<Record<string, Allowance>>, inFlight, expected) => {
  expect(room(told, inFlight)).toBeCloseTo(expected, 9);
});
