import { expect, test } from 'bun:test';
import { chartSvg } from './chart.ts';
import type { Chart } from './chart.ts';

const CHART: Chart = {
  title: 'a < b & c',
  x: { title: 'seconds', least: 0, most: 100, ticks: [0, 50, 100] },
  y: { title: 'share', least: 0, most: 0.5, ticks: [0, 0.25, 0.5], label: (share) => `${share * 100} %` },
  lines: [
    {
      name: 'one',
      points: [
        [0, 0],
        [100, 0.5],
      ],
    },
    { name: 'none', points: [] },
  ],
  dots: [{ name: 'dot', at: [50, 9], full: true }],
  shade: { from: 40, to: 60, name: 'ill' },
};

test('a chart is one SVG, with its words escaped and every mark inside', () => {
  const svg = chartSvg(CHART);
  expect(svg).toStartWith('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 340"');
  expect(svg).toContain('<title>a &lt; b &amp; c</title>');
  expect(svg).toContain('>25 %</text>');
  // The line goes from corner to corner of the plane; a dot that is outside stays at its edge.
  expect(svg).toContain('d="M58 294L704 58"');
  expect(svg).toContain('<circle cx="381" cy="58"');
  expect(svg).not.toContain('NaN');
  expect(chartSvg(CHART)).toBe(svg);
});
