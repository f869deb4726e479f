// What the client has been shown of an answer, as far as going on with it needs to know: the texts, what is open, and whether
// the answer can be gone on with at all. Kept only for exchanges that may be continued.

import type { ChatEvent, OpenEvent } from '#canonical/event.ts';

/** Characters; a longer answer is not continued. */
const LENGTH_MAX = 4 * 1024 * 1024;

type Merged = {
  -readonly [Name in keyof Extract<ChatEvent, { kind: 'delta' }>]: Extract<
    ChatEvent,
    { kind: 'delta' }
  >[Name];
};

export class Transcript {
  /** Everything shown, pieces of one part joined: what an encoder must have seen to go on. */
  readonly events: ChatEvent[] = [];
  /** The texts shown, in order; reasoning is not among them. */
  readonly texts: string[] = [];
  /** The part that is open. */
  open: OpenEvent | undefined;
  nextPart = 0;
  /** False once something was shown that nobody can go on with: calls, pictures, several answers. */
  canGoOn = true;
  #length = 0;

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
        this.events.push(event);
        break;
      default:
        this.events.push(event);
    }
    if (!this.canGoOn) this.events.length = 0;
  }

  #open(event: OpenEvent): void {
    const { kind } = event.what;
    if (event.choice !== 0 || (kind !== 'text' && kind !== 'reasoning')) this.canGoOn = false;
    this.open = event;
    this.nextPart = event.part + 1;
    if (kind === 'text') this.texts.push('');
    this.events.push(event);
  }

  #delta(part: number, text: string): void {
    this.#length += text.length;
    if (this.#length > LENGTH_MAX) this.canGoOn = false;
    if (this.open?.what.kind === 'text') this.texts[this.texts.length - 1] += text;
    const last = this.events.at(-1);
    if (last?.kind === 'delta' && last.part === part) (last as Merged).text += text;
    else this.events.push({ kind: 'delta', part, text });
  }
}
