// Small charts as SVG text, readable on a light and on a dark page: lines over time, and points in a plane. No styles from
// outside, no scripts, the same text for the same numbers.

export interface Axis {
  readonly title: string;
  readonly least: number;
  readonly most: number;
  readonly ticks: readonly number[];
  readonly label?: (value: number) => string;
}

export interface Line {
  readonly name: string;
  readonly points: readonly Place[];
  /** A straight thin line, to compare with. */
  readonly dashed?: boolean;
}

export interface Dot {
  readonly name: string;
  readonly at: Place;
  /** Drawn full; others are rings. */
  readonly full: boolean;
}

export type Place = readonly [x: number, y: number];

export interface Chart {
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly lines: readonly Line[];
  readonly dots?: readonly Dot[];
  /** From and to, in the units of `x`: shaded, with a word. */
  readonly shade?: { readonly from: number; readonly to: number; readonly name: string };
}

const WIDTH = 720;
const HEIGHT = 340;
const LEFT = 58;
const RIGHT = 16;
const TOP = 58;
const BOTTOM = 46;
/** Distinguishable without colours being told apart: dark to light as well. */
const COLOURS = ['#1f5fa8', '#c2571a', '#3d8c40', '#8a4fa3', '#8c6d1f'] as const;
const INK = '#333333';
const FAINT = '#c9c9c9';

export function chartSvg(chart: Chart): string {
  const place = placer(chart);
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">`,
    `<title>${escaped(chart.title)}</title>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    word([LEFT, 18], chart.title, { bold: true }),
    ...shadeOf(chart, place),
    ...axes(chart, place),
    ...chart.lines.flatMap((line, index) => lineOf(line, index, place)),
    ...legend(chart.lines),
    ...dotsOf(chart.dots ?? [], place),
    '</svg>',
  ];
  return `${parts.join('\n')}\n`;
}

type Placer = (at: Place) => Place;

function placer({ x, y }: Chart): Placer {
  const part = ({ least, most }: Axis, value: number): number =>
    Math.min(1, Math.max(0, (value - least) / (most - least)));
  return ([across, up]) => [
    round(LEFT + part(x, across) * (WIDTH - LEFT - RIGHT)),
    round(HEIGHT - BOTTOM - part(y, up) * (HEIGHT - TOP - BOTTOM)),
  ];
}

function axes({ x, y }: Chart, place: Placer): readonly string[] {
  const parts: string[] = [];
  for (const tick of y.ticks) {
    const [, at] = place([x.least, tick]);
    parts.push(`<path d="M${LEFT} ${at}H${WIDTH - RIGHT}" stroke="${FAINT}" stroke-width="0.6"/>`);
    parts.push(word([LEFT - 6, at + 4], labelOf(y, tick), { anchor: 'end' }));
  }
  for (const tick of x.ticks) {
    const [at] = place([tick, y.least]);
    parts.push(`<path d="M${at} ${HEIGHT - BOTTOM}v4" stroke="${INK}"/>`);
    parts.push(word([at, HEIGHT - BOTTOM + 17], labelOf(x, tick), { anchor: 'middle' }));
  }
  parts.push(`<path d="M${LEFT} ${TOP}V${HEIGHT - BOTTOM}H${WIDTH - RIGHT}" fill="none" stroke="${INK}"/>`);
  parts.push(word([(LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8], x.title, { anchor: 'middle' }));
  const middle = (TOP + HEIGHT - BOTTOM) / 2;
  const turned = `<g transform="rotate(-90 14 ${middle})">`;
  return [...parts, `${turned}${word([14, middle], y.title, { anchor: 'middle' })}</g>`];
}

function lineOf({ points, dashed }: Line, index: number, place: Placer): readonly string[] {
  if (points.length === 0) return [];
  const path = points.map((point, at) => `${at === 0 ? 'M' : 'L'}${place(point).join(' ')}`).join('');
  const how = dashed === true ? 'stroke-width="1" stroke-dasharray="5 4"' : 'stroke-width="1.8"';
  return [`<path d="${path}" fill="none" stroke="${colour(index, dashed)}" ${how}/>`];
}

function legend(lines: readonly Line[]): readonly string[] {
  let left = LEFT;
  return lines.flatMap(({ name, dashed }, index) => {
    const at = left;
    left += 34 + name.length * 6.6;
    return [
      `<path d="M${round(at)} 36h16" stroke="${colour(index, dashed)}" stroke-width="${dashed === true ? 1 : 2.4}"/>`,
      word([round(at + 20), 40], name),
    ];
  });
}

/** A name that would stand on another's goes below it. */
function dotsOf(dots: readonly Dot[], place: Placer): readonly string[] {
  const taken: Place[] = [];
  return dots.flatMap(({ name, at, full }) => {
    const [x, y] = place(at);
    const left = x > WIDTH - 160;
    let down = y - 5;
    while (taken.some(([a, b]) => Math.abs(a - x) < 110 && Math.abs(b - down) < 13)) down += 13;
    taken.push([x, down]);
    const fill = full ? COLOURS[1] : '#ffffff';
    const stroke = full ? COLOURS[1] : COLOURS[0];
    return [
      `<circle cx="${x}" cy="${y}" r="4.5" fill="${fill}" stroke="${stroke}" stroke-width="1.8"/>`,
      word([left ? x - 8 : x + 8, down], name, { anchor: left ? 'end' : 'start' }),
    ];
  });
}

function shadeOf({ shade, y }: Chart, place: Placer): readonly string[] {
  if (shade === undefined) return [];
  const [from] = place([shade.from, y.least]);
  const [to] = place([shade.to, y.least]);
  const height = HEIGHT - TOP - BOTTOM;
  return [
    `<rect x="${from}" y="${TOP}" width="${round(to - from)}" height="${height}" fill="#f3ece2"/>`,
    word([round((from + to) / 2), TOP + 14], shade.name, { anchor: 'middle' }),
  ];
}

interface WordOptions {
  readonly anchor?: 'start' | 'middle' | 'end';
  readonly bold?: boolean;
}

function word([x, y]: Place, text: string, { anchor = 'start', bold = false }: WordOptions = {}): string {
  const weight = bold ? ' font-weight="bold"' : '';
  return `<text x="${x}" y="${y}" text-anchor="${anchor}" fill="${INK}"${weight}>${escaped(text)}</text>`;
}

function colour(index: number, dashed = false): string {
  return dashed ? '#777777' : (COLOURS[index % COLOURS.length] ?? INK);
}

function labelOf({ label = String }: Axis, value: number): string {
  return label(value);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
