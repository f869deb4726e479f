// A view of a plan as a table for people. Columns in which nobody differs from the ordinary are left out.

import type { CandidateView, ChoiceView, InputsView, RouteView } from './route-view.ts';

export function printRoute(view: RouteView): string {
  const parts = [
    head(view),
    ...view.choices.map((choice, at) => choiceTable(choice, at + 1, view)),
    ...removedTable(view),
    ...ending(view),
  ];
  return `${parts.join('\n\n')}\n`;
}

function head({ model, snapshot, policy, request, refused, panic }: RouteView): string {
  const lines = [
    [
      model,
      ...(snapshot === null ? [] : [`snapshot ${snapshot}`]),
      ...(refused === undefined ? [policy === null ? 'no policy' : `policy ${policy}`] : []),
    ].join(', '),
  ];
  if (request !== null) {
    const { task, language } = request;
    const about = task === null ? '' : `, taken for ${[task, language].filter(Boolean).join(', ')}`;
    lines.push(
      `about ${request.input_tokens} tokens of prompt and ${request.output_tokens} of answer${about}`,
    );
  }
  if (refused !== undefined) lines.push(`refused with ${refused.status} ${refused.code}: ${refused.message}`);
  if (panic) lines.push('all targets rest: whoever is left is tried');
  return lines.join('\n');
}

function choiceTable(choice: ChoiceView, number: number, { choices }: RouteView): string {
  const title = choices.length > 1 ? `choice ${number}: ${choice.strategy}` : choice.strategy;
  const notes = [
    ...(choice.strict ? ['the request sorts'] : []),
    ...(choice.balance === null ? [] : [`weights ${pairs(choice.balance)}`]),
    ...(choice.turn === null ? [] : [`turn ${choice.turn}`]),
    ...(choice.drawn === null ? [] : [`drawn ${decimals(choice.drawn)}`]),
    ...(choice.stay === null ? [] : [`the session stays with ${choice.stay}`]),
    ...(choice.unheard === null ? [] : [`not heard, since ${choice.unheard}`]),
  ];
  const sorted = [...choice.candidates].sort((a, b) => (a.place ?? Infinity) - (b.place ?? Infinity));
  const one = { candidates: sorted, model: choices.length > 1 };
  return [[title, ...notes].join(', '), table(columnsOf(one), sorted)].join('\n');
}

interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => string;
  /** Undefined: always shown. Else only when somebody is not ordinary. */
  readonly ordinary?: (row: Row) => boolean;
  readonly right?: true;
}

const INPUTS: readonly (readonly [title: string, name: keyof InputsView, ordinary: number | null])[] = [
  ['weight', 'weight', 1],
  ['quality', 'quality', null],
  ['running', 'in_flight', 0],
  ['warm tokens', 'warm_tokens', 0],
  ['samples', 'samples', 0],
  ['ramp', 'ramp', 1],
  ['slow start', 'slow_start', 1],
];

function columnsOf({
  candidates,
  model,
}: {
  readonly candidates: readonly CandidateView[];
  readonly model: boolean;
}) {
  const names = [...new Set(candidates.flatMap(({ parts }) => Object.keys(parts ?? {})))];
  const columns: Column<CandidateView>[] = [
    { title: '#', cell: ({ place }) => (place === null ? '-' : String(place)), right: true },
    { title: 'target', cell: ({ target }) => target },
    { title: 'for', cell: (one) => one.model, ordinary: () => !model },
    { title: 'probability', cell: ({ probability }) => percent(probability), right: true },
    {
      title: 'cost',
      cell: ({ expected }) => (expected === null ? '' : dollars(expected.cost_usd)),
      right: true,
    },
    {
      title: 'cache saves',
      cell: ({ expected }) => savings(expected),
      ordinary: ({ expected }) => savings(expected) === '',
      right: true,
    },
    { title: 'first', cell: ({ expected }) => duration(expected?.first_content_ms), right: true },
    { title: 'whole', cell: ({ expected }) => duration(expected?.total_ms), right: true },
    { title: 'success', cell: ({ expected }) => percent(expected?.success ?? null), right: true },
    ...INPUTS.map(([title, name, ordinary]): Column<CandidateView> => ({
      title,
      cell: ({ inputs }) => decimals(inputs?.[name]),
      ordinary: ({ inputs }) => inputs === null || inputs[name] === ordinary,
      right: true,
    })),
    {
      title: 'failed',
      cell: ({ inputs }) => ago(inputs?.failed_ago_ms ?? null),
      ordinary: ({ inputs }) => (inputs?.failed_ago_ms ?? null) === null,
      right: true,
    },
    ...names.map((name): Column<CandidateView> => ({
      title: `× ${name}`,
      cell: ({ parts }) => decimals(parts?.[name]),
      right: true,
    })),
    {
      title: 'rank',
      cell: ({ rank }) => decimals(rank),
      ordinary: ({ parts }) => parts === null,
      right: true,
    },
    { title: 'note', cell: noteOf, ordinary: (one) => noteOf(one) === '' },
  ];
  return columns.filter(({ ordinary }) => ordinary === undefined || !candidates.every(ordinary));
}

function noteOf({ wished, last_resort: last, place }: CandidateView): string {
  if (last !== null) return `last resort: ${last}`;
  if (wished !== null) return `number ${wished} of those that the request names`;
  return place === null ? 'not tried' : '';
}

const REMOVED: readonly Column<RouteView['removed'][number]>[] = [
  { title: 'left out', cell: ({ target }) => target },
  { title: 'because it', cell: ({ why }) => why },
];

function removedTable({ removed, removed_more: more }: RouteView): readonly string[] {
  if (removed.length === 0) return [];
  return [table(REMOVED, removed) + (more === 0 ? '' : `\nand ${more} more`)];
}

function ending({ plan, hedge, on_cut: onCut, refused }: RouteView): readonly string[] {
  if (refused !== undefined) return [];
  const lines = [plan.length === 0 ? 'nobody is asked' : `asked in this order: ${plan.join(', ')}`];
  if (hedge.rule === 'off') lines.push('no hedge');
  else if (hedge.target === null) lines.push('no hedge: there is no second target of the same model');
  else if (hedge.after_ms === null) lines.push(`hedge with ${hedge.target}, as soon as more is known`);
  else lines.push(`hedge with ${hedge.target} after ${duration(hedge.after_ms)} without a first content`);
  lines.push(CUTS[onCut]);
  return [lines.join('\n')];
}

const CUTS: Readonly<Record<RouteView['on_cut'], string>> = {
  error: 'a stream that breaks off ends in an error',
  continue: 'a stream that breaks off is gone on with elsewhere',
  buffer: 'nothing is shown until the answer is complete',
};

function table<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const cells = [
    columns.map(({ title }) => title),
    ...rows.map((row) => columns.map(({ cell }) => cell(row))),
  ];
  const widths = columns.map((_, at) => Math.max(...cells.map((row) => (row[at] ?? '').length)));
  return cells
    .map((row) =>
      row
        .map((cell, at) =>
          columns[at]?.right === true ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .map((line) => `  ${line}`)
    .join('\n');
}

function pairs(weights: Readonly<Record<string, number | undefined>>): string {
  return Object.entries(weights)
    .map(([name, weight]) => `${name} ${weight}`)
    .join(', ');
}

function percent(share: number | null): string {
  return share === null ? '-' : `${decimals(share * 100)} %`;
}

/** Four digits that count: the difference between two cheap models may be in the fourth. */
function dollars(cost: number | null): string {
  if (cost === null) return 'unknown';
  return cost === 0 ? '$0' : `$${Number(cost.toPrecision(4)).toFixed(12).replace(/0+$/, '')}`;
}

function savings(expected: CandidateView['expected']): string {
  const saving = expected?.cache_saving_usd ?? null;
  return saving === null ? '' : dollars(saving);
}

function duration(ms: number | null | undefined): string {
  if (ms === null || ms === undefined) return '';
  return ms < 1_000 ? `${Math.round(ms)} ms` : `${decimals(ms / 1_000)} s`;
}

function ago(ms: number | null): string {
  return ms === null ? '' : `${duration(ms)} ago`;
}

function decimals(value: number | null | undefined): string {
  if (value === null || value === undefined) return '';
  return String(Number(value.toPrecision(value >= 1_000 ? 6 : 4)));
}
