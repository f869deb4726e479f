// AWS Signature 4, with a key pair or with the credentials that the machine has: environment, shared files, web identity,
// container, instance. The SDK's packages are loaded when the first such call is made; nobody else pays for them.

import type { Clock } from '#base/clock.ts';
import type { AuthScheme } from '#providers/entry.ts';
import { TokenCache } from './token-cache.ts';
import type { Fresh } from './token-cache.ts';

export interface KeyPair {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface UnsignedCall {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

type Sigv4 = Extract<AuthScheme, { readonly scheme: 'aws-sigv4' }>;

/** Asked again after this long where the machine does not say when its credentials expire. */
const ASK_AGAIN_MS = 3_600_000;
/** One call of a token service or of the machine's metadata. */
const CALL_MS_MAX = 5_000;
const RETRIES_MAX = 2;
const KEY_PAIR = /^([A-Z0-9]{16,128}):([^:\s]+)(?::([^:\s]+))?$/;

/** `ACCESS_KEY_ID:SECRET_ACCESS_KEY`, with `:SESSION_TOKEN` where there is one. Undefined for anything else. */
export function readKeyPair(secret: string): KeyPair | undefined {
  const [, accessKeyId, secretAccessKey, sessionToken] = KEY_PAIR.exec(secret) ?? [];
  if (accessKeyId === undefined || secretAccessKey === undefined) return undefined;
  return { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) };
}

export class AwsSigner {
  readonly #clock: Clock;
  readonly #cache: TokenCache<KeyPair>;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#cache = new TokenCache(clock);
  }

  /** The headers of the call with those of its signature. */
  async sign(
    call: UnsignedCall,
    auth: Sigv4,
    keys: KeyPair | undefined,
    signal: AbortSignal,
  ): Promise<Record<string, string>> {
    const credentials =
      keys ?? (await this.#cache.get('machine', () => this.#fromMachine(auth.region), signal));
    const { SignatureV4 } = await import('@smithy/signature-v4');
    const { service, region } = auth;
    const signer = new SignatureV4({ credentials, service, region, sha256: Sha256 });
    const { protocol, hostname, port, host, pathname, searchParams } = new URL(call.url);
    const signed = await signer.sign(
      {
        method: 'POST',
        protocol,
        hostname,
        ...(port === '' ? {} : { port: Number(port) }),
        // As it stands on the wire: the signature encodes it once more, as AWS does for all services but S3.
        path: pathname,
        query: Object.fromEntries(searchParams),
        headers: { ...call.headers, host },
        body: call.body,
      },
      { signingDate: new Date(this.#clock.wallMs()) },
    );
    // The HTTP client writes the host itself.
    const { host: _host, ...headers } = signed.headers;
    return headers;
  }

  /** The provider refused the credentials: the machine is asked again. */
  forget(): void {
    this.#cache.forget('machine');
  }

  async #fromMachine(region: string): Promise<Fresh<KeyPair>> {
    const { defaultProvider } = await import('@aws-sdk/credential-provider-node');
    // A provider of its own for each renewal, since it keeps what it found.
    const provide = defaultProvider({
      timeout: CALL_MS_MAX,
      maxRetries: RETRIES_MAX,
      clientConfig: {
        region,
        maxAttempts: RETRIES_MAX + 1,
        requestHandler: {
          requestTimeout: CALL_MS_MAX,
          connectionTimeout: CALL_MS_MAX,
          throwOnRequestTimeout: true,
        },
      },
    });
    const found = await provide();
    const { accessKeyId, secretAccessKey, sessionToken, expiration } = found;
    return {
      value: { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) },
      expiresAtMs: expiration?.getTime() ?? this.#clock.wallMs() + ASK_AGAIN_MS,
    };
  }
}

type Bytes = string | ArrayBuffer | ArrayBufferView;

/** The hash that the signature asks for; with a secret it is an HMAC. */
class Sha256 {
  readonly #secret: Bytes | undefined;
  #hasher: Bun.CryptoHasher;

  constructor(secret?: Bytes) {
    this.#secret = secret;
    this.#hasher = hasher(secret);
  }

  update(data: Bytes): void {
    this.#hasher.update(data as Bun.BlobOrStringOrBuffer);
  }

  digest(): Promise<Uint8Array> {
    return Promise.resolve(new Uint8Array(this.#hasher.digest()));
  }

  reset(): void {
    this.#hasher = hasher(this.#secret);
  }
}

function hasher(secret: Bytes | undefined): Bun.CryptoHasher {
  if (secret === undefined) return new Bun.CryptoHasher('sha256');
  return new Bun.CryptoHasher('sha256', secret as string | NodeJS.TypedArray);
}
