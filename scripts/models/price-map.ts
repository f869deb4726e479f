// Reads a copy of LiteLLM's model_prices_and_context_window.json: one flat map of models, with prices in dollars for one
// token and, for many, the vendor's page that they were taken from.

import { readFileSync } from 'node:fs';
import { asArray, asNumber, asObject, asString, parseJson } from '#base/json.ts';
import type { Json, JsonObject } from '#base/json.ts';
import { err, ok } from '#base/result.ts';
import type { PriceList, RateList, TierList } from '#providers/price.ts';
import type { Trait } from '#providers/trait.ts';
import { believed, positive, roundDollars } from './finding.ts';
import type { DataSource, Finding } from './finding.ts';

const HOME = 'https://github.com/BerriAI/litellm/blob/main/model_prices_and_context_window.json';
const TOKENS_PER_PRICE = 1_000_000;

export function priceMap(path: string, date: string, version: string | undefined): DataSource {
  let map: JsonObject | undefined;
  const read = (key: string): ReturnType<DataSource['read']> => {
    map ??= asObject(parseJson(readFileSync(path, 'utf8'))) ?? {};
    const found = Object.entries(map).flatMap(([name, facts]) =>
      findingOf(name, asObject(facts) ?? {}, key, date),
    );
    return found.length === 0 ? err([`${path}: nothing of ${key}`]) : ok(found);
  };
  return { column: 'priceMap', date, version, urlOf: () => HOME, read };
}

/** Modes that have an endpoint here, and the trait that says so. */
const MODES: Readonly<Record<string, readonly Trait[]>> = {
  chat: [],
  responses: [],
  completion: ['completions'],
  embedding: ['embeddings'],
  rerank: ['rerank'],
  moderation: ['moderation'],
  audio_transcription: ['transcription'],
  audio_speech: ['speech'],
  image_generation: ['images'],
};
const INPUT_ONLY = new Set(['embedding', 'rerank', 'moderation']);

/** `key` is the provider there; with `key/` names may begin, and where an id may have slashes of its own they all do. */
function findingOf(name: string, facts: JsonObject, key: string, date: string): readonly Finding[] {
  const mode = asString(facts['mode']) ?? '';
  const kind = MODES[mode];
  if (asString(facts['litellm_provider']) !== key || kind === undefined) return [];
  const id = name.startsWith(`${key}/`) ? name.slice(key.length + 1) : name;
  if (isNoModel(id, name, key)) return [];
  const withdrawn = asString(facts['deprecation_date']);
  const page = asString(facts['source']);
  const price = believed(id, toPriceList(facts, mode), INPUT_ONLY.has(mode));
  const contextTokens = positive(asNumber(facts['max_input_tokens']));
  // Neither is known of what is billed like a model and is none, such as the hour of a sandbox.
  if (price === undefined && contextTokens === undefined) return [];
  return [
    {
      id,
      price,
      contextTokens,
      maxOutputTokens: INPUT_ONLY.has(mode) ? undefined : positive(asNumber(facts['max_output_tokens'])),
      traits: new Map([...toTraits(facts, kind), ...kind.map((trait): [Trait, boolean] => [trait, true])]),
      speaks: mode === 'responses' ? ['openai-responses'] : undefined,
      page: page?.startsWith('https://') === true ? page : undefined,
      gone: withdrawn !== undefined && withdrawn <= date,
    },
  ];
}

/** Size classes, regions, picture formats and fine-tunes stand there like models. */
function isNoModel(id: string, name: string, key: string): boolean {
  if (id.includes('*') || id.startsWith('ft:')) return true;
  if (name !== id) return false;
  // Without the prefix a slash parts a format from the model, and the provider's own name begins a class of sizes.
  const sizeClass = key.includes('_') && id.startsWith(`${key.replaceAll('_', '-')}-`);
  return sizeClass || id.includes('/') || id.includes(`.${key}.`);
}

const RATES: readonly (readonly [part: keyof RateList, field: string])[] = [
  ['input', 'input_cost_per_token'],
  ['output', 'output_cost_per_token'],
  ['cacheRead', 'cache_read_input_token_cost'],
  ['cacheWrite', 'cache_creation_input_token_cost'],
  ['cacheWrite1h', 'cache_creation_input_token_cost_above_1hr'],
  ['reasoning', 'output_cost_per_reasoning_token'],
  ['audioInput', 'input_cost_per_audio_token'],
  ['audioOutput', 'output_cost_per_audio_token'],
  ['imageInput', 'input_cost_per_image_token'],
  ['imageOutput', 'output_cost_per_image_token'],
  ['videoInput', 'input_cost_per_video_token'],
];
/** Of what a part is a part: it has a price of its own only where that differs. */
const WHOLES: Readonly<Partial<Record<keyof RateList, 'input' | 'output'>>> = {
  reasoning: 'output',
  audioInput: 'input',
  audioOutput: 'output',
  imageInput: 'input',
  imageOutput: 'output',
  videoInput: 'input',
};

function toPriceList(facts: JsonObject, mode: string): PriceList {
  const steps = (asArray(facts['tiered_pricing']) ?? []).map((step) => asObject(step) ?? {});
  const [first, ...rest] = steps;
  const base = toRates(first === undefined ? facts : { ...facts, ...first }, '');
  const tiers = first === undefined ? tiersByName(facts) : rest.flatMap(tierByRange);
  const request = asNumber(facts['input_cost_per_query']) ?? asNumber(facts['input_cost_per_request']);
  return {
    ...base,
    // All that such a model writes is pictures.
    ...(mode === 'image_generation'
      ? { output: base.imageOutput ?? base.output, imageOutput: undefined }
      : {}),
    ...(mode === 'rerank' ? { input: base.input ?? (request === undefined ? undefined : 0) } : {}),
    request: request === undefined ? undefined : roundDollars(request),
    search: searchPrice(facts),
    ...(tiers.length === 0 ? {} : { tiers }),
  };
}

function toRates(facts: JsonObject, suffix: string): RateList {
  const rates: { -readonly [Part in keyof RateList]: RateList[Part] } = {};
  for (const [part, field] of RATES) {
    const dollars = asNumber(facts[field + suffix]);
    if (dollars === undefined) continue;
    const million = roundDollars(dollars * TOKENS_PER_PRICE);
    const whole = WHOLES[part];
    if (whole === undefined || million !== rates[whole]) rates[part] = million;
  }
  return rates;
}

/** Fields such as `input_cost_per_token_above_200k_tokens`; a service class may follow, which is another price. */
function tiersByName(facts: JsonObject): readonly TierList[] {
  const thousands = new Set<number>();
  for (const field of Object.keys(facts)) {
    const size = /_above_(\d+)k_tokens$/.exec(field)?.[1];
    if (size !== undefined) thousands.add(Number(size));
  }
  return [...thousands]
    .sort((a, b) => a - b)
    .flatMap((size) => {
      const rates = toRates(facts, `_above_${size}k_tokens`);
      return Object.keys(rates).length === 0 ? [] : [{ above: size * 1_000, ...rates }];
    });
}

function tierByRange(step: JsonObject): readonly TierList[] {
  const above = asNumber(asArray(step['range'])?.[0]);
  return above === undefined || above <= 0 ? [] : [{ above, ...toRates(step, '') }];
}

/** Known where it does not depend on how much of the pages is read, and is asked for each search and not each prompt. */
function searchPrice(facts: JsonObject): number | undefined {
  const prices = Object.values(asObject(facts['search_context_cost_per_query']) ?? {}) as readonly Json[];
  const [first] = prices;
  const perPrompt =
    facts['search_free_requests'] !== undefined && facts['web_search_billing_unit'] !== 'per_query';
  return typeof first === 'number' && !perPrompt && prices.every((price) => price === first)
    ? roundDollars(first)
    : undefined;
}

const FLAGS: readonly (readonly [trait: Trait, field: string])[] = [
  ['vision', 'supports_vision'],
  ['files', 'supports_pdf_input'],
  ['audio-input', 'supports_audio_input'],
  ['audio-output', 'supports_audio_output'],
  ['video-input', 'supports_video_input'],
  ['tools', 'supports_function_calling'],
  ['json-schema', 'supports_response_schema'],
  ['reasoning', 'supports_reasoning'],
  ['parallel-tools', 'supports_parallel_function_calling'],
  ['prompt-cache', 'supports_prompt_caching'],
  ['web-search', 'supports_web_search'],
  ['prefill', 'supports_assistant_prefill'],
];

/** What an endpoint of its own is for needs no flags: a model that makes pictures or vectors calls no tools. */
function toTraits(facts: JsonObject, kind: readonly Trait[]): ReadonlyMap<Trait, boolean> {
  const traits = new Map<Trait, boolean>();
  if (kind.length > 0) return traits;
  for (const [trait, field] of FLAGS) {
    if (typeof facts[field] === 'boolean') traits.set(trait, facts[field]);
  }
  if (asArray(facts['supported_output_modalities'])?.includes('image') === true)
    traits.set('image-output', true);
  if (facts['supports_sampling_params'] === false) traits.set('fixed-sampling', true);
  return traits;
}
