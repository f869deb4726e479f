// What a target costs. Catalogue files give dollars for a million tokens, as vendors do; inside, a price is a whole
// number of pico-dollars (1e-12 USD) for a token, so that products and sums are exact integers.

/** As written in catalogue and configuration files: US dollars for one million tokens. */
export interface PriceList {
  readonly input?: number | undefined;
  readonly output?: number | undefined;
  readonly cacheRead?: number | undefined;
  readonly cacheWrite?: number | undefined;
  readonly cacheWrite1h?: number | undefined;
  readonly reasoning?: number | undefined;
  readonly audioInput?: number | undefined;
  readonly audioOutput?: number | undefined;
  /** US dollars for one request, whatever its tokens. */
  readonly request?: number | undefined;
}

/** Pico-dollars for a token. `input` and `output` are known or there is no price at all: unknown is never zero. */
export interface Price {
  readonly input: number;
  readonly output: number;
  readonly cacheRead?: number;
  readonly cacheWrite?: number;
  readonly cacheWrite1h?: number;
  readonly reasoning?: number;
  readonly audioInput?: number;
  readonly audioOutput?: number;
  readonly request?: number;
  /** Where the numbers come from, such as `catalogue 2026-11-22` or `clew.yaml`: stored with each generation. */
  readonly version: string;
}
