// A request body, from the centre's words to a provider's. Whatever is left out or changed is declared. The model stands
// in the path, and whether the answer is streamed.

import type { Json, JsonDraft, JsonObject } from '#base/json.ts';
import { fieldsFor } from '#canonical/foreign.ts';
import type { Loss } from '#canonical/loss.ts';
import type { Quirks } from '#canonical/quirk.ts';
import type { ChatRequest } from '#canonical/request.ts';
import { loseForeignFields } from '../foreign-fields.ts';
import { encodeHistory } from './encode-message.ts';
import { addCarried, addExtras, isEmpty, present } from './fields.ts';
import { carriedConfig, encodeOutput, encodeParameters } from './parameters.ts';
import { quirk } from './quirks.ts';
import { encodeThinking } from './thinking.ts';
import { encodeToolConfig, encodeTools } from './tools.ts';
import { ID } from './wire.ts';

export interface EncodedRequest {
  readonly body: JsonObject;
  readonly losses: readonly Loss[];
}

export function encodeRequest(request: ChatRequest, model: string, quirks: Quirks): EncodedRequest {
  const losses: Loss[] = [];
  const { system, contents } = encodeHistory(request, model, losses);
  const body: JsonDraft = {
    systemInstruction: system,
    contents,
    tools: encodeTools(request, model, losses),
    toolConfig: encodeToolConfig(request, losses),
    generationConfig: encodeConfig(request, model, losses),
    labels: encodeLabels(request, quirks, losses),
    serviceTier: encodeTier(request, losses),
  };
  declareUnknown(request, losses);
  loseForeignFields(request, ID, losses);
  return { body: present(addExtras(body, request.extras)), losses };
}

function encodeConfig(request: ChatRequest, model: string, losses: Loss[]): JsonObject | undefined {
  const config: JsonDraft = {};
  encodeParameters(request, config, losses);
  encodeOutput(request, config, model, losses);
  config['thinkingConfig'] = encodeThinking(request, model, losses);
  const carried = carriedConfig(request);
  const written = present(addCarried(config, carried));
  return isEmpty(written) && carried === undefined ? undefined : written;
}

/** cloud.google.com/vertex-ai/generative-ai/docs: keys and values of labels. */
const LABEL_KEY = /^[a-z][a-z0-9_-]{0,62}$/;
const LABEL_VALUE = /^[a-z0-9_-]{0,63}$/;

function encodeLabels({ metadata, extras }: ChatRequest, quirks: Quirks, losses: Loss[]): Json | undefined {
  if (metadata === undefined) return undefined;
  const lose = (why: string): undefined => {
    losses.push({ path: 'metadata', did: 'dropped', why });
    return undefined;
  };
  if (quirk(quirks, 'labels') === 'dropped') return lose('The provider refuses labels.');
  const fits = Object.entries(metadata).every(
    ([key, value]) => LABEL_KEY.test(key) && typeof value === 'string' && LABEL_VALUE.test(value),
  );
  // What a client of this language wrote is the provider's to judge.
  if (!fits && fieldsFor(ID, extras) === undefined) return lose('Labels are short and in lower case only.');
  return metadata;
}

/** ai.google.dev/gemini-api/docs: the tiers, by the words that other languages have for them too. */
const TIERS: ReadonlySet<string> = new Set(['standard', 'flex', 'priority']);

function encodeTier({ serviceTier, extras }: ChatRequest, losses: Loss[]): string | undefined {
  if (serviceTier === undefined) return undefined;
  if (fieldsFor(ID, extras) !== undefined || TIERS.has(serviceTier)) return serviceTier;
  // `auto` and `default` ask for what everybody gets.
  if (serviceTier !== 'auto' && serviceTier !== 'default')
    losses.push({ path: 'serviceTier', did: 'dropped', why: 'The API has no tier of this name.' });
  return undefined;
}

function declareUnknown(request: ChatRequest, losses: Loss[]): void {
  const drop = (path: string, why: string): void => {
    losses.push({ path, did: 'dropped', why });
  };
  if (request.parallelToolCalls === false)
    drop('parallelToolCalls', 'Calls in parallel cannot be switched off.');
  if (request.cacheKey !== undefined)
    drop('cacheKey', 'The vendor caches prompts by itself and takes no key.');
  if (request.user !== undefined) drop('user', 'The API has no field for the end user.');
}
