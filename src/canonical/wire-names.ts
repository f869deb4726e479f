// What a wire language takes as the name of a tool and as the id of a call. Clients of other languages write others.

export interface WireNames {
  readonly toolName: NameRule;
  readonly callId: NameRule;
  /** Whether an id must name one call only in a whole history. */
  readonly uniqueCalls?: true;
}

export interface NameRule {
  /** Matches the whole of a name that may stand as it is. */
  readonly valid: RegExp;
  /** Characters of a name that is made up: letters and digits, so at most as many as `valid` takes. */
  readonly length: number;
}
