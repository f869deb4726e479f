// All recordings of real traffic, by provider and feature: decoded, written again equal in their own language, and what
// their requests lose on the way to each other language, declared or not.

import { DIALECTS } from '#dialects/index.ts';
import { isInvented, readRecordings } from '../recordings/fixtures.ts';
import type { Recording } from '../recordings/fixtures.ts';
import { featureAt, featuresOf, FEATURES } from './features.ts';
import type { Feature } from './features.ts';
import { GOALS } from './goals.ts';
import { judge } from './guard.ts';
import { LANGUAGES } from './languages.ts';
import type { Language } from './languages.ts';
import { checksOf } from './same-language.ts';

export interface Cell {
  /** Recordings with this feature. */
  all: number;
  decoded: number;
  equal: number;
  /** Losses over all targets. */
  declared: number;
  undeclared: number;
}

export type Row = Readonly<Record<Feature | 'all', Cell>>;

export interface Report {
  readonly rows: ReadonlyMap<string, Row>;
  readonly totals: Row;
  /** Exchanges, requests to other languages, pieces of streams. */
  readonly counts: { recordings: number; checks: number; crossings: number };
  readonly problems: readonly string[];
}

export interface Scope {
  /** Every how many-th recording is looked at. */
  readonly every: number;
  readonly cutRuns: number;
}

export const WHOLE_SCOPE: Scope = { every: 1, cutRuns: 40 };

const REAL: ReadonlySet<string> = new Set(['wire', 'wire_normalised', 'payload']);

export function makeReport({ every, cutRuns }: Scope): Report {
  const report = new Reporter(cutRuns);
  for (const language of LANGUAGES) {
    readRecordings(language.apis)
      .filter((recording) => REAL.has(recording.fidelity) && !isInvented(recording))
      .forEach((recording, index) => {
        if (index % every === 0) report.add(recording, language);
      });
  }
  return report;
}

function emptyRow(): Row {
  const cell = (): Cell => ({ all: 0, decoded: 0, equal: 0, declared: 0, undeclared: 0 });
  return Object.fromEntries(['all', ...FEATURES].map((feature) => [feature, cell()])) as Row;
}

class Reporter implements Report {
  readonly rows = new Map<string, Row>();
  readonly totals = emptyRow();
  readonly counts = { recordings: 0, checks: 0, crossings: 0 };
  readonly problems: string[] = [];
  readonly #cutRuns: number;

  constructor(cutRuns: number) {
    this.#cutRuns = cutRuns;
  }

  add(recording: Recording, language: Language): void {
    this.counts.recordings += 1;
    const row = this.rows.get(recording.provider) ?? emptyRow();
    this.rows.set(recording.provider, row);
    const checks = checksOf(recording, language, this.#cutRuns);
    this.counts.checks += checks.length;
    const unread = checks.flatMap((check) =>
      check.unread === undefined ? [] : [`${check.what}: ${check.unread}`],
    );
    const different = checks.flatMap(({ what, differences }) => differences.map((one) => `${what}: ${one}`));
    for (const problem of [...unread, ...different]) this.problems.push(`${recording.name} ${problem}`);
    const read = recording.request === null ? undefined : language.read(recording);
    const request = read?.ok === true ? read.value : undefined;
    for (const feature of ['all', ...featuresOf(recording, request)] as const) {
      for (const cell of [row[feature], this.totals[feature]]) {
        cell.all += 1;
        if (unread.length === 0) cell.decoded += 1;
        if (unread.length === 0 && different.length === 0) cell.equal += 1;
        cell.undeclared += different.length;
      }
    }
    this.#cross(recording, language, row);
  }

  /** To each other language; requests that only one can serve are refused before. Clients speak four of the six. */
  #cross(recording: Recording, language: Language, row: Row): void {
    const spoken = DIALECTS.get(language.dialect)?.client !== undefined;
    const read = recording.request === null || !spoken ? undefined : language.read(recording);
    if (read?.ok !== true || read.value.onlyFor !== undefined) return;
    for (const goal of GOALS) {
      if (goal.dialect === language.dialect) continue;
      this.counts.crossings += 1;
      const { losses, undeclared } = judge(read.value, goal);
      const count = (path: string, what: 'declared' | 'undeclared'): void => {
        for (const side of [row, this.totals]) {
          side.all[what] += 1;
          side[featureAt(path, read.value)][what] += 1;
        }
      };
      for (const { path } of losses) count(path, 'declared');
      for (const silent of undeclared) {
        count(silent.slice(0, silent.indexOf(':')), 'undeclared');
        this.problems.push(`${recording.name} to ${goal.dialect} ${goal.model}: ${silent}`);
      }
    }
  }
}
