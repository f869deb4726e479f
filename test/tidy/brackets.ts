// Which bracket belongs to which, in code whose strings and comments are blanked.

const CLOSERS: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

export class Brackets {
  readonly code: string;
  /** Offset of the first bracket without a partner; undefined when all have one. */
  readonly unpaired: number | undefined;
  readonly #partners = new Map<number, number>();

  constructor(code: string) {
    this.code = code;
    this.unpaired = this.#pair();
  }

  /** The offset of the other bracket; the end of the code for one that has no partner. */
  partner(offset: number): number {
    return this.#partners.get(offset) ?? this.code.length;
  }

  /** The bracket that is open where `offset` stands: `(`, `[`, `{`, or nothing at the top. */
  around(offset: number): string {
    for (let at = offset - 1; at >= 0; at -= 1) {
      const char = this.code[at] as string;
      if (char in CLOSERS) return char;
      if (char === ')' || char === ']' || char === '}') at = this.partner(at);
    }
    return '';
  }

  #pair(): number | undefined {
    const open: number[] = [];
    for (let at = 0; at < this.code.length; at += 1) {
      const char = this.code[at] as string;
      if (char in CLOSERS) open.push(at);
      else if (char === ')' || char === ']' || char === '}') {
        const from = open.pop();
        if (from === undefined || CLOSERS[this.code[from] as string] !== char) return at;
        this.#partners.set(from, at);
        this.#partners.set(at, from);
      }
    }
    return open[0];
  }
}

/** The first offset from `from` on that is not white space. */
export function skipSpace(code: string, from: number): number {
  let at = from;
  while (at < code.length && /\s/.test(code[at] as string)) at += 1;
  return at;
}

/** The commas of `[from, until)` that are in no bracket, type arguments included, separate this many things. */
export function countItems(brackets: Brackets, from: number, until: number): number {
  const { code } = brackets;
  let items = 0;
  let filled = false;
  let angles = 0;
  for (let at = from; at < until; at += 1) {
    const char = code[at] as string;
    if (char === ',' && angles === 0) filled = false;
    else if (!/\s/.test(char)) {
      if (!filled) items += 1;
      filled = true;
    }
    if (char in CLOSERS) at = brackets.partner(at);
    // The formatter writes a comparison with spaces around it, and type arguments without.
    else if (char === '<' && /\w/.test(code[at - 1] ?? '')) angles += 1;
    else if (char === '>' && angles > 0 && code[at - 1] !== '=') angles -= 1;
  }
  return items;
}
