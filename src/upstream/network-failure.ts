// What the HTTP client threw, as a Failure. The codes are those that Bun's fetch gives (tried against closed ports, dead
// names, bad certificates and resets; upstream/network-failure.test.ts repeats the trial).

import type { StopSignal } from '#base/stop.ts';
import { failure } from '#canonical/failure.ts';
import type { Failure, FailureCode } from '#canonical/failure.ts';

const REFUSED = new Set([
  'ConnectionRefused',
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'FailedToOpenSocket',
]);
const NAME = /ENOTFOUND|EAI_|DNS|getaddrinfo/i;
/** The body is not packed as its head says; Bun unpacks gzip, deflate, br and zstd. */
const PACKING = /^(?:Zlib|Brotli|Zstd)|DECOMPRESS/i;
const TLS = /CERT|TLS|SSL|SELF_SIGNED|ALTNAME|HANDSHAKE/i;

const MESSAGES = {
  upstream_unreachable:
    'The provider cannot be reached: the connection was refused or its name does not resolve.',
  upstream_tls: 'The TLS handshake with the provider failed.',
  upstream_reset: 'The provider closed the connection before it answered.',
  upstream_protocol: 'The answer of the provider is not packed in the way its head says.',
} as const satisfies Partial<Record<FailureCode, string>>;

/** `signal` is the attempt's own: when it was aborted, its reason is the failure and not the error it provoked. */
export function networkFailure(error: unknown, signal: StopSignal): Failure {
  if (signal.aborted) return abortReason(signal);
  const code = errorCode(error);
  const kind = classify(code);
  return failure(kind, MESSAGES[kind], { detail: code });
}

/** The Failure that an aborted signal carries. */
export function abortReason(signal: StopSignal): Failure {
  return isFailure(signal.reason) ? signal.reason : failure('client_gone', 'The call was given up.');
}

function classify(code: string): keyof typeof MESSAGES {
  if (REFUSED.has(code) || NAME.test(code)) return 'upstream_unreachable';
  if (PACKING.test(code)) return 'upstream_protocol';
  return TLS.test(code) ? 'upstream_tls' : 'upstream_reset';
}

function errorCode(error: unknown): string {
  if (typeof error !== 'object' || error === null) return 'unknown';
  if ('code' in error && typeof error.code === 'string') return error.code;
  return 'name' in error && typeof error.name === 'string' ? error.name : 'unknown';
}

function isFailure(value: unknown): value is Failure {
  return typeof value === 'object' && value !== null && 'code' in value && 'origin' in value;
}
