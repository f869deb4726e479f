// How an answer came about, in the answer itself, for whoever asks for it by a header: OpenRouter's `openrouter_metadata`, with
// ours inside. It stands beside the members that a language's answer has anyway, and in a stream in the last event of it.
// Source: openrouter.ai/docs, router metadata; what @openrouter/sdk 1.3.19 accepts.

import type { Frame } from '#base/frame.ts';
import { asObject, isObject, parseJson } from '#base/json.ts';
import type { Json, JsonObject } from '#base/json.ts';
import { isTerminal } from '#canonical/event.ts';
import type { ChatEvent } from '#canonical/event.ts';
import type { Head, StreamEncoder } from './dialect.ts';

const NAME = 'openrouter_metadata';
/** The second is the older one. */
const HEADERS = ['x-openrouter-metadata', 'x-openrouter-experimental-metadata'] as const;

export function wantsMetadata(head: Head): boolean {
  const said = head.header(HEADERS[0]) ?? head.header(HEADERS[1]);
  return said !== undefined && said.toLowerCase() === 'enabled';
}

export interface RouterFacts {
  /** The model as the client wrote it. */
  readonly requested: string;
  /** The target is named itself, by a name of the operator's, or another model answers. */
  readonly strategy: 'direct' | 'alias' | 'fallback';
  readonly summary: string;
  readonly attempts: readonly RouterAttempt[];
  readonly available: readonly RouterEndpoint[];
  /** Those that were left out too. */
  readonly total: number;
  readonly elapsedMs: number;
  /** Our own words for all of it. */
  readonly route: Json;
}

export interface RouterEndpoint {
  /** Display name. */
  readonly provider: string;
  /** `provider/model`. */
  readonly model: string;
  readonly selected: boolean;
}

export interface RouterAttempt extends Pick<RouterEndpoint, 'provider' | 'model'> {
  /** HTTP status; ours where the provider gave none. */
  readonly status: number;
}

export function metadataOf(facts: RouterFacts): JsonObject {
  const { requested, strategy, summary, attempts, available, total, elapsedMs, route } = facts;
  return {
    requested,
    strategy,
    region: null,
    summary,
    attempt: attempts.length,
    is_byok: false,
    endpoints: {
      total,
      available: available.map(({ provider, model, selected }) => ({ provider, model, selected })),
    },
    attempts: attempts.map(({ provider, model, status }) => ({ provider, model, status })),
    generation_time: Math.round(elapsedMs),
    clew: route,
  };
}

/** What is no object has no room for it. */
export function withMetadata(body: Json, metadata: JsonObject): Json {
  return isObject(body) ? { ...body, [NAME]: metadata } : body;
}

/** Adds it to the last event; what comes before is left as it is. */
export class MetadataEncoder implements StreamEncoder {
  readonly #inner: StreamEncoder;
  readonly #metadata: () => JsonObject;

  constructor(inner: StreamEncoder, metadata: () => JsonObject) {
    this.#inner = inner;
    this.#metadata = metadata;
  }

  push(event: ChatEvent): readonly Frame[] {
    const frames = this.#inner.push(event);
    const bug = event.kind === 'failure' && event.failure.code === 'internal';
    if (!isTerminal(event) || bug) return frames;
    const at = frames.findLastIndex(({ data }) => isObject(parseJson(data)));
    return frames.map((frame, index) => (index === at ? withIn(frame, this.#metadata()) : frame));
  }
}

/** In a language whose last event holds the whole answer it stands in there. */
function withIn(frame: Frame, metadata: JsonObject): Frame {
  const body = asObject(parseJson(frame.data)) ?? {};
  const whole = asObject(body['response']);
  const told =
    whole === undefined ? withMetadata(body, metadata) : { ...body, response: withMetadata(whole, metadata) };
  return { ...frame, data: JSON.stringify(told) };
}
