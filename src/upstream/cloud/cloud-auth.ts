// Authorisation that takes a wait: signatures, and tokens of clouds. Everything else is done by upstream/authorise.ts on the
// spot.

import { readFile } from 'node:fs/promises';

import type { Clock } from '#base/clock.ts';
import { failure } from '#canonical/failure.ts';
import type { Failure } from '#canonical/failure.ts';
import { scrub } from '#canonical/scrub.ts';
import type { AmbientScheme } from '#providers/entry.ts';
import type { Credential } from '#providers/target.ts';
import { abortReason } from '../network-failure.ts';
import { AwsSigner, readKeyPair } from './aws.ts';
import type { UnsignedCall } from './aws.ts';
import { EntraTokens } from './entra.ts';
import type { EntraPorts } from './entra.ts';
import { GoogleTokens } from './google.ts';
import type { Fetch } from './google.ts';

export interface CloudCall extends UnsignedCall {
  /** Changed: what authorises the call is added. */
  readonly headers: Record<string, string>;
  readonly provider: string;
}

export interface CloudPorts extends Partial<EntraPorts> {
  readonly fetch?: Fetch;
}

export class CloudAuth {
  readonly #aws: AwsSigner;
  readonly #google: GoogleTokens;
  readonly #entra: EntraTokens;

  constructor(clock: Clock, { fetch: fetcher, ...ports }: CloudPorts = {}) {
    this.#aws = new AwsSigner(clock);
    this.#google = new GoogleTokens(clock, fetcher);
    this.#entra = new EntraTokens(clock, {
      env: process.env,
      readFile: (path) => readFile(path, 'utf8'),
      ...ports,
    });
  }

  /** Undefined when the call may go. Never rejects; stops waiting when `signal` is aborted. */
  async authorise(
    call: CloudCall,
    auth: AmbientScheme,
    credential: Credential | undefined,
    signal: AbortSignal,
  ): Promise<Failure | undefined> {
    try {
      await this.#add(call, auth, credential, signal);
      return undefined;
    } catch (error) {
      return signal.aborted ? abortReason(signal) : refused(error);
    }
  }

  /** The provider refused the credential: a token that it no longer knows is not used again. */
  refused(auth: AmbientScheme, provider: string, credential: Credential | undefined): void {
    const key = keyOf(auth, provider, credential);
    if (auth.scheme === 'aws-sigv4') this.#aws.forget();
    else if (auth.scheme === 'google') this.#google.forget(key);
    else this.#entra.forget(key);
  }

  async #add(
    call: CloudCall,
    auth: AmbientScheme,
    credential: Credential | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    const id = keyOf(auth, call.provider, credential);
    const secret = credential?.secret.reveal();
    if (auth.scheme === 'google')
      call.headers['authorization'] = bearer(await this.#google.token(id, secret, signal));
    else if (auth.scheme === 'entra') {
      call.headers['authorization'] = bearer(await this.#entra.token(id, auth, secret, signal));
    } else {
      const keys = secret === undefined ? undefined : readKeyPair(secret);
      // A secret that is no key pair is an API key of the service.
      if (secret !== undefined && keys === undefined) call.headers['authorization'] = bearer(secret);
      else Object.assign(call.headers, await this.#aws.sign(call, auth, keys, signal));
    }
  }
}

/** A reload may put another secret or tenant under the same id: its token is another one. */
function keyOf(auth: AmbientScheme, provider: string, credential: Credential | undefined): string {
  const said = JSON.stringify(auth) + (credential?.secret.reveal() ?? '');
  return `${credential?.id ?? provider} ${Bun.hash(said).toString(36)}`;
}

function bearer(token: string): string {
  return `Bearer ${token}`;
}

function refused(error: unknown): Failure {
  const detail = error instanceof Error ? error.message : String(error);
  const message = 'There are no credentials for the provider: neither configured nor of the machine.';
  return failure('upstream_auth', message, { detail: scrub(detail) });
}
