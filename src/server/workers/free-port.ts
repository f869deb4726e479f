// Workers share their address, and so would a stranger who asked the kernel for the same: the supervisor looks first.

import { err, ok } from '#base/result.ts';
import type { Result } from '#base/result.ts';
import type { Address } from '#config/snapshot.ts';

/** An error says why nobody can listen there, or why several cannot. */
export function whyNotFree({ host, port }: Address): Result<void, string> {
  if (port === 0) return err('several workers need a port that is known: write --listen HOST:PORT');
  try {
    Bun.listen({ hostname: host, port, exclusive: true, socket: { data() {} } }).stop(true);
    return ok(undefined);
  } catch (error) {
    return err(`${host}:${port} is not free: ${error instanceof Error ? error.message : String(error)}`);
  }
}
