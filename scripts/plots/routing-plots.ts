// The plots of docs/routing.md.

import type { Found } from '../../test/simulation/experiments/all.ts';
import { END, ILL_FROM, ILL_TO } from '../../test/simulation/experiments/illness.ts';
import { frontAt } from '../../test/simulation/experiments/front.ts';
import type { Point } from '../../test/simulation/experiments/front.ts';
import { mean, shareOf } from '../../test/simulation/traffic/figures.ts';
import type { Served } from '../../test/simulation/traffic/traffic.ts';
import { chartSvg } from './chart.ts';
import type { Axis, Line, Place } from './chart.ts';

const STEP_MS = 2_000;
const SECOND = 1_000;

const TIME: Axis = {
  title: 'seconds',
  least: 0,
  most: END / SECOND,
  ticks: [0, 20, 40, 60, 80, 100, 120],
};
const SHARE: Axis = {
  title: 'share of the requests',
  least: 0,
  most: 0.5,
  ticks: [0, 0.1, 0.2, 0.3, 0.4, 0.5],
  label: (share) => `${Math.round(share * 100)} %`,
};
const SHADE = { from: ILL_FROM / SECOND, to: ILL_TO / SECOND, name: 'ill' };

/** By the name of the file. */
export function plotsOf(found: Found): ReadonlyMap<string, string> {
  return new Map([
    ['routing-illness', illnessPlot(found)],
    ['routing-herd', herdPlot(found)],
    ['routing-front', frontPlot(found)],
  ]);
}

function illnessPlot({ illness }: Found): string {
  const rows = illness.filter(({ strategy }) => strategy === 'latency');
  const lines = rows.map(({ illness: name, result }) => ({ name, points: shares(result.worlds, 3) }));
  return chartSvg({
    title: 'latency: share of the fourth of four targets, by what is wrong with it',
    x: TIME,
    y: SHARE,
    shade: SHADE,
    lines: [...lines, FAIR],
  });
}

function herdPlot({ illness }: Found): string {
  const slow = illness.find(
    ({ strategy, illness: name }) => strategy === 'latency' && name === 'ten times slower',
  );
  const worlds = slow?.result.worlds ?? [];
  const lines = ['first', 'second', 'third', 'fourth, ill'].map((name, index) => ({
    name,
    points: shares(worlds, index),
  }));
  return chartSvg({
    title: 'latency: shares of all four targets while the fourth is ten times slower',
    x: TIME,
    y: SHARE,
    shade: SHADE,
    lines: [...lines, FAIR],
  });
}

const FAIR: Line = {
  name: 'a quarter',
  dashed: true,
  points: [
    [0, 0.25],
    [END / SECOND, 0.25],
  ],
};

function shares(worlds: readonly (readonly Served[])[], index: number): readonly Place[] {
  const points: Place[] = [];
  for (let at = 0; at < END; at += STEP_MS) {
    const share = mean(worlds.map((served) => shareOf(served, index, at, at + STEP_MS)));
    points.push([(at + STEP_MS / 2) / SECOND, share]);
  }
  return points;
}

function frontPlot({ front }: Found): string {
  const [market = '', result] = front[0] ?? [];
  const points = result?.points ?? [];
  const singles = points.filter(({ balanced }) => !balanced);
  const costs = points.map(({ cost }) => cost);
  const most = Math.ceil(Math.max(...costs) * 1.1 * 10) / 10;
  const slowest = Math.ceil(Math.max(...points.map(({ firstMs }) => firstMs)) / 500) * 500;
  return chartSvg({
    title: `cost against time, ${market}: strategies that look at one thing, and balanced (cost:time)`,
    x: {
      title: 'US dollars for a thousand requests',
      least: 0,
      most,
      ticks: ticks(most, 0.25),
      label: (cost) => cost.toFixed(2),
    },
    y: { title: 'ms to the first content', least: 0, most: slowest, ticks: ticks(slowest, 500) },
    lines: [{ name: 'the convex front of the others', dashed: true, points: frontLine(singles, costs) }],
    dots: points.map(({ name, cost, firstMs, balanced }) => ({ name, at: [cost, firstMs], full: balanced })),
  });
}

function frontLine(singles: readonly Point[], costs: readonly number[]): readonly Place[] {
  const [least, most] = [Math.min(...costs), Math.max(...costs)];
  return Array.from({ length: 41 }, (_, index): Place => {
    const cost = least + ((most - least) * index) / 40;
    return [cost, frontAt(singles, cost)];
  }).filter(([, time]) => Number.isFinite(time));
}

function ticks(most: number, step: number): readonly number[] {
  return Array.from({ length: Math.floor(most / step + 1e-9) + 1 }, (_, index) => index * step);
}
