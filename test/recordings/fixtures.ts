// Reads the recorded exchanges of real providers, for any dialect's suite. They live beside the repository and are never
// copied into it; where they are absent the suites say so and skip.

import { existsSync, readdirSync, readFileSync } from 'node:fs';

import { toBytes } from '#base/bytes.ts';
import type { Json, JsonObject } from '#base/json.ts';

export interface Recording {
  /** `provider/case`. */
  readonly name: string;
  readonly provider: string;
  readonly api: string;
  readonly features: readonly string[];
  readonly fidelity: string;
  readonly request: {
    readonly path: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: Json;
  } | null;
  readonly response: RecordedResponse;
}

export interface RecordedResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Json;
  readonly sse?: readonly RecordedEvent[];
  readonly sse_newline?: string;
  readonly sse_unterminated?: boolean;
  readonly sse_elided?: JsonObject;
  readonly eventstream_base64?: string;
  readonly ndjson?: readonly string[];
}

export interface RecordedEvent {
  readonly event?: string;
  readonly data?: string;
  readonly comment?: string;
  readonly other?: readonly string[];
}

/** Where they are, whether or not they are. */
export const RECORDINGS = new URL('../../../shared/fixtures/providers/', import.meta.url);

export const RECORDINGS_ARE_HERE: boolean = existsSync(RECORDINGS);

/** Made by hand after vendors' docs, not recorded: good for robustness, no proof of what a provider does. */
export function isInvented(recording: Recording): boolean {
  return recording.fidelity === 'mock' || recording.fidelity === 'handwritten';
}

/** All recordings of these wire languages, sorted by name. Says so and gives none where the folder is absent. */
export function readRecordings(apis: readonly string[]): readonly Recording[] {
  if (!RECORDINGS_ARE_HERE) {
    console.warn(`SKIPPED: no recordings at ../shared/fixtures (wanted: ${apis.join(', ')})`);
    return [];
  }
  const found: Recording[] = [];
  for (const provider of readdirSync(RECORDINGS).sort()) {
    for (const file of readdirSync(new URL(`${provider}/`, RECORDINGS)).sort()) {
      if (!file.endsWith('.json')) continue;
      const text = readFileSync(new URL(`${provider}/${file}`, RECORDINGS), 'utf8');
      const recording = JSON.parse(text) as Omit<Recording, 'name'>;
      if (apis.includes(recording.api))
        found.push({ ...recording, name: `${provider}/${file.slice(0, -5)}` });
    }
  }
  return found;
}

/** The stream as bytes, with the line ends it was recorded with. */
export function sseBytes(response: RecordedResponse): Uint8Array {
  const newline = response.sse_newline ?? '\n';
  const events = (response.sse ?? []).map((event) => eventText(event, newline));
  const text = events.join('');
  return toBytes(response.sse_unterminated === true ? text.slice(0, -newline.length) : text);
}

function eventText({ event, data, comment, other }: RecordedEvent, newline: string): string {
  const lines = [
    ...(comment === undefined ? [] : [`: ${comment}`]),
    ...(event === undefined ? [] : [`event: ${event}`]),
    ...(other ?? []),
    ...(data === undefined ? [] : data.split('\n').map((line) => `data: ${line}`)),
  ];
  return lines.join(newline) + newline + newline;
}

/** Where two JSON values differ, as `path: a ≠ b`, a few at most. The order of members does not count. */
export function differences(
  recorded: Json | undefined,
  ours: Json | undefined,
  path = '$',
): readonly string[] {
  if (recorded === ours) return [];
  if (isContainer(recorded) && isContainer(ours) && Array.isArray(recorded) === Array.isArray(ours)) {
    const keys = new Set([...Object.keys(recorded), ...Object.keys(ours)]);
    const found: string[] = [];
    for (const key of keys) {
      const a = recorded[key];
      const b = ours[key];
      found.push(...differences(a, b, Array.isArray(recorded) ? `${path}[${key}]` : `${path}.${key}`));
      if (found.length > 5) break;
    }
    return found;
  }
  return [`${path}: ${excerpt(recorded)} ≠ ${excerpt(ours)}`];
}

function isContainer(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null;
}

function excerpt(value: Json | undefined): string {
  return value === undefined ? 'absent' : JSON.stringify(value).slice(0, 120);
}
