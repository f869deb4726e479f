// SHA-256 of text or bytes in hexadecimal.

/** The static form: a hasher object per call keeps the garbage collector busy for longer than the hash takes. */
export function sha256(data: string | Uint8Array): string {
  return Bun.CryptoHasher.hash('sha256', data, 'hex');
}
