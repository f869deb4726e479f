// Answers from recorded exchanges. The index holds hashes only; a recording's file is read when it answers.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { asObject, asString, parseJson, type Json } from '#base/json.ts';
import type { Reply } from '../script.ts';
import { replyFrom } from './recording.ts';
import { traitsOf, type RequestTraits } from './traits.ts';

const RECORDINGS_MAX = 100_000;

interface Indexed {
  /** Below the replay directory. */
  readonly file: string;
  readonly provider: string;
  readonly traits: RequestTraits;
}

export type Match =
  | { readonly found: true; readonly file: string; readonly reply: Reply }
  | { readonly found: false; readonly why: string };

/**
 * Which recording answers, first rule first:
 * 1. the same method and kind of path, and an equal JSON body (key order aside);
 * 2. the same method, kind of path, model and last message, and streaming or not as asked.
 *
 * Among several: one of the same whole path, then one whose provider is named in the path, then the one that has
 * answered least often, then the first by file name. So a request repeated meets its recordings in turn.
 */
export class Replay {
  readonly #directory: string;
  readonly #recordings: readonly Indexed[];
  readonly #byBody = new Map<string, Indexed[]>();
  readonly #byLast = new Map<string, Indexed[]>();
  readonly #answered = new Map<Indexed, number>();

  /** Throws when the directory cannot be read or holds no recording with a request. */
  constructor(directory: string) {
    this.#directory = directory;
    this.#recordings = readIndex(directory);
    if (this.#recordings.length === 0) throw new Error(`no recorded request in ${directory}`);
    for (const recording of this.#recordings) {
      addTo(this.#byBody, bodyKey(recording.traits), recording);
      addTo(this.#byLast, lastKey(recording.traits), recording);
    }
  }

  get size(): number {
    return this.#recordings.length;
  }

  answer(method: string, path: string, body: Json | undefined): Match {
    const wanted = traitsOf(method, path, body);
    const candidates = this.#byBody.get(bodyKey(wanted)) ?? this.#byLast.get(lastKey(wanted)) ?? [];
    const chosen = this.#choose(candidates, path);
    if (chosen === undefined) return { found: false, why: this.#nearest(wanted) };
    const reply = replyFrom(readFileSync(join(this.#directory, chosen.file), 'utf8'));
    if (reply === null)
      return { found: false, why: `${chosen.file} has changed and is no recording any more` };
    this.#answered.set(chosen, (this.#answered.get(chosen) ?? 0) + 1);
    return { found: true, file: chosen.file, reply };
  }

  #choose(candidates: readonly Indexed[], path: string): Indexed | undefined {
    const named = new Set(path.split('/'));
    const rank = (recording: Indexed) =>
      recording.traits.path === path ? 0 : named.has(recording.provider) ? 1 : 2;
    const best = Math.min(...candidates.map(rank));
    let chosen: Indexed | undefined;
    for (const candidate of candidates) {
      if (rank(candidate) !== best) continue;
      if (chosen === undefined || this.#times(candidate) < this.#times(chosen)) chosen = candidate;
    }
    return chosen;
  }

  #times(recording: Indexed): number {
    return this.#answered.get(recording) ?? 0;
  }

  #nearest(wanted: RequestTraits): string {
    let best: Indexed | undefined;
    let bestScore = -1;
    for (const recording of this.#recordings) {
      const score = likeness(wanted, recording.traits);
      if (score > bestScore) [best, bestScore] = [recording, score];
    }
    const differences =
      best === undefined ? '' : ` (differs in ${differencesOf(wanted, best.traits).join(', ')})`;
    return `No recording matches. The nearest is ${best?.file ?? 'none'}${differences}.`;
  }
}

function readIndex(directory: string): readonly Indexed[] {
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.json'))
    .sort()
    .slice(0, RECORDINGS_MAX);
  return files.flatMap((file) => {
    const recording = asObject(parseJson(readFileSync(join(directory, file), 'utf8')));
    const request = asObject(recording?.['request']);
    const method = asString(request?.['method']);
    const path = asString(request?.['path']);
    if (method === undefined || path === undefined) return [];
    const provider = asString(recording?.['provider']) ?? '';
    return [{ file, provider, traits: traitsOf(method, path, request?.['body']) }];
  });
}

function addTo(index: Map<string, Indexed[]>, key: string, recording: Indexed): void {
  const list = index.get(key);
  if (list === undefined) index.set(key, [recording]);
  else list.push(recording);
}

function bodyKey(traits: RequestTraits): string {
  return `${traits.method} ${traits.kind} ${traits.model} ${traits.bodyHash}`;
}

function lastKey(traits: RequestTraits): string {
  return `${traits.method} ${traits.kind} ${traits.model} ${traits.stream} ${traits.lastHash}`;
}

function likeness(a: RequestTraits, b: RequestTraits): number {
  let shared = 0;
  for (const word of a.words) if (b.words.has(word)) shared += 1;
  const all = a.words.size + b.words.size - shared;
  return (
    (a.kind === b.kind ? 4 : 0) +
    (a.model === b.model ? 2 : 0) +
    (a.stream === b.stream ? 1 : 0) +
    (all === 0 ? 0 : shared / all)
  );
}

function differencesOf(a: RequestTraits, b: RequestTraits): string[] {
  return (['method', 'kind', 'model', 'stream'] as const)
    .filter((name) => a[name] !== b[name])
    .map((name) => `${name}: ${b[name]}`)
    .concat(a.lastHash === b.lastHash ? 'other fields of the body' : 'the last message');
}
