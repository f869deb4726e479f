// A generation as a database keeps it: the columns needed to list and to sum, and the whole record as the text that the
// journal holds.

import type { Generation } from './generation.ts';

/** Times are whole milliseconds. Null is unknown or never happened. */
export interface GenerationSummary {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly startedMs: number;
  readonly key: string | null;
  readonly model: string;
  readonly target: string | null;
  readonly finish: string | null;
  /** The failure's code; null when the exchange succeeded. */
  readonly failure: string | null;
  readonly stream: boolean;
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  /** Nano-dollars. */
  readonly costNano: number | null;
  readonly totalMs: number;
  readonly firstContentMs: number | null;
}

export interface GenerationRow extends GenerationSummary {
  /** The generation as JSON. */
  readonly record: string;
}

/** `text` is the generation as JSON. */
export function rowOf(generation: Generation, text: string): GenerationRow {
  const { usage } = generation;
  return {
    id: generation.id,
    startedMs: whole(generation.startedMs) ?? 0,
    key: generation.key,
    model: generation.model,
    target: generation.target ?? null,
    finish: generation.finish?.reason ?? null,
    failure: generation.failure?.code ?? null,
    stream: generation.stream,
    inputTokens: whole(usage?.inputTotal),
    outputTokens: whole(usage?.outputTotal),
    costNano: generation.cost === 'unknown' ? null : whole(generation.cost),
    totalMs: whole(generation.totalMs) ?? 0,
    firstContentMs: whole(generation.firstContentMs),
    record: text,
  };
}

/** Databases refuse what is not a number; a broken counter must not hold up the rows behind it. */
function whole(value: number | undefined): number | null {
  return value === undefined || !Number.isFinite(value) ? null : Math.round(value);
}
