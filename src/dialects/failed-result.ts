// Results of tools that failed, for languages without a mark for that: the text says it.

import type { Part, ToolResultPart } from '#canonical/part.ts';

const SAYS_SO = /^\W*(?:error|exception|fail)/i;

/** Why `isError` is approximated where this is used. */
export const ERROR_IN_WORDS = 'There is no mark for a result that is an error: its text says so.';

/** The parts of the result, which tell of the error where they do not already. */
export function partsTellingError({ parts, isError }: ToolResultPart): readonly Part[] {
  if (isError !== true) return parts;
  const at = parts.findIndex((part) => part.kind === 'text' && part.text.trim() !== '');
  const first = parts[at];
  if (first?.kind !== 'text') return [...parts, { kind: 'text', text: 'Error' }];
  if (SAYS_SO.test(first.text)) return parts;
  return parts.map((part, index) => (index === at ? { ...first, text: `Error: ${first.text}` } : part));
}
