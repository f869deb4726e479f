// What the conditions of policies may ask about. Classes with getters, so that what no condition asks for is never reckoned:
// the task of a request costs a look at its words.

import type { Asked } from '#canonical/asked.ts';
import { isChat } from '#canonical/asked.ts';
import type { ChatRequest } from '#canonical/request.ts';
import { countTokens } from '#providers/tokens/count-tokens.ts';
import { needsOf } from '../needs.ts';
import type { Needs } from '../needs.ts';
import type { Topic } from './topic.ts';

export interface PolicyFacts {
  readonly request: RequestFacts;
  readonly key: KeyFacts;
  readonly time: TimeFacts;
}

export interface RequestFactsOptions {
  readonly dialect: string;
  readonly topic: Topic;
}

const NO_ENCODING = (): undefined => undefined;

/** Whole numbers are bigints: the language of conditions tells them from fractions. */
export class RequestFacts {
  readonly #asked: Asked;
  readonly #chat: ChatRequest | undefined;
  readonly #dialect: string;
  readonly #topic: Topic;
  #needs: Needs | undefined;
  #metadata: Map<string, string> | undefined;
  #tokens: bigint | undefined;

  constructor(asked: Asked, { dialect, topic }: RequestFactsOptions) {
    this.#asked = asked;
    this.#chat = isChat(asked) ? asked : undefined;
    this.#dialect = dialect;
    this.#topic = topic;
  }

  get model(): string {
    return this.#asked.model;
  }

  get dialect(): string {
    return this.#dialect;
  }

  get stream(): boolean {
    return this.#asked.stream;
  }

  get user(): string {
    return this.#chat?.user ?? '';
  }

  get session(): string {
    return this.#asked.routing?.session ?? '';
  }

  /** Texts, numbers and switches of the client's own metadata, as texts. */
  get metadata(): ReadonlyMap<string, string> {
    this.#metadata ??= new Map(
      Object.entries(this.#chat?.metadata ?? {}).flatMap(([name, value]) =>
        typeof value === 'object' ? [] : [[name, String(value)]],
      ),
    );
    return this.#metadata;
  }

  get messages(): bigint {
    return BigInt(this.#chat?.messages.length ?? 0);
  }

  /** An estimate. */
  get tokens(): bigint {
    const chat = this.#chat;
    this.#tokens ??= chat === undefined ? 0n : BigInt(Math.round(countTokens(chat, '', NO_ENCODING).tokens));
    return this.#tokens;
  }

  /** Zero where the client sets no limit. */
  get max_tokens(): bigint {
    return BigInt(Math.max(0, Math.trunc(this.#chat?.maxOutputTokens ?? 0)));
  }

  /** Names of the tools that may be called. */
  get tools(): readonly string[] {
    return this.#chat?.tools.map(({ name }) => name) ?? [];
  }

  /** Traits that a target must have or should have: vision, files, tools, json-schema, reasoning … */
  get needs(): readonly string[] {
    if (this.#chat === undefined) return [];
    this.#needs ??= needsOf(this.#chat);
    return [...this.#needs.must, ...this.#needs.should];
  }

  get task(): string {
    return this.#topic.task;
  }

  get language(): string {
    return this.#topic.language;
  }
}

export class KeyFacts {
  readonly name: string;
  readonly tenant: string;

  constructor(name: string | null, tenant: string | undefined) {
    this.name = name ?? '';
    this.tenant = tenant ?? '';
  }
}

/** In UTC. */
export class TimeFacts {
  readonly #date: Date;

  constructor(wallMs: number) {
    this.#date = new Date(wallMs);
  }

  get hour(): bigint {
    return BigInt(this.#date.getUTCHours());
  }

  get minute(): bigint {
    return BigInt(this.#date.getUTCMinutes());
  }

  /** `mon` to `sun`. */
  get day(): string {
    return DAYS[this.#date.getUTCDay()] ?? '';
  }

  /** Such as 2026-11-25. */
  get date(): string {
    return this.#date.toISOString().slice(0, 10);
  }
}

const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
