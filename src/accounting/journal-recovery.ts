// What a journal directory says when it is opened: which settles still wait for the database, and which exchanges began
// and never ended, because the process was killed or the power went.

import { truncateSync, unlinkSync } from 'node:fs';

import { asNumber, asObject, asString, parseJson } from '#base/json.ts';
import type { Generation } from './generation.ts';
import type { Position } from './generation-store.ts';
import { listSegments, readCheckpoint, scanSegment, segmentPath } from './journal-directory.ts';
import type { ScannedLine } from './journal-directory.ts';
import type { Intent } from './journal.ts';

export interface Recovery {
  /** Where the database's rows end. */
  readonly position: Position;
  /** Sizes in bytes by number. */
  readonly segments: ReadonlyMap<number, number>;
  /** The number of the next segment. */
  readonly next: number;
  /** Intents without a settle. */
  readonly unfinished: readonly Intent[];
  readonly report: RecoveryReport;
}

export interface RecoveryReport {
  /** Settled generations that wait for the database. */
  readonly waiting: number;
  /** Exchanges that the last process left unfinished; each is now settled as failed, its cost unknown. */
  readonly unfinished: number;
  /** Lines in the middle that do not match their checksum. They are skipped. */
  readonly damaged: number;
  /** Bytes of a torn end that were cut off. */
  readonly cutBytes: number;
}

interface Tally {
  readonly unfinished: Map<string, Intent>;
  waiting: number;
  damaged: number;
}

/** Deletes segments that the database has wholly taken and cuts a torn end. Throws what the file system throws. */
export function recover(directory: string): Recovery {
  const segments = listSegments(directory);
  const first = segments.keys().next().value;
  const position = readCheckpoint(directory) ?? { segment: first ?? 1, offset: 0 };
  const tally: Tally = { unfinished: new Map(), waiting: 0, damaged: 0 };
  let last = position.segment;
  let cutBytes = 0;
  for (const [segment, size] of segments) {
    const path = segmentPath(directory, segment);
    if (segment < position.segment || size === 0) {
      unlinkSync(path);
      segments.delete(segment);
      continue;
    }
    last = segment;
    const trueEnd = tallySegment(tally, path, size, segment === position.segment ? position.offset : 0);
    // Only what stands at the very end can be a record that was being written.
    cutBytes = size - trueEnd;
    if (cutBytes > 0) segments.set(segment, trueEnd);
  }
  if (segments.has(last)) truncateSync(segmentPath(directory, last), segments.get(last));
  const unfinished = [...tally.unfinished.values()];
  const report = { waiting: tally.waiting, unfinished: unfinished.length, damaged: tally.damaged, cutBytes };
  return { position, segments, next: last + 1, unfinished, report };
}

/** Gives the end of the last true record. */
function tallySegment(tally: Tally, path: string, size: number, acknowledged: number): number {
  let trueEnd = 0;
  let doubtful = 0;
  for (const line of scanSegment(path, 0, size)) {
    if (line.record === undefined) {
      doubtful += 1;
      continue;
    }
    tally.damaged += doubtful;
    doubtful = 0;
    trueEnd = line.end;
    tallyRecord(tally, line, acknowledged);
  }
  return trueEnd;
}

function tallyRecord(tally: Tally, { record, start }: ScannedLine, acknowledged: number): void {
  if (record?.kind === 'S') {
    tally.unfinished.delete(idOf(record.json));
    if (start >= acknowledged) tally.waiting += 1;
    return;
  }
  const intent = intentOf(record?.json ?? '');
  if (intent !== undefined) tally.unfinished.set(intent.id, intent);
}

/** Generations begin with their id; parsing the whole of each would make a long journal slow to open. */
function idOf(json: string): string {
  const match = /^\{"id":"([^"\\]+)"/.exec(json);
  return match?.[1] ?? asString(asObject(parseJson(json))?.['id']) ?? '';
}

function intentOf(json: string): Intent | undefined {
  const fields = asObject(parseJson(json));
  const id = asString(fields?.['id']);
  if (fields === undefined || id === undefined) return undefined;
  return {
    id,
    startedMs: asNumber(fields['startedMs']) ?? 0,
    key: asString(fields['key']) ?? null,
    model: asString(fields['model']) ?? '',
  };
}

/** Stands for an exchange whose end nobody saw. What it cost is unknown, and so is what it was beyond its intent. */
export function interruptedGeneration(intent: Intent): Generation {
  return {
    ...intent,
    path: '',
    dialect: '',
    stream: false,
    passthrough: false,
    snapshot: '',
    attempts: [],
    cost: 'unknown',
    failure: { code: 'internal', message: 'the process stopped before the answer ended' },
    losses: [],
    totalMs: 0,
  };
}
