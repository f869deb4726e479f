// Generations for tests of what keeps, counts and shows them.

import type { Generation } from '#accounting/generation.ts';
import { rowOf } from '#accounting/generation-row.ts';
import type { GenerationRow } from '#accounting/generation-row.ts';
import { nanoDollars } from '#base/money.ts';

const STARTED_MS = 1_760_000_000_123;

/** A streamed answer that went well. Ids sort by their number. */
export function generationOf(number: number, more: Partial<Generation> = {}): Generation {
  const target = 'sim/echo';
  return {
    id: `gen-1760000000-${String(number).padStart(20, '0')}`,
    startedMs: STARTED_MS + number,
    path: '/v1/chat/completions',
    dialect: 'openai-chat',
    key: 'laptop',
    model: 'echo',
    stream: true,
    passthrough: true,
    snapshot: '0123456789ab',
    attempts: [{ target, provider: 'sim', startedMs: 1, firstContentMs: 300.4, endedMs: 800.6, status: 200 }],
    target,
    answeredModel: 'echo-1',
    usage: { inputTotal: 12, outputTotal: 34 },
    cost: nanoDollars(3_900),
    finish: { reason: 'stop', raw: 'stop' },
    losses: [],
    firstContentMs: 300.4,
    totalMs: 800.6,
    ...more,
  };
}

export function rowNumber(number: number, more: Partial<Generation> = {}): GenerationRow {
  const generation = generationOf(number, more);
  return rowOf(generation, JSON.stringify(generation));
}
