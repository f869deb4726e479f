// The part of clew.yaml that says how targets are chosen: on a model, and on each of its targets.

import { z } from 'zod';
import { credentialSchema, dataPolicy, regionCode, traits } from '#providers/schema.ts';
import type { StrategyName } from '#routing/routes.ts';
import { STRATEGIES } from '#routing/strategies/index.ts';

const STRATEGY_NAMES = Object.keys(STRATEGIES) as StrategyName[];
const REGION_FORM = 'a country or union such as eu, or a list of them';

const QUALITY_FORM = 'a number above 0 and up to 1, or a map such as { code: 0.9, other: 0.6 }';
const grade = z.number().gt(0).max(1);

const targetName = z.string().describe('provider/model, in the words of the provider.');

export const target = z.union(
  [
    targetName,
    z.strictObject({
      target: targetName,
      weight: credentialSchema.shape.weight.describe('Share beside other targets; 1 if absent.'),
      traits: traits.optional(),
      dataPolicy: dataPolicy.optional(),
      quantization: z
        .string()
        .regex(/^[a-z0-9]{1,20}$/, 'a word such as fp8')
        .optional()
        .describe('How the weights of the model are stored there, such as fp8.'),
      quality: z
        .union(
          [grade, z.record(z.string().regex(/^[\w-]{1,40}$/, 'a task or a language'), grade)],
          QUALITY_FORM,
        )
        .optional()
        .describe(
          'How good its answers are to you, above 0 and up to 1; or that by task or language of the request, and other ' +
            '(docs/explain.md lists the tags): for the strategies quality and balanced.',
        ),
    }),
  ],
  'provider/model, or { target: provider/model, weight: 1 }',
);

const part = z.number().min(0).max(100).optional();

export const routing = {
  strategy: z
    .enum(STRATEGY_NAMES)
    .optional()
    .describe(
      'How targets are put in order. priority: as they are written. weighted: by chance, by weight. round-robin: in turn. ' +
        'price: the cheapest for the request. price-weighted: by chance, by the inverse square of the price. latency: the ' +
        'soonest. throughput: the fastest writer. quality: the best, as you say. balanced: see balance. least-busy: the fewest calls for its weight.',
    ),
  balance: z
    .strictObject({
      cost: part.describe('Weight of the expected cost.'),
      time: part.describe('Weight of the expected time.'),
      success: part.describe('Weight of the probability of success.'),
      quality: part.describe('Weight of the quality that targets are said to have.'),
    })
    .optional()
    .describe(
      'For strategy balanced: how much each counts. 1 each if absent; what is left out does not count.',
    ),
  region: z
    .union([regionCode, z.array(regionCode).min(1).max(50)], REGION_FORM)
    .optional()
    .describe('Only targets that process requests there and nowhere else; eu stands for all of its members.'),
  zdr: z.boolean().optional().describe('true: only targets that keep nothing after the answer.'),
  no_training: z.boolean().optional().describe('true: only targets that do not train on what they are sent.'),
};

export const fallback = z
  .array(z.string())
  .max(16)
  .optional()
  .describe('Models to go on with when no target of this one answers, in order.');
