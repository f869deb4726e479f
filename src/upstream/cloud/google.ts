// Access tokens of Google: for a service account's key, for workload identity, or whatever credentials the machine has. The
// library is loaded when the first such call is made. All its calls go through one fetch with a bound.

import type { AuthClient, ExternalAccountClientOptions } from 'google-auth-library';

import type { Clock } from '#base/clock.ts';
import { isObject, parseJson } from '#base/json.ts';
import { TokenCache } from './token-cache.ts';
import type { Fresh } from './token-cache.ts';

export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';
/** One call of a token service or of the machine's metadata. */
const CALL_MS_MAX = 5_000;
/** Asked again after this long where the library does not say when the token expires. */
const ASK_AGAIN_MS = 600_000;

export class GoogleTokens {
  readonly #clock: Clock;
  readonly #fetch: Fetch;
  readonly #cache: TokenCache<string>;

  constructor(clock: Clock, fetcher: Fetch = fetch) {
    this.#clock = clock;
    this.#fetch = fetcher;
    this.#cache = new TokenCache(clock);
  }

  /** `keyFile` is the JSON of a service account or of a workload identity; without it, what the machine has. */
  token(id: string, keyFile: string | undefined, signal: AbortSignal): Promise<string> {
    return this.#cache.get(id, (bound) => this.#renew(keyFile, bound), signal);
  }

  forget(id: string): void {
    this.#cache.forget(id);
  }

  async #renew(keyFile: string | undefined, bound: AbortSignal): Promise<Fresh<string>> {
    const bounded: Fetch = (input, init) => {
      const signal = AbortSignal.any([bound, AbortSignal.timeout(CALL_MS_MAX)]);
      return this.#fetch(input, { ...init, signal });
    };
    const client = await clientFor(keyFile, bounded as typeof fetch);
    const { token } = await client.getAccessToken();
    if (typeof token !== 'string' || token === '') throw new Error('the token service gave no token');
    const expiry = client.credentials.expiry_date;
    return { value: token, expiresAtMs: expiry ?? this.#clock.wallMs() + ASK_AGAIN_MS };
  }
}

/** The library’s exchange of a workload's token has a fetch of its own: that one is bounded by the cache alone. */
async function clientFor(
  keyFile: string | undefined,
  fetchImplementation: typeof fetch,
): Promise<AuthClient> {
  const { ExternalAccountClient, GoogleAuth, JWT } = await import('google-auth-library');
  const transporterOptions = { fetchImplementation, retry: false };
  if (keyFile === undefined) {
    return new GoogleAuth({ scopes: SCOPE, clientOptions: { transporterOptions } }).getClient();
  }
  const parsed = parseJson(keyFile);
  const fields = isObject(parsed) ? parsed : {};
  const { client_email: email, private_key: key } = fields;
  if (fields['type'] === 'service_account' && typeof email === 'string' && typeof key === 'string') {
    return new JWT({ email, key, scopes: [SCOPE], transporterOptions });
  }
  const options = {
    ...fields,
    scopes: [SCOPE],
    transporterOptions,
  } as unknown as ExternalAccountClientOptions;
  const external = fields['type'] === 'external_account' ? ExternalAccountClient.fromJSON(options) : null;
  if (external === null)
    throw new Error('the secret is not the JSON of a service account or of a workload identity');
  return external;
}
