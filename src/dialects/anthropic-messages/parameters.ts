// The plain parameters of a request, and those that this API does not have.

import type { Json, JsonDraft } from '#base/json.ts';
import type { Loss } from '#canonical/loss.ts';
import type { ChatRequest, Sampling } from '#canonical/request.ts';
import { TIERS } from './decode-request.ts';
import type { ModelManners } from './models.ts';
import { isOurs } from './notes.ts';

interface SamplingWriting {
  readonly manners: ModelManners;
  readonly thinks: boolean;
  readonly losses: Loss[];
}

/** With thinking the API takes a `top_p` from here to 1. */
const THINKING_TOP_P_MIN = 0.95;

export function encodeSampling(request: ChatRequest, body: JsonDraft, writing: SamplingWriting): void {
  const { temperature, topP, topK } = request.sampling;
  const sampling: Sampling = isOurs(request.extras)
    ? request.sampling
    : fitSampling(request.sampling, writing);
  if (temperature !== undefined) body['temperature'] = sampling.temperature;
  if (topP !== undefined) body['top_p'] = sampling.topP;
  if (topK !== undefined) body['top_k'] = sampling.topK;
}

/** Of temperature and top_p the temperature stays, which people set more often and more deliberately. */
function fitSampling(sampling: Sampling, { manners, thinks, losses }: SamplingWriting): Sampling {
  const fitted: { -readonly [Key in keyof Sampling]: Sampling[Key] } = { ...sampling };
  const drop = (setting: 'temperature' | 'topP' | 'topK', why: string): void => {
    if (fitted[setting] === undefined) return;
    delete fitted[setting];
    losses.push({ path: `sampling.${setting}`, did: 'dropped', why });
  };
  if (manners.sampling === 'none') {
    for (const setting of ['temperature', 'topP', 'topK'] as const)
      drop(setting, 'This model takes no parameters of sampling.');
    return fitted;
  }
  if (fitted.temperature !== undefined && fitted.temperature > 1) {
    fitted.temperature = 1;
    losses.push({ path: 'sampling.temperature', did: 'changed', why: 'The temperature goes to 1 here.' });
  }
  if (thinks) {
    if (fitted.temperature !== 1) drop('temperature', 'A model that thinks has a temperature of 1.');
    drop('topK', 'A model that thinks takes no top_k.');
    if (fitted.topP !== undefined && fitted.topP < THINKING_TOP_P_MIN)
      drop('topP', 'A model that thinks takes a top_p from 0.95.');
  }
  if (manners.sampling === 'one' && fitted.temperature !== undefined)
    drop('topP', 'This model takes temperature or top_p, not both.');
  return fitted;
}

export function encodeStop({ stop, extras }: ChatRequest, losses: Loss[]): Json | undefined {
  if (stop === undefined || isOurs(extras)) return stop;
  const kept = stop.filter((text) => text.trim() !== '');
  if (kept.length < stop.length)
    losses.push({
      path: 'stop',
      did: 'changed',
      why: 'The API refuses stop sequences of nothing but blanks.',
    });
  return kept.length === 0 ? undefined : kept;
}

/** Every name that the API has for a tier, by the centre's. */
const TIER_NAMES: ReadonlyMap<string, string> = new Map([...TIERS].map(([ours, theirs]) => [theirs, ours]));

export function encodeTier({ serviceTier }: ChatRequest, losses: Loss[]): string | undefined {
  if (serviceTier === undefined) return undefined;
  const name = TIER_NAMES.get(serviceTier);
  if (name === undefined)
    losses.push({ path: 'serviceTier', did: 'dropped', why: `The API has no tier called ${serviceTier}.` });
  return name;
}

const SAMPLING_WITHOUT_FIELD = [
  'minP',
  'seed',
  'frequencyPenalty',
  'presencePenalty',
  'repetitionPenalty',
  'logitBias',
] as const;

/** What no field of this API can say. */
export function loseParameters(request: ChatRequest, losses: Loss[]): void {
  const lose = (path: string): void => {
    losses.push({ path, did: 'dropped', why: 'The API has no such parameter.' });
  };
  for (const setting of SAMPLING_WITHOUT_FIELD)
    if (request.sampling[setting] !== undefined) lose(`sampling.${setting}`);
  if (request.choices !== undefined && request.choices !== 1) lose('choices');
  if (request.logprobs !== undefined) lose('logprobs');
  if (request.cacheKey !== undefined) lose('cacheKey');
  if (request.metadata !== undefined) lose('metadata');
}
