// Thinking: `thinking` and `output_config.effort` here, one wish in the centre. Effort and budget are translated where a
// model knows only one of them; the table is ours, since no vendor gives one.

import { asNumber, asObject, asString } from '#base/json.ts';
import type { Json, JsonDraft, JsonObject } from '#base/json.ts';
import type { Loss } from '#canonical/loss.ts';
import type { ReasoningRequest } from '#canonical/request.ts';
import type { ModelManners } from './models.ts';
import { sameJson } from './notes.ts';

/** The API refuses less. */
export const BUDGET_MIN = 1_024;

/** Tokens for each effort; a budget becomes the least effort that covers it. */
const BUDGETS: readonly (readonly [string, number])[] = [
  ['minimal', BUDGET_MIN],
  ['low', 2_048],
  ['medium', 8_192],
  ['high', 16_384],
  ['xhigh', 32_768],
  ['max', 49_152],
];

/** `written` holds `thinking` and `effort` as they came. Undefined when they cannot be read, or say nothing. */
export function readThinking(written: JsonObject): ReasoningRequest | undefined {
  const thinking = asObject(written['thinking']);
  const effort = asString(written['effort']);
  if (written['thinking'] !== undefined && thinking === undefined) return undefined;
  if (thinking === undefined) return effort === undefined ? undefined : { effort };
  const type = asString(thinking['type']);
  if (type !== 'enabled' && type !== 'adaptive' && type !== 'disabled') return undefined;
  const budgetTokens = asNumber(thinking['budget_tokens']);
  const display = asString(thinking['display']);
  return {
    enabled: type !== 'disabled',
    ...(effort === undefined ? {} : { effort }),
    ...(budgetTokens === undefined ? {} : { budgetTokens }),
    ...(display === undefined ? {} : { hidden: display === 'omitted' }),
  };
}

export interface ThinkingAsked {
  readonly thinking?: Json;
  readonly effort?: string;
}

/** As it was written, when that still means what is asked for now. */
export function writtenThinking(
  written: Json | undefined,
  asked: ReasoningRequest,
): ThinkingAsked | undefined {
  const body = asObject(written);
  if (body === undefined || !sameJson(readThinking(body), asked)) return undefined;
  const effort = asString(body['effort']);
  return {
    ...(body['thinking'] === undefined ? {} : { thinking: body['thinking'] }),
    ...(effort === undefined ? {} : { effort }),
  };
}

export interface ThinkingBounds {
  readonly style: ModelManners['thinking'];
  readonly manners: ModelManners;
  readonly maxTokens: number;
  /** Whether a tool must be called. */
  readonly forced: boolean;
}

/** A wish of another language. */
export function askThinking(asked: ReasoningRequest, bounds: ThinkingBounds, losses: Loss[]): ThinkingAsked {
  if (asked.summary !== undefined && asked.summary !== 'auto') {
    const why = 'How thoughts are summed up cannot be chosen.';
    losses.push({ path: 'reasoning.summary', did: 'dropped', why });
  }
  if (asked.enabled === false || asked.effort === 'none') return switchedOff(bounds.manners, losses);
  if (bounds.style === 'none') return lost(losses, 'This model does not think.');
  return bounds.style === 'adaptive' ? adaptive(asked, bounds, losses) : budgeted(asked, bounds, losses);
}

function switchedOff({ off }: ModelManners, losses: Loss[]): ThinkingAsked {
  if (off === 'never') return lost(losses, 'This model always thinks.');
  return off === 'explicit' ? { thinking: { type: 'disabled' } } : {};
}

function lost(losses: Loss[], why: string): ThinkingAsked {
  losses.push({ path: 'reasoning', did: 'dropped', why });
  return {};
}

/** The display is named: newer models hide their thoughts unless asked. */
function adaptive(asked: ReasoningRequest, { manners }: ThinkingBounds, losses: Loss[]): ThinkingAsked {
  const thinking = { type: 'adaptive', display: asked.hidden === true ? 'omitted' : 'summarized' };
  if (asked.budgetTokens !== undefined) {
    const why = 'This model takes an effort and no budget of tokens.';
    losses.push({ path: 'reasoning.budgetTokens', did: 'approximated', why });
  }
  const wish = asked.effort ?? (asked.budgetTokens === undefined ? undefined : effortFor(asked.budgetTokens));
  const effort = wish === undefined ? undefined : nearestEffort(wish, manners.efforts);
  if (asked.effort !== undefined && effort !== asked.effort) {
    const why = `This model knows the efforts ${manners.efforts.join(', ')}.`;
    losses.push({ path: 'reasoning.effort', did: effort === undefined ? 'dropped' : 'approximated', why });
  }
  return effort === undefined ? { thinking } : { thinking, effort };
}

function budgeted(asked: ReasoningRequest, bounds: ThinkingBounds, losses: Loss[]): ThinkingAsked {
  if (bounds.forced)
    return lost(losses, 'Thinking with a budget and a tool that must be called exclude each other.');
  // The limit on the answer includes its thoughts here, as elsewhere; so the wish shrinks and the limit stays.
  const most = Math.floor(bounds.maxTokens * 0.8);
  if (most < BUDGET_MIN)
    return lost(losses, `Thinking takes at least ${BUDGET_MIN} tokens, which the limit excludes.`);
  const wish = asked.budgetTokens ?? budgetFor(asked.effort);
  const budget = Math.min(Math.max(Math.floor(wish), BUDGET_MIN), most);
  if (asked.effort !== undefined && asked.budgetTokens === undefined) {
    const why = `This model takes a budget: ${asked.effort} became ${budget} tokens.`;
    losses.push({ path: 'reasoning.effort', did: 'approximated', why });
  } else if (asked.budgetTokens !== undefined && budget !== asked.budgetTokens) {
    const why = `The budget must be at least ${BUDGET_MIN} and leave room below the limit of the answer.`;
    losses.push({ path: 'reasoning.budgetTokens', did: 'changed', why });
  }
  if (asked.effort !== undefined && asked.budgetTokens !== undefined) {
    const why = 'The budget of tokens is sent; there is no effort beside it.';
    losses.push({ path: 'reasoning.effort', did: 'dropped', why });
  }
  const thinking: JsonDraft = { type: 'enabled', budget_tokens: budget };
  if (asked.hidden === true) thinking['display'] = 'omitted';
  return { thinking };
}

function budgetFor(effort: string | undefined): number {
  return BUDGETS.find(([name]) => name === effort)?.[1] ?? 8_192;
}

function effortFor(budgetTokens: number): string {
  return BUDGETS.find(([, tokens]) => tokens >= budgetTokens)?.[0] ?? 'max';
}

/** The same, else the next one below, else the least. */
function nearestEffort(wish: string, known: readonly string[]): string | undefined {
  if (known.includes(wish)) return wish;
  const order = BUDGETS.map(([name]) => name);
  const at = order.indexOf(wish);
  if (at < 0) return undefined;
  return known.findLast((effort) => order.indexOf(effort) <= at) ?? known[0];
}
