// Who is calling. Keys are looked up by their digest, so the time a check takes says nothing about how near a guess was,
// and the map holds no key in clear.

import { sha256 } from '#base/digest.ts';
import { err, ok } from '#base/result.ts';
import type { Result } from '#base/result.ts';
import type { Secret } from '#base/secret.ts';
import { failure } from '#canonical/failure.ts';
import type { Failure } from '#canonical/failure.ts';
import type { Priority } from '#canonical/priority.ts';

export interface Key {
  readonly name: string;
  readonly secret: Secret;
  /** Models this key may ask for; absent means all. */
  readonly models?: readonly string[];
  /** For whom the holder works; policies may ask for it. */
  readonly tenant?: string;
  /** The class of its requests, and the highest that they may ask for. */
  readonly priority?: Priority;
}

export interface Caller {
  /** Name of the key; null where none is asked for. */
  readonly key: string | null;
  readonly tenant?: string | undefined;
  readonly priority?: Priority | undefined;
  readonly allows: (model: string) => boolean;
}

const ANYONE: Caller = { key: null, allows: () => true };

export class Keyring {
  readonly #callers = new Map<string, Caller>();

  constructor(keys: readonly Key[]) {
    for (const { name, secret, models, tenant, priority } of keys) {
      const allowed = models === undefined ? undefined : new Set(models);
      this.#callers.set(sha256(secret.reveal()), {
        key: name,
        tenant,
        priority,
        allows: (model) => allowed === undefined || allowed.has(model),
      });
    }
  }

  /** With no key defined anyone may call: the configuration allows that on loopback only. */
  admit(header: (name: string) => string | undefined): Result<Caller, Failure> {
    if (this.#callers.size === 0) return ok(ANYONE);
    const presented = presentedKey(header);
    if (presented === undefined) {
      return err(
        failure('authentication', 'No key. Send `Authorization: Bearer <key>` with a key of this gateway.'),
      );
    }
    const caller = this.#callers.get(sha256(presented));
    if (caller !== undefined) return ok(caller);
    return err(
      failure(
        'authentication',
        'This key is not known here. Keys of providers are not keys of this gateway.',
      ),
    );
  }
}

/** One way to a key for all header styles, so that none can go round a restriction. */
function presentedKey(header: (name: string) => string | undefined): string | undefined {
  const authorization = header('authorization');
  if (authorization !== undefined) {
    const bearer = /^bearer\s+(\S+)\s*$/i.exec(authorization)?.[1];
    if (bearer !== undefined) return bearer;
  }
  return header('x-api-key') ?? header('x-goog-api-key');
}
