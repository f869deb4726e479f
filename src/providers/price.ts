// What a target costs. Catalogue files give dollars for a million tokens, as vendors do; inside, a price is a whole
// number of pico-dollars (1e-12 USD) for a token, so that products and sums are exact integers.

/** US dollars for one million tokens of each class, and for one piece of what is not counted in tokens. */
export interface RateList {
  readonly input?: number | undefined;
  readonly output?: number | undefined;
  readonly cacheRead?: number | undefined;
  readonly cacheWrite?: number | undefined;
  readonly cacheWrite1h?: number | undefined;
  readonly reasoning?: number | undefined;
  readonly audioInput?: number | undefined;
  readonly audioOutput?: number | undefined;
  readonly imageInput?: number | undefined;
  readonly imageOutput?: number | undefined;
  readonly videoInput?: number | undefined;
  /** US dollars for one request, whatever its tokens. */
  readonly request?: number | undefined;
  /** US dollars for one search that the provider makes while it answers. */
  readonly search?: number | undefined;
}

/** As written in catalogue and configuration files. */
export interface PriceList extends RateList {
  /** Rates for long prompts, by rising `above`. */
  readonly tiers?: readonly TierList[] | undefined;
}

/**
 * Rates of *all* tokens of a request, those of the answer too, whose prompt (cache reads and writes included) is longer
 * than `above` tokens. What is not given stays as it is below. All vendors that have tiers bill in this way and none
 * bills only the excess (2026-11-25: https://developers.openai.com/api/docs/models/gpt-5.4-pro,
 * https://ai.google.dev/gemini-api/docs/pricing, https://docs.x.ai/docs/models; Anthropic has had no tier since its
 * 4.6 generation, and the same rule before: https://platform.claude.com/docs/en/about-claude/pricing).
 */
export interface TierList extends RateList {
  readonly above: number;
}

/** Pico-dollars for a token or a piece. */
export interface Rates {
  readonly input: number;
  readonly output: number;
  readonly cacheRead?: number;
  readonly cacheWrite?: number;
  readonly cacheWrite1h?: number;
  readonly reasoning?: number;
  readonly audioInput?: number;
  readonly audioOutput?: number;
  readonly imageInput?: number;
  readonly imageOutput?: number;
  readonly videoInput?: number;
  readonly request?: number;
  readonly search?: number;
}

/** `input` and `output` are known or there is no price at all: unknown is never zero. */
export interface Price extends Rates {
  /** Complete rates for long prompts, by rising `above`. */
  readonly tiers?: readonly Tier[];
  /** Where the numbers come from, such as `catalogue 2026-11-22` or `clew.yaml`: stored with each generation. */
  readonly version: string;
}

export interface Tier extends Rates {
  /** Tokens; a prompt of exactly this many is not above. */
  readonly above: number;
}

/** What a request costs whose prompt has so many tokens. Makes nothing: it is asked for each candidate of each plan. */
export function ratesFor(price: Price, promptTokens: number): Rates {
  if (price.tiers === undefined) return price;
  let rates: Rates = price;
  for (const tier of price.tiers) {
    if (promptTokens <= tier.above) break;
    rates = tier;
  }
  return rates;
}
