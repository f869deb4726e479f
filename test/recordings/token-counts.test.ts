// Token counts against what providers reported for the same requests. Prints the error of each family of models.

import { afterAll, beforeAll, expect, test } from 'bun:test';

import { isObject } from '#base/json.ts';
import type { Part } from '#canonical/part.ts';
import type { ChatRequest } from '#canonical/request.ts';
import type { Dialect } from '#dialects/dialect.ts';
import { countTokens, prepareCounting } from '#providers/tokens/count-tokens.ts';
import { profileOf } from '#providers/tokens/profiles.ts';
import { loadDialects } from '../../scripts/dialects.ts';
import { isInvented, readRecordings } from './fixtures.ts';
import type { Recording } from './fixtures.ts';

/** The recordings that a dialect with both halves can read. */
const RECORDED: Readonly<Record<string, readonly string[]>> = {
  'openai-chat': ['openai.chat', 'mistral.chat'],
  'anthropic-messages': ['anthropic.messages'],
  gemini: ['gemini.generateContent'],
};

/** Half of a family's requests are counted within this; a profile that does worse is wrong. */
const MEDIAN_ERROR_MAX = 0.16;
/** Fewer requests than this say nothing about a family. */
const SAMPLES_MIN = 8;

const errors = new Map<string, number[]>();

beforeAll(async () => {
  await Promise.all(['gpt-4o', 'gpt-4', 'gpt-5'].map(prepareCounting));
  for (const dialect of await loadDialects()) measure(dialect);
});

function measure(dialect: Dialect): void {
  const seen = new Set<string>();
  for (const recording of readRecordings(RECORDED[dialect.id] ?? [])) {
    const { body, path = '' } = recording.request ?? {};
    if (isInvented(recording) || recording.response.status !== 200 || !isObject(body)) continue;
    const header = (): undefined => undefined;
    const decoded = dialect.client?.decodeRequest(body, { path, query: '', header });
    const reported = reportedInput(dialect, recording);
    if (decoded?.ok !== true || reported === undefined || !isCountable(decoded.value)) continue;
    const { model } = decoded.value;
    const key = `${model} ${JSON.stringify(decoded.value)}`;
    if (seen.has(key)) continue;
    seen.add(key);
    const { family } = profileOf(model);
    const error = countTokens(decoded.value, model).tokens / reported - 1;
    errors.set(family, [...(errors.get(family) ?? []), error]);
  }
}

function reportedInput({ provider }: Dialect, { response }: Recording): number | undefined {
  if (response.body === undefined) return undefined;
  const answer = provider?.decodeResponse(response.body, {});
  const tokens = answer?.ok === true ? answer.value.usage?.inputTotal : undefined;
  return tokens === 0 ? undefined : tokens;
}

/** Media have no size here, and hosted tools bring texts that only the provider sees. */
function isCountable({ messages, tools }: ChatRequest): boolean {
  const isText = (part: Part): boolean =>
    part.kind === 'tool-result' ? part.parts.every(isText) : TEXTUAL.has(part.kind);
  return messages.every(({ parts }) => parts.every(isText)) && tools.every(({ form }) => form !== 'hosted');
}

const TEXTUAL = new Set(['text', 'refusal', 'tool-call']);

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

test.skipIf(readRecordings(['openai.chat']).length === 0)(
  'half of the counts are near (skipped without recordings)',
  () => {
    const enough = [...errors].filter(([, found]) => found.length >= SAMPLES_MIN);
    expect(enough.length).toBeGreaterThan(6);
    const wrong = enough.filter(([, found]) => median(found.map(Math.abs)) > MEDIAN_ERROR_MAX);
    expect(wrong.map(([family]) => family)).toEqual([]);
  },
);

afterAll(() => {
  for (const [family, found] of [...errors].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const within = found.filter((error) => Math.abs(error) <= 0.15).length;
    const off = percent(median(found.map(Math.abs)));
    console.log(`tokens of ${family}: ${found.length} requests, median error ${off}, ${within} within 15 %`);
  }
});

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
