// Limits of an exchange: on a model, or in what a policy sets; the same words in both.

import { z } from 'zod';
import { PRIORITIES } from '#canonical/priority.ts';
import { DEFAULT_LIMITS } from '#routing/plan.ts';
import type { HedgeRule, Limits, OnCut, QueueRule } from '#routing/plan.ts';
import { limit } from './written.ts';

const HEDGE_RULES = ['off', 'on', 'with-tools'] as const satisfies readonly HedgeRule[];
const QUEUE_LENGTH_MAX = 10_000;
const ON_CUT = ['error', 'continue', 'buffer'] as const satisfies readonly OnCut[];

const queue = z.union(
  [
    z.literal('off'),
    limit,
    z.strictObject({
      wait: limit
        .optional()
        .describe('How long an exchange may wait for a call, such as 10s. 30s if absent.'),
      length: z
        .int()
        .min(1)
        .max(QUEUE_LENGTH_MAX)
        .optional()
        .describe('How many exchanges of the model may wait at once. 1000 if absent.'),
    }),
  ],
  'off, a duration such as 10s, or a map of wait and length',
);

export const priority = z.enum(PRIORITIES);

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
  priority: priority
    .optional()
    .describe('Who goes first, and is refused last, where there is not room for all. normal if absent.'),
  queue: queue
    .optional()
    .describe(
      'While all targets have as many calls as they take: how long an exchange may wait, such as 10s, or off. 30s if absent.',
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
  priority: 'priority',
  queue: 'queue',
} as const satisfies Record<keyof Limits, keyof LimitsConfig>;

/** What is written, without what is not. */
export function writtenLimits(config: LimitsConfig): Partial<Limits> {
  const names = Object.keys(WORDS) as (keyof Limits)[];
  const written = Object.fromEntries(
    names.flatMap((name) => (config[WORDS[name]] === undefined ? [] : [[name, config[WORDS[name]]]])),
  );
  return config.queue === undefined ? written : { ...written, queue: queueRule(config.queue) };
}

function queueRule(written: NonNullable<LimitsConfig['queue']>): QueueRule {
  const usual = DEFAULT_LIMITS.queue;
  if (written === 'off') return { ...usual, waitMs: 0 };
  if (typeof written === 'number') return { ...usual, waitMs: written };
  return { waitMs: written.wait ?? usual.waitMs, length: written.length ?? usual.length };
}

export function makeLimits(config: LimitsConfig): Limits {
  return { ...DEFAULT_LIMITS, ...writtenLimits(config) };
}
