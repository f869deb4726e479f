// Something a target cannot express. Declared, never silent: told in a header, the generation record and the log.

export interface Loss {
  /** Path in the canonical request or response, such as `messages[2].parts[0]` or `topK`. */
  readonly path: string;
  /** What happened to it. */
  readonly did: 'dropped' | 'changed' | 'approximated';
  /** One sentence: why, for the person who wonders. */
  readonly why: string;
}
