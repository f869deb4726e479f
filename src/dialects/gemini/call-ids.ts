// Ids of tool calls. This API often has none: they are made up from the order of calls, and results find theirs by name
// and order, so that parallel calls of one function stay apart.

import { asArray, asObject, asString, isObject } from '#base/json.ts';
import type { Json } from '#base/json.ts';

interface Pending {
  readonly id: string;
  readonly name: string;
}

/** For the history that a client sends. */
export class HistoryIds {
  readonly #given: ReadonlySet<string>;
  #pending: Pending[] = [];
  #made = 0;

  constructor(contents: readonly Json[]) {
    this.#given = givenIds(contents);
  }

  /** A turn of the model begins: results that follow belong to its calls. */
  newTurn(): void {
    this.#pending = [];
  }

  call(given: string | undefined, name: string): string {
    const id = given ?? this.#make();
    this.#pending.push({ id, name });
    return id;
  }

  result(given: string | undefined, name: string): string {
    const byId = this.#pending.findIndex(({ id }) => id === given);
    const at = byId >= 0 ? byId : given === undefined ? this.#oldest(name) : -1;
    const [call] = at >= 0 ? this.#pending.splice(at, 1) : [];
    return given ?? call?.id ?? this.#make();
  }

  #oldest(name: string): number {
    const at = this.#pending.findIndex((call) => call.name === name);
    return at >= 0 || name !== '' ? at : this.#pending.length - 1;
  }

  #make(): string {
    for (;;) {
      const id = `call_${this.#made}`;
      this.#made += 1;
      if (!this.#given.has(id)) return id;
    }
  }
}

function givenIds(contents: readonly Json[]): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const content of contents) {
    for (const part of asArray(asObject(content)?.['parts']) ?? []) {
      if (!isObject(part)) continue;
      for (const key of ['functionCall', 'function_call', 'functionResponse', 'function_response']) {
        const id = asString(asObject(part[key])?.['id']);
        if (id !== undefined) ids.add(id);
      }
    }
  }
  return ids;
}

/** For the calls of one answer: different in each answer, short enough and of letters that every provider takes. */
export class AnswerIds {
  #responseId = '';
  #made = 0;

  of(responseId: string): this {
    this.#responseId = responseId;
    return this;
  }

  call(given: string | undefined): string {
    const index = this.#made;
    this.#made += 1;
    if (given !== undefined && given !== '') return given;
    const tail = this.#responseId.replace(/[^A-Za-z0-9]/g, '').slice(-20);
    return tail === '' ? `call_${index}` : `call_${tail}_${index}`;
  }
}
