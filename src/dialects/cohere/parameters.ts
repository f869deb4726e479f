// Everything of a request that is neither a message nor a tool.

import type { JsonDraft, JsonObject } from '#base/json.ts';
import type { ChatRequest, Sampling } from '#canonical/request.ts';
import { canThink, lose } from './writing.ts';
import type { Writing } from './writing.ts';

/** The API reference's range for each. */
const SAMPLING: readonly {
  readonly setting: Exclude<keyof Sampling, 'logitBias'>;
  readonly field: string;
  readonly least: number;
  readonly most: number;
}[] = [
  { setting: 'temperature', field: 'temperature', least: 0, most: 1 },
  { setting: 'topP', field: 'p', least: 0.01, most: 0.99 },
  { setting: 'topK', field: 'k', least: 0, most: 500 },
  { setting: 'seed', field: 'seed', least: 0, most: Number.MAX_SAFE_INTEGER },
  { setting: 'frequencyPenalty', field: 'frequency_penalty', least: 0, most: 1 },
  { setting: 'presencePenalty', field: 'presence_penalty', least: 0, most: 1 },
];
const STOPS_MAX = 5;
const NO_FIELD = 'Cohere has no field for it.';

export function encodeParameters(request: ChatRequest, writing: Writing): JsonDraft {
  const body: JsonDraft = { max_tokens: request.maxOutputTokens };
  for (const { setting, field, least, most } of SAMPLING) {
    const asked = request.sampling[setting];
    if (asked === undefined) continue;
    const value = Math.min(Math.max(asked, least), most);
    body[field] = value;
    if (value !== asked)
      lose(writing, `sampling.${setting}`, 'changed', `${asked} is out of range; ${value} is sent.`);
  }
  const stop = request.stop ?? [];
  if (stop.length > STOPS_MAX)
    lose(writing, 'stop', 'changed', `Cohere takes ${STOPS_MAX} of the ${stop.length}.`);
  if (stop.length > 0) body['stop_sequences'] = stop.slice(0, STOPS_MAX);
  if (request.logprobs !== undefined) {
    body['logprobs'] = true;
    if (request.logprobs.top !== undefined) lose(writing, 'logprobs.top', 'dropped', NO_FIELD);
  }
  body['thinking'] = encodeThinking(request, writing);
  loseTheRest(request, writing);
  return body;
}

function encodeThinking({ reasoning }: ChatRequest, writing: Writing): JsonObject | undefined {
  if (reasoning === undefined) return undefined;
  const off = reasoning.enabled === false || reasoning.effort === 'none';
  if (!canThink(writing.model)) {
    if (!off) lose(writing, 'reasoning', 'dropped', 'This model does not reason.');
    return undefined;
  }
  if (off) return { type: 'disabled' };
  for (const wish of ['hidden', 'summary'] as const) {
    if (reasoning[wish] === undefined || reasoning[wish] === false) continue;
    lose(writing, `reasoning.${wish}`, 'dropped', NO_FIELD);
  }
  if (reasoning.effort !== undefined && reasoning.budgetTokens === undefined) {
    lose(
      writing,
      'reasoning.effort',
      'approximated',
      'Cohere knows reasoning on or off, or a budget of tokens.',
    );
  }
  const { budgetTokens } = reasoning;
  if (budgetTokens !== undefined && reasoning.effort !== undefined)
    lose(writing, 'reasoning.effort', 'dropped', 'The budget of tokens is sent.');
  return { type: 'enabled', ...(budgetTokens === undefined ? {} : { token_budget: budgetTokens }) };
}

const LOST: readonly (keyof ChatRequest)[] = ['cacheKey', 'user', 'metadata', 'serviceTier'];
const LOST_SAMPLING: readonly (keyof Sampling)[] = ['minP', 'repetitionPenalty', 'logitBias'];

function loseTheRest(request: ChatRequest, writing: Writing): void {
  if (request.choices !== undefined && request.choices !== 1) lose(writing, 'choices', 'dropped', NO_FIELD);
  for (const key of LOST) if (request[key] !== undefined) lose(writing, key, 'dropped', NO_FIELD);
  for (const key of LOST_SAMPLING) {
    if (request.sampling[key] !== undefined) lose(writing, `sampling.${key}`, 'dropped', NO_FIELD);
  }
}
