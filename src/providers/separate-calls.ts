// Providers that count the calls of each answer anew (`call_0`, again and again) leave histories in which one id names
// several calls. Languages that tie results to calls by their ids refuse those, or tie them to the wrong one.

import { nameHash } from '#base/name-hash.ts';
import type { Loss } from '#canonical/loss.ts';
import type { Part } from '#canonical/part.ts';
import type { ChatRequest } from '#canonical/request.ts';

/** Characters that every language takes. */
const ID_LENGTH = 24;

/** The very object that was given, where each id names one call: the usual case. */
export function separateCalls(request: ChatRequest, losses: Loss[]): ChatRequest {
  if (!hasRepeated(request)) return request;
  const separator = new Separator(request);
  const messages = request.messages.map((message) => ({
    ...message,
    parts: message.parts.map((part) => separator.part(part)),
  }));
  const why = 'One id named several calls: the later ones, and their results, have got others.';
  losses.push({ path: 'messages', did: 'changed', why });
  return { ...request, messages };
}

function hasRepeated({ messages }: ChatRequest): boolean {
  const seen = new Set<string>();
  for (const { parts } of messages) {
    for (const part of parts) {
      if (part.kind !== 'tool-call') continue;
      if (seen.has(part.id)) return true;
      seen.add(part.id);
    }
  }
  return false;
}

class Separator {
  readonly #used: Set<string>;
  /** By the id that was given: what its calls are called, and how many of them have a result. */
  readonly #calls = new Map<string, { readonly ids: string[]; answered: number }>();

  constructor({ messages }: ChatRequest) {
    this.#used = new Set(
      messages.flatMap(({ parts }) => parts.flatMap((part) => ('id' in part ? [part.id] : []))),
    );
  }

  part(part: Part): Part {
    if (part.kind === 'tool-call') return { ...part, id: this.#called(part.id) };
    return part.kind === 'tool-result' ? { ...part, id: this.#answered(part.id) } : part;
  }

  #called(id: string): string {
    const calls = this.#calls.get(id) ?? { ids: [], answered: 0 };
    const count = calls.ids.length;
    const fresh = count === 0 ? id : this.#makeUp(id, count);
    calls.ids.push(fresh);
    this.#calls.set(id, calls);
    return fresh;
  }

  /** A second result of the same call stays with it. */
  #answered(id: string): string {
    const calls = this.#calls.get(id);
    if (calls === undefined) return id;
    const next = calls.ids[calls.answered] ?? calls.ids.at(-1);
    calls.answered = Math.min(calls.answered + 1, calls.ids.length);
    return next ?? id;
  }

  #makeUp(id: string, count: number): string {
    for (let attempt = 0; ; attempt += 1) {
      const fresh = nameHash(`${id}#${count}#${attempt}`, ID_LENGTH);
      if (this.#used.has(fresh)) continue;
      this.#used.add(fresh);
      return fresh;
    }
  }
}
