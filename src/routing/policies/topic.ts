// What a request is about and in which language, guessed from the last words of the user: each only when somebody asks.

import { isChat } from '#canonical/asked.ts';
import type { Asked } from '#canonical/asked.ts';
import type { ChatRequest } from '#canonical/request.ts';
import { languageOf } from './language.ts';
import { taskOf } from './task.ts';

/** Characters that are looked at. */
const WORDS_LENGTH_MAX = 4_000;
/** Of a task that a client names itself. */
const TASK_LENGTH_MAX = 40;

export class Topic {
  readonly #asked: Asked;
  readonly #told: (() => string | undefined) | undefined;
  #words: string | undefined;
  #task: string | undefined;
  #language: string | undefined;

  /** `told` is what the client says the task is, in place of a guess. */
  constructor(asked: Asked, told?: () => string | undefined) {
    this.#asked = asked;
    this.#told = told;
  }

  get task(): string {
    this.#task ??= this.#told?.()?.slice(0, TASK_LENGTH_MAX) ?? this.#guess();
    return this.#task;
  }

  /** Two letters; empty where too little is there to tell. */
  get language(): string {
    this.#language ??= isChat(this.#asked) ? languageOf(this.#lastWords(this.#asked)) : '';
    return this.#language;
  }

  #guess(): string {
    return isChat(this.#asked) ? taskOf(this.#lastWords(this.#asked)) : 'other';
  }

  /** The text of the last message of the user. */
  #lastWords({ messages }: ChatRequest): string {
    if (this.#words !== undefined) return this.#words;
    const last = messages.findLast(({ role }) => role === 'user');
    let text = '';
    for (const part of last?.parts ?? []) {
      if (part.kind === 'text') text += `${part.text.slice(0, WORDS_LENGTH_MAX)}\n`;
      if (text.length >= WORDS_LENGTH_MAX) break;
    }
    this.#words = text.slice(0, WORDS_LENGTH_MAX);
    return this.#words;
  }
}
