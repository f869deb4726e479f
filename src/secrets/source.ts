// Secrets stand in the configuration only as references, `scheme:rest`. A source knows one scheme.

import { err } from '#base/result.ts';
import type { Result } from '#base/result.ts';
import type { Secret } from '#base/secret.ts';

export interface SecretSource {
  /** What stands before the colon. */
  readonly scheme: string;
  /** How a reference is written, for messages: `env:NAME`. */
  readonly form: string;
  /**
   * The secret behind what stands after the colon. Synchronous, so that a load is one step: a source over a network
   * keeps its last good values and answers from them. Never gives an empty secret.
   */
  read(rest: string): Result<Secret, SecretProblem>;
}

export interface SecretProblem {
  /** Never holds the value of a secret, nor a text that may be one. */
  readonly message: string;
  readonly expected?: string;
}

/** A scheme, and not the first word of a secret that was pasted where a reference belongs. */
const SCHEME = /^([a-z]{2,12}):(.*)$/s;

export type SecretReader = (reference: string) => Result<Secret, SecretProblem>;

/** Reads every reference once: what was checked is what is used, also when a file changes in between. */
export function secretReader(sources: readonly SecretSource[]): SecretReader {
  const known = new Map<string, Result<Secret, SecretProblem>>();
  return (reference) => {
    const found = known.get(reference) ?? readSecret(reference, sources);
    known.set(reference, found);
    return found;
  };
}

function readSecret(reference: string, sources: readonly SecretSource[]): Result<Secret, SecretProblem> {
  const expected = sources.map((source) => source.form).join(' or ');
  const [, scheme, rest] = SCHEME.exec(reference) ?? [];
  if (scheme === undefined || rest === undefined) {
    return err({ message: 'a secret is written as a reference, never as itself', expected });
  }
  const source = sources.find((candidate) => candidate.scheme === scheme);
  if (source === undefined) return err({ message: `unknown secret source "${scheme}:"`, expected });
  return source.read(rest);
}
