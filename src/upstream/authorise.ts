// The header that carries the credential of a call.

import type { AmbientScheme, AuthScheme } from '#providers/entry.ts';
import type { Credential } from '#providers/target.ts';

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
