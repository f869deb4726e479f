// The credential of a call, and the header that carries it.

import type { Draw } from '#base/random.ts';
import type { AmbientScheme, AuthScheme } from '#providers/entry.ts';
import type { Credential, Target } from '#providers/target.ts';

/** By weight; undefined when the target needs none. */
export function pickCredential(target: Target, draw: Draw): Credential | undefined {
  const { credentials } = target;
  if (credentials.length <= 1) return credentials[0];
  let total = 0;
  for (const credential of credentials) total += credential.weight;
  let left = draw() * total;
  for (const credential of credentials) {
    left -= credential.weight;
    if (left < 0) return credential;
  }
  return credentials.at(-1);
}

/** On the spot. What takes a wait is done by upstream/cloud/cloud-auth.ts. */
export function authorise(
  headers: Record<string, string>,
  auth: Exclude<AuthScheme, AmbientScheme>,
  credential: Credential | undefined,
): void {
  if (credential === undefined || auth.scheme === 'none') return;
  if (auth.scheme === 'bearer') headers['authorization'] = `Bearer ${credential.secret.reveal()}`;
  else headers[auth.header] = credential.secret.reveal();
}
