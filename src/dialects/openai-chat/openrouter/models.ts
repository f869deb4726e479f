// The catalogue as OpenRouter's clients read it. Its own client checks every row and refuses the whole list for a bad one:
// prices are texts of dollars for one token, and most keys must be there (@openrouter/sdk 1.3.19).

import type { JsonDraft, JsonObject } from '#base/json.ts';
import type { Head, ListedEndpoint, ListedModel } from '../../dialect.ts';
import { parametersOf, supportedBy } from './supported.ts';
import { selectModels } from './select-models.ts';

const BASE = '/api/v1/models';

export function encodeModels(models: readonly ListedModel[], head: Head): JsonObject {
  const { rows, total, next } = selectModels(models, new URLSearchParams(head.query));
  const links = { next: next === undefined ? null : `${head.path}?${next}` };
  return { data: rows.map(encodeRow), total_count: total, links };
}

export function encodeCount(models: readonly ListedModel[], head: Head): JsonObject {
  return { data: { count: selectModels(models, new URLSearchParams(head.query)).total } };
}

export function encodeModel(model: ListedModel): JsonObject {
  return { data: encodeRow(model) };
}

function encodeRow(model: ListedModel): JsonObject {
  const endpoints = model.endpoints?.() ?? [];
  const first = endpoints[0];
  return {
    ...describe(model, first),
    canonical_slug: model.id,
    hugging_face_id: null,
    context_length: model.contextTokens ?? null,
    pricing: pricingOf(first),
    top_provider: {
      context_length: first?.contextTokens ?? null,
      max_completion_tokens: first?.maxOutputTokens ?? null,
      is_moderated: false,
    },
    per_request_limits: null,
    supported_parameters: supportedBy(endpoints),
    default_parameters: null,
    supported_voices: null,
    knowledge_cutoff: null,
    expiration_date: null,
    links: { details: `${BASE}/${model.id}/endpoints` },
    ...(endpoints.some(({ reasons }) => reasons) && { reasoning: { mandatory: false } }),
  };
}

function describe(model: ListedModel, first: ListedEndpoint | undefined): JsonObject {
  const name = first?.name ?? model.id;
  return {
    id: model.id,
    name: first === undefined ? name : `${first.providerName}: ${name}`,
    // Nobody tells when a model was made.
    created: 0,
    description: '',
    architecture: architectureOf(first),
  };
}

function architectureOf(endpoint: ListedEndpoint | undefined): JsonObject {
  const inputs = endpoint?.inputs ?? ['text'];
  const outputs = endpoint?.outputs ?? ['text'];
  return {
    modality: `${inputs.join('+')}->${outputs.join('+')}`,
    input_modalities: inputs,
    output_modalities: outputs,
    tokenizer: 'Other',
    instruct_type: null,
  };
}

/** The words of the price list that have one there. */
const PRICES: readonly (readonly [ours: string, theirs: string])[] = [
  ['request', 'request'],
  ['search', 'web_search'],
  ['reasoning', 'internal_reasoning'],
  ['cacheRead', 'input_cache_read'],
  ['cacheWrite', 'input_cache_write'],
  ['cacheWrite1h', 'input_cache_write_1h'],
  ['audioInput', 'audio'],
  ['audioOutput', 'audio_output'],
  ['imageInput', 'image_token'],
];

/**
 * Both first ones must be there. `-1` is what OpenRouter writes where a price is not told beforehand; zero would say that
 * the model is free.
 */
function pricingOf(endpoint: ListedEndpoint | undefined): JsonObject {
  const price = endpoint?.price;
  const input = price?.['input'];
  const output = price?.['output'];
  if (price === undefined || input === undefined || output === undefined)
    return { prompt: '-1', completion: '-1' };
  const pricing: JsonDraft = { prompt: dollarsText(input), completion: dollarsText(output) };
  for (const [ours, theirs] of PRICES) {
    const pico = price[ours];
    if (pico !== undefined) pricing[theirs] = dollarsText(pico);
  }
  return pricing;
}

const PICO_DIGITS = 12;

/** Exact, without an exponent: `150000` pico-dollars are `0.00000015`. */
export function dollarsText(pico: number): string {
  const digits = String(pico).padStart(PICO_DIGITS + 1, '0');
  const whole = digits.slice(0, -PICO_DIGITS);
  const fraction = digits.slice(-PICO_DIGITS).replace(/0+$/, '');
  return fraction === '' ? whole : `${whole}.${fraction}`;
}

/** The ways to serve one model. */
export function encodeEndpoints(model: ListedModel): JsonObject {
  const endpoints = model.endpoints?.() ?? [];
  return {
    data: {
      ...describe(model, endpoints[0]),
      endpoints: endpoints.map((endpoint) => encodeEndpoint(model, endpoint)),
    },
  };
}

function encodeEndpoint(model: ListedModel, endpoint: ListedEndpoint): JsonObject {
  const { tools } = endpoint;
  return {
    name: `${endpoint.providerName} | ${endpoint.target}`,
    model_id: model.id,
    model_name: endpoint.name ?? model.id,
    context_length: endpoint.contextTokens ?? 0,
    pricing: pricingOf(endpoint),
    provider_name: endpoint.providerName,
    tag: endpoint.provider,
    quantization: null,
    max_completion_tokens: endpoint.maxOutputTokens ?? null,
    max_prompt_tokens: null,
    supported_parameters: parametersOf(endpoint),
    status: 0,
    // Not measured here; null says so.
    uptime_last_5m: null,
    uptime_last_30m: null,
    uptime_last_1d: null,
    supports_implicit_caching: endpoint.caches,
    supports_tool_choice: { auto: tools, function: tools, none: tools, required: tools },
    latency_last_30m: null,
    throughput_last_30m: null,
  };
}

export function encodeProviders(
  providers: readonly { readonly id: string; readonly name: string }[],
): JsonObject {
  return {
    data: providers.map(({ id, name }) => ({
      name,
      slug: id,
      privacy_policy_url: null,
      terms_of_service_url: null,
      status_page_url: null,
    })),
  };
}
