// Access tokens of Microsoft Entra, by plain OAuth 2: a client's secret, a federated token of a workload, or the identity of the
// machine. Three calls of a few lines; the official library brings 43 packages and 52 MB for them.
// Sources: learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow,
// learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token,
// learn.microsoft.com/azure/app-service/overview-managed-identity#rest-endpoint-reference.

import { asString, isObject, parseJson } from '#base/json.ts';
import type { Json } from '#base/json.ts';
import type { Clock } from '#base/clock.ts';
import type { AuthScheme } from '#providers/entry.ts';
import { TokenCache } from './token-cache.ts';
import type { Fresh } from './token-cache.ts';

export type Entra = Extract<AuthScheme, { readonly scheme: 'entra' }>;
export type Environment = Readonly<Record<string, string | undefined>>;

const LOGIN = 'https://login.microsoftonline.com';
const METADATA = 'http://169.254.169.254';
const CALL_MS_MAX = 5_000;
const ANSWER_LENGTH_MAX = 64 * 1024;
const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

export interface EntraPorts {
  readonly env: Environment;
  readonly readFile: (path: string) => Promise<string>;
  /** Where the machine's metadata is; another in tests. */
  readonly metadataUrl?: string;
}

interface Asked {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly form?: Readonly<Record<string, string>>;
}

export class EntraTokens {
  readonly #clock: Clock;
  readonly #ports: EntraPorts;
  readonly #cache: TokenCache<string>;

  constructor(clock: Clock, ports: EntraPorts) {
    this.#clock = clock;
    this.#ports = ports;
    this.#cache = new TokenCache(clock);
  }

  token(id: string, auth: Entra, secret: string | undefined, signal: AbortSignal): Promise<string> {
    return this.#cache.get(id, (bound) => this.#renew(auth, secret, bound), signal);
  }

  forget(id: string): void {
    this.#cache.forget(id);
  }

  async #renew(auth: Entra, secret: string | undefined, bound: AbortSignal): Promise<Fresh<string>> {
    const asked = await this.#question(auth, secret);
    const signal = AbortSignal.any([bound, AbortSignal.timeout(CALL_MS_MAX)]);
    const response = await fetch(asked.url, {
      method: asked.form === undefined ? 'GET' : 'POST',
      ...(asked.form === undefined ? {} : { body: new URLSearchParams(asked.form) }),
      ...(asked.headers === undefined ? {} : { headers: asked.headers }),
      redirect: 'manual',
      signal,
    });
    const text = (await response.text()).slice(0, ANSWER_LENGTH_MAX);
    const body = parseJson(text);
    const token = isObject(body) ? asString(body['access_token']) : undefined;
    if (!isObject(body) || token === undefined) throw new Error(complaint(response.status, body));
    return { value: token, expiresAtMs: this.#expiry(body) };
  }

  /** `expires_in` in seconds, or `expires_on` as seconds since 1970; both may be texts. */
  #expiry(body: Readonly<Record<string, unknown>>): number {
    const seconds = Number(body['expires_in']);
    const moment = Number(body['expires_on']);
    if (Number.isFinite(seconds) && seconds > 0) return this.#clock.wallMs() + seconds * 1_000;
    return Number.isFinite(moment) && moment > 0 ? moment * 1_000 : this.#clock.wallMs();
  }

  async #question(auth: Entra, secret: string | undefined): Promise<Asked> {
    const { env } = this.#ports;
    const tenant = auth.tenant ?? env['AZURE_TENANT_ID'];
    const client = auth.client ?? env['AZURE_CLIENT_ID'];
    const known = secret ?? env['AZURE_CLIENT_SECRET'];
    const file = env['AZURE_FEDERATED_TOKEN_FILE'];
    if (tenant !== undefined && client !== undefined) {
      if (known !== undefined)
        return this.#login(tenant, { client_id: client, client_secret: known }, auth.scope);
      if (file !== undefined) {
        const assertion = (await this.#ports.readFile(file)).trim();
        const proof = { client_assertion: assertion, client_assertion_type: ASSERTION_TYPE };
        return this.#login(tenant, { client_id: client, ...proof }, auth.scope);
      }
    }
    if (secret !== undefined) throw new Error('a client’s secret needs `tenant` and `client` beside it');
    return this.#machine(auth.scope, client);
  }

  #login(tenant: string, proof: Readonly<Record<string, string>>, scope: string): Asked {
    const base = (this.#ports.env['AZURE_AUTHORITY_HOST'] ?? LOGIN).replace(/\/+$/, '');
    const url = `${base}/${encodeURIComponent(tenant)}/oauth2/v2.0/token`;
    return { url, form: { grant_type: 'client_credentials', scope, ...proof } };
  }

  /** The identity of an app service, or of a virtual machine. */
  #machine(scope: string, client: string | undefined): Asked {
    const { env, metadataUrl = METADATA } = this.#ports;
    const query = new URLSearchParams({ resource: scope.replace(/\/\.default$/, '') });
    if (client !== undefined) query.set('client_id', client);
    const endpoint = env['IDENTITY_ENDPOINT'];
    const proof = env['IDENTITY_HEADER'];
    if (endpoint !== undefined && proof !== undefined) {
      query.set('api-version', '2019-08-01');
      return { url: `${endpoint}?${query.toString()}`, headers: { 'x-identity-header': proof } };
    }
    query.set('api-version', '2018-02-01');
    return {
      url: `${metadataUrl}/metadata/identity/oauth2/token?${query.toString()}`,
      headers: { metadata: 'true' },
    };
  }
}

function complaint(status: number, body: Json | undefined): string {
  const said = isObject(body) ? (asString(body['error_description']) ?? asString(body['error'])) : undefined;
  return `the token service answered ${status}${said === undefined ? '' : `: ${said}`}`;
}
