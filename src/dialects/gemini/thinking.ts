// The wish for thinking, both ways. Models before the third generation take a budget of tokens, later ones a level; both
// at once are refused (ai.google.dev/gemini-api/docs/thinking).

import { asObject } from '#base/json.ts';
import type { Json, JsonDraft, JsonObject } from '#base/json.ts';
import type { Loss } from '#canonical/loss.ts';
import type { ChatRequest, ReasoningRequest } from '#canonical/request.ts';
import { Fields, isEmpty, present, sameJson } from './fields.ts';
import { carriedConfig } from './parameters.ts';
import { THINKING_FIELDS } from './wire.ts';

/** The note of the configuration as it was written. */
const THINKING = '$thinking';
const DYNAMIC = -1;

/** Efforts as budgets, for models that know no levels. Documented in docs/losses/gemini.md. */
const BUDGETS: Readonly<Record<string, number>> = {
  none: 0,
  minimal: 512,
  low: 1_024,
  medium: 8_192,
  high: 24_576,
  xhigh: 24_576,
  max: 24_576,
};
const LEVELS: Readonly<Record<string, string>> = {
  none: 'minimal',
  minimal: 'minimal',
  low: 'low',
  medium: 'medium',
  high: 'high',
  xhigh: 'high',
  max: 'high',
};
/** The efforts that have an exact equal. */
const EXACT_LEVELS = new Set(['minimal', 'low', 'medium', 'high']);
/** A professional model of the second generation cannot be kept from thinking. */
const PRO_BUDGET_MIN = 128;

export function decodeThinking(config: Fields): ReasoningRequest | undefined {
  const written = config.object('thinkingConfig');
  if (written === undefined) return undefined;
  const fields = new Fields(written, THINKING_FIELDS);
  const camel = { ...fields.rest() };
  const request = readThinking(fields);
  config.leave(THINKING, camel);
  return request;
}

function readThinking(fields: Fields): ReasoningRequest {
  const budget = fields.number('thinkingBudget');
  const level = fields.string('thinkingLevel');
  const shown = fields.boolean('includeThoughts');
  const effort = level?.toLowerCase();
  return {
    ...(effort === undefined || effort === 'thinking_level_unspecified' ? {} : { effort }),
    ...(budget === undefined || budget < 0 ? {} : { budgetTokens: budget }),
    ...(budget === undefined ? {} : { enabled: budget !== 0 }),
    ...(shown === undefined ? {} : { hidden: !shown }),
  };
}

export function encodeThinking(request: ChatRequest, model: string, losses: Loss[]): Json | undefined {
  const { reasoning } = request;
  if (reasoning === undefined) return undefined;
  const written = asObject(carriedConfig(request)?.[THINKING]);
  if (written !== undefined && sameJson(readThinking(new Fields(written, THINKING_FIELDS)), reasoning))
    return written;
  const off = reasoning.enabled === false || reasoning.effort === 'none';
  if (reasoning.summary !== undefined && reasoning.summary !== 'auto')
    lose(losses, 'summary', 'dropped', 'Thoughts are shown as they are, or not at all.');
  // Thoughts that are not thought cannot be asked for: the API refuses both together.
  const config: JsonDraft = { includeThoughts: off ? undefined : reasoning.hidden !== true };
  if (reasoning.budgetTokens !== undefined && !off) {
    config['thinkingBudget'] = reasoning.budgetTokens;
    if (reasoning.effort !== undefined)
      lose(losses, 'effort', 'dropped', 'The budget of tokens is sent; both are refused.');
  } else Object.assign(config, strength(reasoning, off, model, losses));
  return isEmpty(config) ? undefined : present(config);
}

function strength(reasoning: ReasoningRequest, off: boolean, model: string, losses: Loss[]): JsonObject {
  const effort = off ? 'none' : reasoning.effort?.toLowerCase();
  const budgeted = takesBudget(model);
  if (effort === undefined) {
    return budgeted && reasoning.enabled === true ? { thinkingBudget: DYNAMIC } : {};
  }
  const level = LEVELS[effort];
  const budget = BUDGETS[effort];
  if (level === undefined || budget === undefined) {
    lose(losses, 'effort', 'dropped', `The API knows no effort \`${effort.slice(0, 40)}\`.`);
    return {};
  }
  if (budgeted) {
    const tokens = atLeast(budget, model, losses);
    if (!off)
      lose(losses, 'effort', 'approximated', `This model takes a budget: ${effort} became ${tokens} tokens.`);
    return { thinkingBudget: tokens };
  }
  if (!EXACT_LEVELS.has(effort))
    lose(losses, off ? 'enabled' : 'effort', 'approximated', `The nearest level is \`${level}\`.`);
  return { thinkingLevel: level };
}

function atLeast(budget: number, model: string, losses: Loss[]): number {
  if (budget > 0 || !model.includes('pro')) return budget;
  lose(losses, 'enabled', 'approximated', `This model always thinks; its least is ${PRO_BUDGET_MIN} tokens.`);
  return PRO_BUDGET_MIN;
}

/** The second generation, and its names without a number of their own. */
function takesBudget(model: string): boolean {
  return /gemini-2\.|gemini-robotics-er-1\./.test(model);
}

/** Models that refuse a history whose calls lost their signatures. */
export function wantsSignatures(model: string): boolean {
  return /gemini-(?:[3-9]|\d\d)/.test(model);
}

function lose(losses: Loss[], field: string, did: Loss['did'], why: string): void {
  losses.push({ path: `reasoning.${field}`, did, why });
}
