// The record of one exchange as `GET /generation` shows it. The shape is that of an API with official clients which refuse
// an answer that lacks a key, so every key is always there.

import type { JsonObject } from '#base/json.ts';
import { nanoToDollars } from '#base/money.ts';
import { operationOf } from '#canonical/asked.ts';
import type { Operation } from '#canonical/asked.ts';
import type { FinishReason } from '#canonical/finish.ts';
import type { AttemptRecord, Generation } from './generation.ts';

/** The display name of a provider, by its id. */
export type ProviderName = (provider: string) => string;

const FINISH_WORDS: Readonly<Record<FinishReason, string | null>> = {
  stop: 'stop',
  'stop-sequence': 'stop',
  length: 'length',
  'context-full': 'length',
  'tool-calls': 'tool_calls',
  refusal: 'content_filter',
  'content-filter': 'content_filter',
  pause: 'stop',
  'malformed-call': 'error',
  unknown: null,
};

/**
 * `{ data: … }` with its 42 keys. Times in milliseconds, money in dollars: `latency` is the time to the first content,
 * `generation_time` all of it. Null stands for what Clew does not know or does not have.
 */
export function viewGeneration(generation: Generation, providerName: ProviderName): JsonObject {
  return {
    data: {
      ...identityOf(generation),
      ...outcomeOf(generation, providerName),
      ...tokensOf(generation),
      ...moneyOf(generation),
      ...ABSENT,
    },
  };
}

/** What the contract names and Clew has no such thing for. */
const ABSENT: JsonObject = {
  app_id: null,
  external_user: null,
  is_byok: false,
  moderation_latency: null,
  num_fetches: null,
  num_input_audio_prompt: null,
  num_media_completion: null,
  num_media_prompt: null,
  num_search_results: null,
  preset_id: null,
  router: null,
  service_tier: null,
  upstream_inference_cost: null,
  web_search_engine: null,
  workspace_id: null,
};

/** The contract has no word for moderation. */
const API_TYPES: Readonly<Record<Operation, string | null>> = {
  chat: 'completions',
  completions: 'completions',
  embeddings: 'embeddings',
  rerank: 'rerank',
  moderations: null,
  images: 'image',
  'image-edits': 'image',
  'image-variations': 'image',
  speech: 'tts',
  transcriptions: 'stt',
  translations: 'stt',
};

function identityOf(generation: Generation): JsonObject {
  return {
    id: generation.id,
    api_type: API_TYPES[operationOf(generation.dialect)],
    created_at: new Date(generation.startedMs).toISOString(),
    data_region: 'global',
    http_referer: generation.referer ?? null,
    model: generation.answeredModel ?? generation.model,
    origin: generation.referer ?? '',
    streamed: generation.stream,
    upstream_id: generation.upstreamId ?? null,
    user_agent: generation.userAgent ?? null,
  };
}

function outcomeOf(generation: Generation, providerName: ProviderName): JsonObject {
  const { attempts, failure } = generation;
  const served = attempts.findLast((attempt) => attempt.target === generation.target);
  return {
    cancelled: failure?.code === 'client_gone',
    finish_reason: finishWordOf(generation),
    generation_time: Math.round(generation.totalMs),
    latency: generation.firstContentMs === undefined ? null : Math.round(generation.firstContentMs),
    native_finish_reason: generation.finish?.raw ?? null,
    provider_name: served === undefined ? null : providerName(served.provider),
    provider_responses: attempts.map((attempt) => attemptOf(attempt, providerName)),
  };
}

function finishWordOf({ failure, finish }: Generation): string | null {
  if (failure !== undefined) return failure.code === 'client_gone' ? null : 'error';
  return finish === undefined ? null : FINISH_WORDS[finish.reason];
}

function attemptOf(attempt: AttemptRecord, providerName: ProviderName): JsonObject {
  return {
    status: attempt.status ?? null,
    provider_name: providerName(attempt.provider),
    latency: Math.round(attempt.endedMs - attempt.startedMs),
  };
}

function tokensOf({ usage }: Generation): JsonObject {
  const prompt = usage?.inputTotal ?? null;
  const completion = usage?.outputTotal ?? null;
  return {
    native_tokens_cached: usage?.cacheRead ?? null,
    native_tokens_completion: completion,
    native_tokens_completion_images: usage?.imageOutput ?? null,
    native_tokens_prompt: prompt,
    native_tokens_reasoning: usage?.reasoning ?? null,
    tokens_completion: completion,
    tokens_prompt: prompt,
  };
}

/** The contract wants numbers here. An unknown cost is 0 with `cost_unknown: true` beside it, a key of our own. */
function moneyOf({ cost, cacheSaved }: Generation): JsonObject {
  const discount = { cache_discount: cacheSaved === undefined ? null : nanoToDollars(cacheSaved) };
  if (cost === 'unknown') return { total_cost: 0, usage: 0, cost_unknown: true, ...discount };
  const dollars = nanoToDollars(cost);
  return { total_cost: dollars, usage: dollars, ...discount };
}
