// A text that comes in thousands of pieces. It is held as text: what `+=` builds is a tree of the pieces, which costs some
// sixty bytes for each of them until somebody reads it, ten times the text of an answer that comes word by word.

/** So many stay apart until they are joined. */
const PIECES_MAX = 32;

export class TextSoFar {
  length = 0;
  readonly #pieces: string[] = [];
  /** What came before the pieces, in order; joined only when all is read, so that no character moves often. */
  #stretches: string[] | undefined;

  add(piece: string): void {
    if (piece === '') return;
    this.length += piece.length;
    this.#pieces.push(piece);
    if (this.#pieces.length === PIECES_MAX) this.#join();
  }

  /** All of it. */
  read(): string {
    this.#join();
    const whole = this.#stretches?.join('') ?? '';
    this.#stretches = whole === '' ? undefined : [whole];
    return whole;
  }

  /** What `whole` says beyond it; nothing where `whole` does not begin with it. */
  restOf(whole: string): string {
    return whole.length > this.length && whole.startsWith(this.read()) ? whole.slice(this.length) : '';
  }

  #join(): void {
    if (this.#pieces.length === 0) return;
    (this.#stretches ??= []).push(this.#pieces.join(''));
    this.#pieces.length = 0;
  }
}
