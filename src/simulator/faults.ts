// Every fault by name, in the order of the failure catalogue. `clew simulate --faults` prints this table.

import { BEFORE } from './faults/before.ts';
import type { ChosenFault, Fault } from './faults/fault.ts';
import { FRAMING } from './faults/framing.ts';
import { STATUSES } from './faults/statuses.ts';
import { STREAM } from './faults/stream.ts';

export type { ChosenFault, Fault } from './faults/fault.ts';

export const FAULTS: readonly Fault[] = [...BEFORE, ...STATUSES, ...STREAM, ...FRAMING].sort((a, b) =>
  a.id.localeCompare(b.id),
);

const BY_NAME: ReadonlyMap<string, Fault> = new Map(FAULTS.map((fault) => [fault.name, fault]));

/**
 * Reads `stall`, `stall-30` or either with `fault-` before it. Null when there is no such fault, when it takes no number
 * or not this one, or when it is not a matter of HTTP (those are made with dead-ends.ts).
 */
export function findFault(text: string): ChosenFault | null {
  const name = text.startsWith('fault-') ? text.slice('fault-'.length) : text;
  const plain = BY_NAME.get(name);
  if (plain !== undefined) return choose(plain, name, plain.argument?.usual ?? 0);
  const [, stem = '', digits = ''] = /^(.+)-(\d{1,10})$/.exec(name) ?? [];
  const fault = BY_NAME.get(stem);
  const argument = Number(digits);
  const range = fault?.argument;
  if (fault === undefined || range === undefined) return null;
  return argument < range.min || argument > range.max ? null : choose(fault, name, argument);
}

function choose(fault: Fault, name: string, argument: number): ChosenFault | null {
  return fault.outside === undefined ? { fault, name, argument } : null;
}
