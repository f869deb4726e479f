import { expect, test } from 'bun:test';
import { Secret } from '#base/secret.ts';
import { target } from '../../test/support/targets.ts';
import { roomIn } from './room.ts';
import { Statistics } from './statistics/statistics.ts';
import { HEALTHY } from './view.ts';
import type { Allowance } from './view.ts';

const credential = (id: string) => ({ id, secret: new Secret(id), weight: 1 });
const one = target('one/a', { credentials: [credential('one#1'), credential('one#2')] });

function room(told: Readonly<Record<string, Allowance>>, now = 1_000): number {
  const headroom = Object.entries(told).map(([id, requests]) => ({ credential: id, requests }));
  const source = { health: () => HEALTHY, headroom: () => headroom };
  return roomIn(one, new Statistics().view(now, source).target(one), 100, now);
}

const left = (remaining: number, resetsAt = 60_000): Allowance => ({ remaining, limit: 100, resetsAt });

test.each([
  ['nothing told is plenty', {}, 1],
  ['a credential that was not used is plenty', { 'one#1': left(0) }, 1],
  ['the best of the credentials counts', { 'one#1': left(0), 'one#2': left(50) }, 1],
  ['near the limit the share shrinks', { 'one#1': left(0), 'one#2': left(5) }, 0.5],
  ['nothing left is no room', { 'one#1': left(0), 'one#2': left(0) }, 0],
  ['a limit whose time is over is whole again', { 'one#1': left(0, 500), 'one#2': left(0) }, 1],
] as const)('%s', (_, told: Readonly<Record<string, Allowance>>, expected) => {
  expect(room(told)).toBeCloseTo(expected, 9);
});
