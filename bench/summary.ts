// From samples to a table: each subject's median in each row, and its multiple of the bare proxy within the same round.

import type { Results, Sample, SubjectId } from './measure.ts';
import { ROWS, type Row, type RowId } from './rows.ts';
import { spread, type Spread } from './statistics.ts';

export interface Cell {
  /** In the row's unit. */
  readonly absolute: Spread;
  /** Multiples of the bare proxy, one a round; undefined where the bare proxy was not measured. */
  readonly ratio: Spread | undefined;
}

export interface SummaryRow {
  readonly row: Row;
  readonly cells: ReadonlyMap<SubjectId, Cell>;
}

/** Values by round. */
type Series = ReadonlyMap<number, number>;

function series(samples: readonly Sample[], row: RowId, subject: SubjectId): Series {
  const own = samples.filter((sample) => sample.row === row && sample.subject === subject);
  return new Map(own.map(({ round, value }) => [round, value]));
}

/** `combine` on the rounds that both have. */
function pair(left: Series, right: Series, combine: (a: number, b: number) => number): Series {
  const rounds = [...left.keys()].filter((round) => right.has(round));
  return new Map(rounds.map((round) => [round, combine(left.get(round) ?? 0, right.get(round) ?? 0)]));
}

/** The row's values; for latency what the subject adds to the direct way in the same round. */
function values(samples: readonly Sample[], row: RowId, subject: SubjectId): Series {
  const own = series(samples, row, subject);
  return row === 'latency'
    ? pair(own, series(samples, row, 'direct'), (through, direct) => through - direct)
    : own;
}

export function summarise({ samples }: Results, subjects: readonly SubjectId[]): readonly SummaryRow[] {
  return ROWS.map((row) => {
    const bare = values(samples, row.id, 'bare');
    const cells = subjects.map((subject): [SubjectId, Cell] => {
      const own = values(samples, row.id, subject);
      const ratios = [...pair(own, bare, (a, b) => a / b).values()];
      return [
        subject,
        { absolute: spread([...own.values()]), ratio: ratios.length > 0 ? spread(ratios) : undefined },
      ];
    });
    return { row, cells: new Map(cells) };
  });
}

/** The time of the direct way itself, for the record. */
export function directP50({ samples }: Results): Spread {
  return spread([...series(samples, 'latency', 'direct').values()]);
}

/** The generator's state over all samples: worst lateness, and its busiest moment as a share of its core. */
export function generatorState({ samples }: Results): { readonly lateMs: number; readonly busy: number } {
  const states = samples.flatMap(({ outcome }) => (outcome ? [outcome.generator] : []));
  return {
    lateMs: spread(states.map((state) => state.lateMsP99).filter(Number.isFinite)).most,
    busy: spread(states.map((state) => state.busy).filter(Number.isFinite)).most,
  };
}
