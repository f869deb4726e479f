// What the client has been shown of an answer, as far as going on with it needs to know: the texts, what is open, and whether
// the answer can be gone on with at all. Kept only for exchanges that may be continued.

import { TextSoFar } from '#base/text-so-far.ts';
import type { ChatEvent, OpenEvent } from '#canonical/event.ts';

/** Characters; a longer answer is not continued. */
const LENGTH_MAX = 4 * 1024 * 1024;

/** The pieces of one part, as long as nothing else came between them. */
interface Pieces {
  readonly kind: 'pieces';
  readonly part: number;
  readonly text: TextSoFar;
}

export class Transcript {
  /** The part that is open. */
  open: OpenEvent | undefined;
  nextPart = 0;
  /** False once something was shown that nobody can go on with: calls, pictures, several answers. */
  canGoOn = true;
  readonly #shown: (ChatEvent | Pieces)[] = [];
  readonly #texts: TextSoFar[] = [];
  #length = 0;

  /** Everything shown, pieces of one part joined: what an encoder must have seen to go on. */
  get events(): readonly ChatEvent[] {
    return this.#shown.map((shown) =>
      shown.kind === 'pieces' ? { kind: 'delta', part: shown.part, text: shown.text.read() } : shown,
    );
  }

  /** The texts shown, in order; reasoning is not among them. */
  get texts(): readonly string[] {
    return this.#texts.map((text) => text.read());
  }

  get text(): string {
    return this.texts.join('');
  }

  note(event: ChatEvent): void {
    if (!this.canGoOn) return;
    switch (event.kind) {
      case 'delta':
        this.#delta(event.part, event.text);
        if (event.logprobs !== undefined) this.canGoOn = false;
        break;
      case 'open':
        this.#open(event);
        break;
      case 'close':
        this.open = undefined;
        this.#shown.push(event);
        break;
      default:
        this.#shown.push(event);
    }
    if (!this.canGoOn) this.#shown.length = 0;
  }

  #open(event: OpenEvent): void {
    const { kind } = event.what;
    if (event.choice !== 0 || (kind !== 'text' && kind !== 'reasoning')) this.canGoOn = false;
    this.open = event;
    this.nextPart = event.part + 1;
    if (kind === 'text') this.#texts.push(new TextSoFar());
    this.#shown.push(event);
  }

  #delta(part: number, text: string): void {
    this.#length += text.length;
    if (this.#length > LENGTH_MAX) this.canGoOn = false;
    if (this.open?.what.kind === 'text') this.#texts.at(-1)?.add(text);
    const last = this.#shown.at(-1);
    if (last?.kind === 'pieces' && last.part === part) last.text.add(text);
    else {
      const pieces = new TextSoFar();
      pieces.add(text);
      this.#shown.push({ kind: 'pieces', part, text: pieces });
    }
  }
}
