// TypeScript source as code alone: comments, strings, templates and regular expressions are blanked, so that what is left
// can be searched and its brackets counted. TypeScript 7 has no parser to ask. Offsets and lines stay as they were.

export interface Source {
  /** From the root, with slashes. */
  readonly path: string;
  readonly text: string;
  /** As long as `text`. Quotes stay; what stood between them is spaces. */
  readonly code: string;
  /** Strings, the texts of templates, regular expressions. */
  readonly literals: readonly Piece[];
  readonly comments: readonly Piece[];
  readonly lineCount: number;
}

export interface Piece {
  /** Offset of the opening quote, backtick or slash. */
  readonly at: number;
  /** Without quotes; with slashes for comments. Escapes are left as they are. */
  readonly text: string;
}

/** A slash after one of these begins a regular expression; after anything else it divides. */
const BEFORE_REGEX =
  /(?:^|[(,=:[!&|?{};+\-*%~^<>]|\b(?:return|typeof|case|in|of|delete|void|throw|new|else|do|await|yield))$/;
const KEYWORD_LENGTH_MAX = 10;

export function readSource(path: string, text: string): Source {
  const lexer = new Lexer(text);
  lexer.run();
  const { code, literals, comments } = lexer;
  return { path, text, code: code.join(''), literals, comments, lineCount: countLines(text) };
}

/** The line of an offset, from 1. */
export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) line += 1;
  return line;
}

function countLines(text: string): number {
  return text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
}

class Lexer {
  readonly code: string[];
  readonly literals: Piece[] = [];
  readonly comments: Piece[] = [];
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
    // Not a spread: offsets count UTF-16 units.
    this.code = text.split('');
  }

  run(): void {
    while (this.#at < this.#text.length) this.#step();
  }

  /** Code until the bracket that closes `${`. */
  #hole(): void {
    let depth = 0;
    while (this.#at < this.#text.length) {
      const char = this.#text[this.#at];
      if (char === '}' && depth === 0) return;
      if (char === '{') depth += 1;
      else if (char === '}') depth -= 1;
      this.#step();
    }
  }

  #step(): void {
    const char = this.#text[this.#at] as string;
    if (char === '/' && this.#text[this.#at + 1] === '/') return this.#comment('\n', 0);
    if (char === '/' && this.#text[this.#at + 1] === '*') return this.#comment('*/', 2);
    if (char === "'" || char === '"') return this.#literal(char);
    if (char === '`') return this.#template();
    if (char === '/' && this.#expectsValue()) return this.#regex();
    this.#at += 1;
  }

  #expectsValue(): boolean {
    let end = this.#at;
    while (end > 0 && /\s/.test(this.code[end - 1] as string)) end -= 1;
    return BEFORE_REGEX.test(this.code.slice(Math.max(0, end - KEYWORD_LENGTH_MAX), end).join(''));
  }

  #comment(end: string, endLength: number): void {
    const found = this.#text.indexOf(end, this.#at + 2);
    const until = found === -1 ? this.#text.length : found + endLength;
    this.comments.push({ at: this.#at, text: this.#text.slice(this.#at, until) });
    this.#blank(this.#at, until);
    this.#at = until;
  }

  #literal(quote: string): void {
    const start = this.#at;
    let at = start + 1;
    while (at < this.#text.length && this.#text[at] !== quote) at += this.#text[at] === '\\' ? 2 : 1;
    this.#keep(start, at);
  }

  #template(): void {
    let start = this.#at;
    let at = start + 1;
    while (at < this.#text.length && this.#text[at] !== '`') {
      if (this.#text.startsWith('${', at)) {
        this.literals.push({ at: start, text: this.#text.slice(start + 1, at) });
        this.#blank(start + 1, at);
        this.#at = at + 2;
        this.#hole();
        start = this.#at;
        at = start + 1;
      } else at += this.#text[at] === '\\' ? 2 : 1;
    }
    this.#keep(start, at);
  }

  #regex(): void {
    const start = this.#at;
    let at = start + 1;
    let inClass = false;
    while (at < this.#text.length && (inClass || this.#text[at] !== '/')) {
      const char = this.#text[at];
      if (char === '[') inClass = true;
      else if (char === ']') inClass = false;
      at += char === '\\' ? 2 : 1;
    }
    this.#keep(start, at);
  }

  /** A literal from its first quote to its last. */
  #keep(start: number, end: number): void {
    this.literals.push({ at: start, text: this.#text.slice(start + 1, end) });
    this.#blank(start + 1, end);
    this.#at = end + 1;
  }

  #blank(from: number, until: number): void {
    for (let at = from; at < until && at < this.code.length; at += 1) {
      if (this.code[at] !== '\n') this.code[at] = ' ';
    }
  }
}
