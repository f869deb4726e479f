// A cell of the wall: one fault, met by one client in one way, alone or with somebody else to ask.

import type { AttemptEntry } from '#simulator/index.ts';
import type { Generation } from '#accounting/generation.ts';
import type { ClientName } from '../clients/index.ts';
import type { Seen } from '../clients/ask.ts';
import { expectedOf, FAULTS, isDeadEnd } from './faults.ts';
import type { Expected } from './faults.ts';

export interface Cell {
  readonly fault: string;
  readonly client: ClientName;
  readonly stream: boolean;
  /** Whether there is a fallback. */
  readonly helped: boolean;
  readonly expected: Expected;
  /** The name that the client asks for; the models behind it have it in theirs, so that each cell finds its calls. */
  readonly name: string;
}

/** What there is to judge by. */
export interface Met {
  readonly cell: Cell;
  readonly seen: Seen;
  readonly calls: readonly AttemptEntry[];
  readonly record: Generation | undefined;
}

export function allCells(clients: readonly ClientName[]): readonly Cell[] {
  const cells: Cell[] = [];
  for (const fault of FAULTS) {
    for (const client of clients) {
      for (const stream of [true, false]) {
        const expected = expectedOf(fault, stream ? 'stream' : 'whole', client);
        if (expected === undefined) continue;
        for (const helped of [false, true])
          cells.push({ fault, client, stream, helped, expected, name: `w${cells.length}` });
      }
    }
  }
  return cells;
}

/** Each fault in one way with one client, alone and helped, so that every client meets a quarter of them in each way. */
export function sampleOf(cells: readonly Cell[], clients: readonly ClientName[]): readonly Cell[] {
  return cells.filter(({ fault, client, stream }) => {
    const number = FAULTS.indexOf(fault);
    const other = number % 2 === 0;
    const found = cells.some(
      (cell) => cell.fault === fault && cell.client === client && cell.stream === other,
    );
    return clients[Math.floor(number / 2) % clients.length] === client && stream === (found ? other : !other);
  });
}

/** Where the call of the cell's own target goes. */
export function primaryOf({ fault, name, client }: Cell): {
  readonly provider: string;
  readonly model: string;
} {
  if (isDeadEnd(fault)) return { provider: `${fault}-${client}`, model: 'm' };
  return { provider: `wall-${client}`, model: `echo+fault-${fault}+${name}` };
}

export function spareOf({ name, client }: Cell): { readonly provider: string; readonly model: string } {
  return { provider: `wall-${client}`, model: `echo+${name}+spare` };
}
