// Thoughts that stand between tags at the beginning of the content, as raw models write them. Only there, only once: what
// looks like a tag later is what the model wants to say.

const OPEN = '<think>';
const CLOSE = '</think>';

export interface Said {
  readonly kind: 'text' | 'reasoning';
  readonly text: string;
}

/** Takes a text in pieces, wherever they are cut. What might become a tag is held back, a few characters at most. */
export class ThinkTags {
  #state: 'before' | 'inside' | 'after' | 'over' = 'before';
  #held = '';

  /** Nothing is looked for any more. */
  get over(): boolean {
    return this.#state === 'over';
  }

  push(text: string): readonly Said[] {
    if (this.#state === 'over') return [{ kind: 'text', text }];
    this.#held += text;
    if (this.#state === 'before' && !this.#begin()) return this.#state === 'before' ? [] : this.#rest();
    return this.#state === 'inside' ? this.#think() : this.#answer();
  }

  /** What is still held back, when the text has ended. */
  end(): readonly Said[] {
    const kind = this.#state === 'inside' ? 'reasoning' : 'text';
    const held = this.#held;
    this.#held = '';
    this.#state = 'over';
    return held === '' || (kind === 'text' && held.trim() === '' && this.#thought)
      ? []
      : [{ kind, text: held }];
  }

  #thought = false;
  /** Whether the thought has a first character, which is not the line end behind its tag. */
  #told = false;

  /** Whether the thought has begun; decides as soon as it can. */
  #begin(): boolean {
    const start = this.#held.trimStart();
    if (start.startsWith(OPEN)) {
      this.#held = start.slice(OPEN.length);
      this.#state = 'inside';
      this.#thought = true;
      return true;
    }
    if (!OPEN.startsWith(start)) this.#state = 'over';
    return false;
  }

  #rest(): readonly Said[] {
    const text = this.#held;
    this.#held = '';
    return text === '' ? [] : [{ kind: 'text', text }];
  }

  #think(): readonly Said[] {
    if (!this.#told) this.#held = this.#held.replace(/^\n/, '');
    this.#told ||= this.#held !== '';
    const at = this.#held.indexOf(CLOSE);
    if (at >= 0) {
      const text = this.#held.slice(0, at).replace(/\n$/, '');
      this.#held = this.#held.slice(at + CLOSE.length);
      this.#state = 'after';
      const thought: readonly Said[] = text === '' ? [] : [{ kind: 'reasoning', text }];
      return [...thought, ...this.#answer()];
    }
    const keep = partialEnd(this.#held);
    const text = this.#held.slice(0, this.#held.length - keep);
    this.#held = this.#held.slice(this.#held.length - keep);
    return text === '' ? [] : [{ kind: 'reasoning', text }];
  }

  /** Blank lines between the thought and the answer belong to neither. */
  #answer(): readonly Said[] {
    this.#held = this.#held.trimStart();
    if (this.#held === '') return [];
    this.#state = 'over';
    return this.#rest();
  }
}

/** How many characters at the end might be the beginning of the closing tag, with the line end before it. */
function partialEnd(text: string): number {
  const close = `\n${CLOSE}`;
  for (let length = Math.min(close.length, text.length); length > 0; length -= 1) {
    const end = text.slice(-length);
    if (close.startsWith(end) || CLOSE.startsWith(end)) return length;
  }
  return 0;
}

/** The same for a whole text. */
export function splitThought(text: string): readonly Said[] {
  const tags = new ThinkTags();
  return [...tags.push(text), ...tags.end()];
}
