// What may stand in a price, in catalogue files and in clew.yaml.

import { z } from 'zod';
import type { PriceList, RateList } from './price.ts';

const dollars = z.number().min(0).max(1_000_000);
const million = (what: string): string => `US dollars for a million ${what}.`;

const optionalRates = {
  cacheRead: dollars.optional().describe(million('input tokens read from a prompt cache')),
  cacheWrite: dollars.optional().describe(million('input tokens written to a prompt cache')),
  cacheWrite1h: dollars.optional().describe('The same for a cache that lives an hour.'),
  reasoning: dollars.optional().describe('US dollars for a million reasoning tokens, where they cost extra.'),
  audioInput: dollars.optional().describe(million('audio tokens in the input')),
  audioOutput: dollars.optional().describe(million('audio tokens in the output')),
  imageInput: dollars.optional().describe(million('image tokens in the input')),
  imageOutput: dollars.optional().describe(million('image tokens in the output')),
  videoInput: dollars.optional().describe(million('video tokens in the input')),
  request: dollars.optional().describe('US dollars for a request, whatever its tokens.'),
  search: dollars.optional().describe('US dollars for a search that the provider makes while it answers.'),
} satisfies Readonly<Record<Exclude<keyof RateList, 'input' | 'output'>, z.ZodType>>;

const input = dollars.describe(million('input tokens'));
const output = dollars.describe(million('output tokens'));

const tier = z.strictObject({
  above: z.int().min(1).max(1_000_000_000).describe('Tokens of the prompt, caches included.'),
  input: input.optional(),
  output: output.optional(),
  ...optionalRates,
});

/**
 * Half a price is none: with `input` alone a cost could not be told. Only what answers without tokens may leave `output`
 * out, which the model's schema checks, since its traits say so.
 */
export const priceSchema = z.strictObject({
  input,
  output: output.optional(),
  ...optionalRates,
  tiers: z
    .array(tier)
    .min(1)
    .max(8)
    .refine(isRising, 'tiers by rising above')
    .optional()
    .describe(
      'Rates of all tokens of a request whose prompt is longer than `above`; what is left out stays.',
    ),
}) satisfies z.ZodType<PriceList>;

function isRising(tiers: readonly { readonly above: number }[]): boolean {
  return tiers.every(({ above }, index) => above > (tiers[index - 1]?.above ?? 0));
}
