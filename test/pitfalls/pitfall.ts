// A pitfall of providers' wires, and the tests that hold it: the file, and words of the title or of the row.

export interface Pitfall {
  readonly what: string;
  readonly tests: readonly (readonly [file: string, words: string])[];
}
