// The part of clew.yaml that holds the operator's rules.

import { z } from 'zod';
import { limits } from '../limits-schema.ts';
import { fallback, routing, target } from '../routing-schema.ts';

const providerNames = z.array(z.string().min(1)).min(1).max(100).optional();
const dollars = z.number().min(0).optional();

const set = z.strictObject({
  ...routing,
  targets: z
    .array(target)
    .min(1)
    .max(64)
    .optional()
    .describe('Ways to serve the model, in place of its own.'),
  fallback,
  only: providerNames.describe('Only these providers, by id.'),
  ignore: providerNames.describe('Not these providers.'),
  order: providerNames.describe('These providers first, in this order.'),
  max_price: z
    .strictObject({
      prompt: dollars.describe('US dollars for a million tokens of the prompt.'),
      completion: dollars.describe('US dollars for a million tokens of the answer.'),
      request: dollars.describe('US dollars for a request.'),
      image: dollars.describe('US dollars for a picture.'),
    })
    .optional()
    .describe('Only targets at these prices or below.'),
  explanation: z
    .enum(['full', 'brief'])
    .optional()
    .describe(
      'Whether records keep the numbers behind the choice (full) or only its probabilities (brief), whatever the load.',
    ),
  refuse: z.string().min(1).max(300).optional().describe('The request is refused, with these words.'),
  ...limits,
});

export const policy = z.strictObject({
  name: z
    .string()
    .regex(/^[^\p{Cc},]{1,80}$/u, 'a name of up to 80 characters, without commas')
    .describe('Stands in records and explanations.'),
  when: z
    .string()
    .min(1)
    .max(2_000)
    .optional()
    .describe(
      'The condition, in CEL, such as request.metadata.tier == "batch" (docs/policies.md lists what can be asked). Without one, always.',
    ),
  set: set.describe('What is in force for the requests that the condition holds for.'),
});

export type PolicyConfig = z.infer<typeof policy>;
