// SHA-256 of text in hexadecimal.

/** The static form: a hasher object per call keeps the garbage collector busy for longer than the hash takes. */
export function sha256(text: string): string {
  return Bun.CryptoHasher.hash('sha256', text, 'hex');
}
