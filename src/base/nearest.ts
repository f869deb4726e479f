// "Did you mean": the names most like one that does not exist. Bounded, since the wrong name comes from outside.

const NAME_LENGTH_MAX = 100;
/** Names that are compared; those after them are not looked at. */
const NAMES_MAX = 5_000;
/** More edits than this, and it was another name that was meant. */
const EDITS_MAX = 4;

/**
 * At most `most` names, the likeliest first. Letter case does not count, and the part after the last slash may match
 * alone: `qwen-3` finds `acme/qwen3`. A name of which the wrong one is the beginning comes after true misspellings.
 */
export function nearest(name: string, names: Iterable<string>, most = 3): string[] {
  const wrong = name.slice(0, NAME_LENGTH_MAX).toLowerCase();
  const limit = editLimit(wrong);
  const found: { readonly name: string; readonly edits: number }[] = [];
  let left = NAMES_MAX;
  for (const candidate of names) {
    if (left === 0) break;
    left -= 1;
    const edits = likeness(wrong, candidate.slice(0, 2 * NAME_LENGTH_MAX).toLowerCase(), limit);
    if (edits !== undefined) found.push({ name: candidate, edits });
  }
  found.sort((a, b) => a.edits - b.edits);
  return [...new Set(found.map((match) => match.name))].slice(0, most);
}

/** About one edit for three letters: with more, short names are like everything. */
function editLimit(name: string): number {
  if (name.length < 2) return 0;
  return Math.min(EDITS_MAX, Math.max(1, Math.floor(name.length / 3)));
}

/** Edits, or one more than the limit for a name that goes on where the wrong one ends; undefined when unlike. */
function likeness(wrong: string, candidate: string, limit: number): number | undefined {
  const tail = candidate.slice(candidate.lastIndexOf('/') + 1);
  const edits = Math.min(
    editDistance(wrong, candidate, limit),
    tail === candidate ? Infinity : editDistance(wrong, tail, limit),
  );
  if (edits <= limit) return edits;
  const begins = wrong.length >= 3 && (candidate.startsWith(wrong) || tail.startsWith(wrong));
  return begins ? limit + 1 : undefined;
}

/**
 * Insertions, deletions, replacements and swaps of neighbours that turn one text into the other (optimal string
 * alignment). Infinity as soon as it is known to be more than `limit`.
 */
export function editDistance(from: string, to: string, limit: number): number {
  if (Math.abs(from.length - to.length) > limit) return Infinity;
  let before: number[] = [];
  let previous = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    let least = row;
    for (let column = 1; column <= to.length; column += 1) {
      const same = from[row - 1] === to[column - 1];
      let edits = Math.min(
        at(previous, column) + 1,
        at(current, column - 1) + 1,
        at(previous, column - 1) + (same ? 0 : 1),
      );
      const swapped =
        row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      if (swapped) edits = Math.min(edits, at(before, column - 2) + 1);
      current.push(edits);
      least = Math.min(least, edits);
    }
    // A swap reaches back two rows, so both must be past the limit.
    if (least > limit && Math.min(...previous) > limit) return Infinity;
    before = previous;
    previous = current;
  }
  const edits = at(previous, to.length);
  return edits > limit ? Infinity : edits;
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Infinity;
}
