// What a vendor allows who caches a prompt only where it is marked.

export interface CacheRule {
  /** Marks in one request. */
  readonly marksMax: number;
  /** Tokens that the prompt must have up to a mark; with fewer the mark is passed over. */
  readonly tokensMin: number;
}
