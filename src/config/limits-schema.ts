// Limits of an exchange: on a model, or in what a policy sets; the same words in both.

import { z } from 'zod';
import { DEFAULT_LIMITS } from '#routing/plan.ts';
import type { HedgeRule, Limits, OnCut } from '#routing/plan.ts';
import { limit } from './written.ts';

const HEDGE_RULES = ['off', 'on', 'with-tools'] as const satisfies readonly HedgeRule[];
const ON_CUT = ['error', 'continue', 'buffer'] as const satisfies readonly OnCut[];

export const limits = {
  attempts: z.int().min(1).max(16).optional().describe('Calls in all, over all targets. 3 if absent.'),
  attempts_per_target: z.int().min(1).max(16).optional().describe('Calls of one target. 2 if absent.'),
  connect_limit: limit.optional().describe('Time for a connection to a provider, such as 2s.'),
  first_content_limit: limit.optional().describe('Time from sending to the first content, such as 60s.'),
  whole_answer_limit: limit
    .optional()
    .describe('The same for an answer that comes in one piece, such as 5m.'),
  silence_limit: limit.optional().describe('Longest pause between two pieces of content, such as 60s.'),
  deadline: limit.optional().describe('Time for the whole exchange, all attempts included, such as 10m.'),
  on_cut: z
    .enum(ON_CUT)
    .optional()
    .describe(
      'When a stream breaks off. error: it ends in an error. continue: the rest is asked for elsewhere. buffer: nothing is shown until it is complete. error if absent.',
    ),
  hedge: z
    .enum(HEDGE_RULES)
    .optional()
    .describe(
      'Whether another target of the model is asked too while the first is slower than usual. on: not where the request has tools. off if absent.',
    ),
};

const schema = z.object(limits);
type LimitsConfig = z.infer<typeof schema>;

/** The word of the file for each limit. */
const WORDS = {
  attempts: 'attempts',
  attemptsPerTarget: 'attempts_per_target',
  connectMs: 'connect_limit',
  firstContentMs: 'first_content_limit',
  wholeAnswerMs: 'whole_answer_limit',
  silenceMs: 'silence_limit',
  deadlineMs: 'deadline',
  hedge: 'hedge',
  onCut: 'on_cut',
} as const satisfies Record<keyof Limits, keyof LimitsConfig>;

/** What is written, without what is not. */
export function writtenLimits(config: LimitsConfig): Partial<Limits> {
  const names = Object.keys(WORDS) as (keyof Limits)[];
  return Object.fromEntries(
    names.flatMap((name) => (config[WORDS[name]] === undefined ? [] : [[name, config[WORDS[name]]]])),
  );
}

export function makeLimits(config: LimitsConfig): Limits {
  return { ...DEFAULT_LIMITS, ...writtenLimits(config) };
}
