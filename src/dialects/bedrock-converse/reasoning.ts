// How a model is asked to think: each family has its own fields among `additionalModelRequestFields`.
// Sources: docs.aws.amazon.com/bedrock/latest/userguide/claude-messages-adaptive-thinking.md and …-extended-thinking.html;
// docs.aws.amazon.com/nova/latest/nova2-userguide/extended-thinking.html; the recordings for the other families.

import type { JsonObject } from '#base/json.ts';
import type { ChatRequest, ReasoningRequest } from '#canonical/request.ts';
import { claudeThinking } from './family.ts';
import { lose } from './writing.ts';
import type { Writing } from './writing.ts';

/** Tokens of thought for an effort, for models that are asked by a budget. */
const BUDGETS: Readonly<Record<string, number>> = {
  minimal: 1_024,
  low: 2_048,
  medium: 8_192,
  high: 16_384,
  xhigh: 32_768,
  max: 32_768,
};
const BUDGET_MIN = 1_024;
const EFFORT_DEFAULT = 'medium';

/** Undefined where nothing is asked for. */
export function encodeReasoningRequest(
  request: ChatRequest,
  model: string,
  writing: Writing,
): JsonObject | undefined {
  const { reasoning } = request;
  if (reasoning === undefined) return undefined;
  const off = reasoning.enabled === false || reasoning.effort === 'none';
  if (!off) loseOneOfTwo(reasoning, model, writing);
  for (const wish of ['hidden', 'summary'] as const) {
    if (reasoning[wish] === undefined || reasoning[wish] === false) continue;
    lose(writing, `reasoning.${wish}`, 'dropped', 'Bedrock always shows what the model lets be seen.');
  }
  switch (writing.family) {
    case 'claude':
      return askClaude(request, reasoning, off ? 'off' : 'on', { model, writing });
    case 'nova':
      if (off) return { reasoningConfig: { type: 'disabled' } };
      return { reasoningConfig: { type: 'enabled', maxReasoningEffort: threeSteps(reasoning, writing) } };
    case 'gpt-oss':
      if (off)
        lose(
          writing,
          'reasoning',
          'approximated',
          'The model always reasons; the least effort is asked for.',
        );
      return { reasoning_effort: off ? 'low' : threeSteps(reasoning, writing) };
    case 'qwen':
    case 'deepseek':
      return off ? undefined : { reasoning_config: threeSteps(reasoning, writing) };
    default:
      if (!off)
        lose(writing, 'reasoning', 'dropped', 'No field is known by which this model is asked to reason.');
      return undefined;
  }
}

/** Some models take a budget and some an effort; where both are wished, one goes. */
function loseOneOfTwo(reasoning: ReasoningRequest, model: string, writing: Writing): void {
  if (reasoning.effort === undefined || reasoning.budgetTokens === undefined) return;
  const byBudgets = writing.family === 'claude' && claudeThinking(model) === 'budget';
  const [lost, sent] = byBudgets ? ['effort', 'budget of tokens'] : ['budgetTokens', 'effort'];
  lose(writing, `reasoning.${lost}`, 'dropped', `The ${sent} is sent; the model takes one of the two.`);
}

interface Asking {
  readonly model: string;
  readonly writing: Writing;
}

function askClaude(
  request: ChatRequest,
  reasoning: ReasoningRequest,
  state: 'on' | 'off',
  { model, writing }: Asking,
): JsonObject | undefined {
  const way = claudeThinking(model);
  if (state === 'off') {
    if (way === 'always-adaptive')
      lose(writing, 'reasoning', 'dropped', 'Reasoning of this model cannot be switched off.');
    return way === 'adaptive' || way === 'budget' ? { thinking: { type: 'disabled' } } : undefined;
  }
  if (way === 'none') {
    lose(writing, 'reasoning', 'dropped', 'This model does not reason.');
    return undefined;
  }
  if (request.toolChoice?.kind === 'required' || request.toolChoice?.kind === 'named') {
    lose(writing, 'reasoning', 'dropped', 'The model cannot reason where it is made to call a tool.');
    return undefined;
  }
  if (way === 'budget') return byBudget(request, reasoning, writing);
  const effort = reasoning.effort ?? effortOf(reasoning.budgetTokens, writing);
  return {
    thinking: { type: 'adaptive' },
    ...(effort === undefined ? {} : { output_config: { effort: effort === 'minimal' ? 'low' : effort } }),
  };
}

function byBudget(
  request: ChatRequest,
  reasoning: ReasoningRequest,
  writing: Writing,
): JsonObject | undefined {
  const asked = reasoning.budgetTokens ?? BUDGETS[reasoning.effort ?? EFFORT_DEFAULT] ?? BUDGET_MIN;
  // The budget is a part of the answer's limit and has to leave room.
  const room = request.maxOutputTokens === undefined ? Infinity : request.maxOutputTokens - 1;
  if (room < BUDGET_MIN) {
    lose(
      writing,
      'reasoning',
      'dropped',
      `The answer may have fewer than ${BUDGET_MIN} tokens: no room to reason.`,
    );
    return undefined;
  }
  const budget = Math.min(Math.max(asked, BUDGET_MIN), room);
  if (reasoning.budgetTokens === undefined) {
    lose(writing, 'reasoning.effort', 'approximated', `The model takes a budget of tokens: ${budget}.`);
  } else if (budget !== asked) {
    lose(writing, 'reasoning.budgetTokens', 'changed', `${asked} do not fit; ${budget} are asked for.`);
  }
  return { thinking: { type: 'enabled', budget_tokens: budget } };
}

function effortOf(budgetTokens: number | undefined, writing: Writing): string | undefined {
  if (budgetTokens === undefined) return undefined;
  const effort = budgetTokens <= 2_048 ? 'low' : budgetTokens <= 8_192 ? 'medium' : 'high';
  lose(writing, 'reasoning.budgetTokens', 'approximated', `The model takes an effort: ${effort}.`);
  return effort;
}

function threeSteps(reasoning: ReasoningRequest, writing: Writing): string {
  const effort = reasoning.effort ?? effortOf(reasoning.budgetTokens, writing) ?? EFFORT_DEFAULT;
  const step = effort === 'minimal' ? 'low' : effort === 'xhigh' || effort === 'max' ? 'high' : effort;
  if (step !== effort)
    lose(writing, 'reasoning.effort', 'approximated', `The model knows three efforts: ${step}.`);
  return step;
}
