// The four oracles. Client: a right answer, or an error in its own language, and the one that the fault calls for. Wall: as many
// calls as may be, none left running. Money: what is recorded is what was billed. (After, the fourth, is asked once, of the whole
// gateway: nothing is left behind.)

import type { Generation } from '#accounting/generation.ts';
import { NO_MONEY } from '#base/money.ts';
import type { AttemptEntry } from '#simulator/index.ts';
import { primaryOf } from './cell.ts';
import type { Cell, Met } from './cell.ts';

const TARGET_CALLS_MAX = 2;
const CALLS_MAX = 3;

export interface Verdict {
  readonly client: readonly string[];
  readonly wall: readonly string[];
  readonly money: readonly string[];
  /** How the money was known. */
  readonly known: 'exact' | 'estimated' | 'unknown' | 'nothing';
}

/** Whether the client is to get a whole answer. */
export function isAnswered({ expected, helped }: Cell): boolean {
  return expected.failure === undefined || (helped && expected.early === true && expected.final !== true);
}

export function judge(met: Met, said: string): Verdict {
  const { known, problems } = money(met);
  return { client: client(met, said), wall: wall(met), money: problems, known };
}

function client({ cell, seen, record }: Met, said: string): readonly string[] {
  const { taken, problem, text } = seen;
  if (taken !== 'complete' && taken !== 'error') return [`${taken}: ${problem ?? 'without an end'}`];
  const { failure, text: changed } = cell.expected;
  const problems: string[] = [];
  // What broke off before anything of it was shown may be answered by the other all the same.
  const isFree = cell.helped && failure !== undefined && cell.expected.final !== true;
  if (taken === 'error' ? isAnswered(cell) : !isAnswered(cell) && !isFree)
    problems.push(taken === 'error' ? `an error: ${seen.error}` : 'looks whole');
  const right = failure === undefined && changed !== undefined ? changed(said) : said;
  if (taken === 'complete' && text !== right) problems.push(`another text: …${text.slice(-40)}`);
  if (taken === 'error' && !right.startsWith(text))
    problems.push(`its beginning is another: ${text.slice(0, 40)}`);
  if (taken === 'error' && record?.failure?.code !== failure)
    problems.push(`it is called ${record?.failure?.code}, not ${failure}`);
  return problems;
}

function wall(met: Met): readonly string[] {
  const { calls, record } = met;
  const problems: string[] = [];
  const counts = Map.groupBy(record?.attempts ?? [], ({ target }) => target);
  for (const [target, { length }] of counts)
    if (length > TARGET_CALLS_MAX) problems.push(`${length} calls of ${target}`);
  if ((record?.attempts.length ?? 0) > CALLS_MAX) problems.push(`${record?.attempts.length} calls`);
  if (calls.length > (record?.attempts.length ?? 0) + (mayRepeat(met) ? 1 : 0))
    problems.push(`the wall saw ${calls.length} calls, the record has ${record?.attempts.length}`);
  if (calls.some(({ ended }) => ended === null)) problems.push('a call is still running');
  return problems;
}

/** A connection that had waited for long and is closed before a byte comes looks stale: the call goes out once more over a new one. */
function mayRepeat({ calls }: Met): boolean {
  return calls.some(({ fault, firstByteMs }) => fault !== null && firstByteMs === null);
}

function money({ cell, calls, record }: Met): { known: Verdict['known']; problems: readonly string[] } {
  if (record === undefined) return { known: 'unknown', problems: ['no record'] };
  const billed = calls.filter((call) => isSeen(call, cell, record)).reduce((sum, { bill }) => sum + bill, 0);
  if (record.cost === 'unknown') return { known: 'unknown', problems: [] };
  const isEstimated =
    record.usage?.estimated === true || record.attempts.some(({ usage }) => usage?.estimated === true);
  const known = isEstimated ? 'estimated' : record.cost === NO_MONEY ? 'nothing' : 'exact';
  const isRight = isEstimated ? record.cost > 0 || billed === 0 : record.cost === billed;
  return { known, problems: isRight ? [] : [`billed ${billed}, recorded ${record.cost}`] };
}

/** What a provider bills for an answer whose head never came nobody can know: it is taken to cost nothing. */
function isSeen({ model }: AttemptEntry, cell: Cell, { attempts }: Generation): boolean {
  const { provider, model: own } = primaryOf(cell);
  return (
    model !== own ||
    attempts.some(({ target, status }) => target === `${provider}/${own}` && status !== undefined)
  );
}
