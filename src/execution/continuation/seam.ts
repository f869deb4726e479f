// Where the rest of an answer meets its beginning. What the rest repeats is dropped: the last words, which it was asked to
// begin with; the whole answer so far, which some models begin again with; white space that was kept from them. Text waits
// here until that can be told, which is a line at most unless everything is repeated.

import { anchorOf } from './go-on.ts';
import type { GoingOn } from './go-on.ts';

/** Quotation marks, an ellipsis, a line end: what may stand before the words that were asked for. */
const PREFACE_MAX = 16;
/** A shorter overlap may be chance. */
const OVERLAP_MIN = 8;
const OVERLAP_MAX = 200;
/** An answer that begins as the first did, for so long, is a second first half. */
const ANEW_MIN = 24;

export class Seam {
  /** The rest turned out to be another answer, which cannot stand behind this one. */
  broken = false;
  readonly #shown: string;
  readonly #how: GoingOn;
  readonly #anchor: string;
  #held = '';
  #done = false;

  constructor(shown: string, how: GoingOn) {
    this.#shown = shown;
    this.#how = how;
    this.#anchor = how === 'instruction' ? anchorOf(shown) : '';
    this.#done = shown === '';
  }

  /** What of the text so far may be shown. */
  push(text: string): string {
    if (this.#done) return text;
    this.#held += text;
    return this.#settle(false);
  }

  /** The part has ended: nothing more will come to decide by. */
  flush(): string {
    return this.#done ? '' : this.#settle(true);
  }

  #settle(last: boolean): string {
    const cut = this.#cut(last);
    if (cut === undefined) return '';
    this.#done = true;
    return this.#held.slice(cut);
  }

  /** How many characters to drop; undefined while more is needed to tell. */
  #cut(last: boolean): number | undefined {
    const told = this.#how === 'instruction';
    const quoted = told ? this.#afterAnchor() : undefined;
    if (quoted !== undefined) return this.#spaceFrom(quoted, last);
    const repeated = commonStart(this.#held, this.#shown);
    const whole = this.#shown.trimEnd().length;
    if (repeated >= whole && whole >= (told ? OVERLAP_MIN : ANEW_MIN)) return this.#spaceFrom(whole, last);
    if (!last && this.#mayYetTell(repeated, whole)) return undefined;
    if (told && repeated >= ANEW_MIN && repeated < whole) {
      this.broken = true;
      return this.#held.length;
    }
    const overlap = told ? overlapOf(this.#shown, this.#held) : 0;
    return overlap > 0 ? overlap : this.#spaceFrom(0, last);
  }

  /** Where the words end that were asked for, when they have come. */
  #afterAnchor(): number | undefined {
    const at = this.#held.indexOf(this.#anchor);
    return at >= 0 && at <= PREFACE_MAX ? at + this.#anchor.length : undefined;
  }

  /** It may still become all of what was shown, or the words that were asked for. */
  #mayYetTell(repeated: number, whole: number): boolean {
    if (repeated === this.#held.length && repeated < whole) return true;
    return this.#how === 'instruction' && this.#held.length < this.#anchor.length + PREFACE_MAX;
  }

  /** White space at the end of what was shown was kept from the model, and may come again. */
  #spaceFrom(from: number, last: boolean): number | undefined {
    const space = this.#shown.slice(this.#shown.trimEnd().length);
    const next = this.#held.slice(from, from + space.length);
    const same = commonStart(next, space);
    if (same === next.length && next.length < space.length && !last) return undefined;
    return from + same;
  }
}

function commonStart(a: string, b: string): number {
  const most = Math.min(a.length, b.length);
  let length = 0;
  while (length < most && a.charCodeAt(length) === b.charCodeAt(length)) length += 1;
  return length;
}

/** How much of the end of `shown` the text begins with. */
function overlapOf(shown: string, text: string): number {
  for (let length = Math.min(OVERLAP_MAX, shown.length, text.length); length >= OVERLAP_MIN; length -= 1) {
    if (shown.endsWith(text.slice(0, length))) return length;
  }
  return 0;
}
