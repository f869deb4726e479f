// Every way an exchange can fail, in one table: who is to blame, whether it may be repeated, whose health it moves, and
// the HTTP status a client sees. Each client dialect maps the code to its own error shape; docs/errors.md is generated
// from this file. Classes and numbers: the failure catalogue in docs/errors.md names the situation behind each code.

import type { Json } from '#base/json.ts';

export type Origin = 'client' | 'gateway' | 'provider' | 'network';
export type Retry = 'no' | 'same-target' | 'other-target';
/** Whose health a failure moves. `credential`: that key is bad wherever it is used. */
export type HealthEffect = 'none' | 'target' | 'credential';

export interface Failure {
  readonly code: FailureCode;
  readonly origin: Origin;
  readonly retry: Retry;
  /** Do not ask again before this many milliseconds have passed. */
  readonly retryAfterMs?: number;
  /** For the client: one sentence, scrubbed of secrets, saying how to mend it where that is known. */
  readonly message: string;
  /** The HTTP status of the provider's answer, when there was one. */
  readonly upstreamStatus?: number;
  /** The path of the offending field in the client's own request, such as `messages[1].content`. */
  readonly field?: string;
  /** More for logs and records; scrubbed; bounded. */
  readonly detail?: Json;
  readonly cause?: Failure;
}

interface Rule {
  readonly origin: Origin;
  readonly retry: Retry;
  readonly health: HealthEffect;
  readonly status: number;
  readonly about: string;
  /**
   * Milliseconds after which the client may ask again, where the failure does not say it itself. Absent: what Clew tried
   * was all that was worth trying, and the client is told not to.
   */
  readonly comeBackMs?: number;
}

const client = (status: number, about: string): Rule => ({
  origin: 'client',
  retry: 'no',
  health: 'none',
  status,
  about,
});
const gateway = (status: number, about: string): Rule => ({
  origin: 'gateway',
  retry: 'no',
  health: 'none',
  status,
  about,
});
/** A state of the gateway's own that passes: nothing was tried, so the client may ask again. */
const passing = (comeBackMs: number, about: string): Rule => ({ ...gateway(503, about), comeBackMs });
const elsewhere = (origin: Origin, status: number, about: string): Rule => ({
  origin,
  retry: 'other-target',
  health: 'target',
  status,
  about,
});
const again = (origin: Origin, status: number, about: string): Rule => ({
  origin,
  retry: 'same-target',
  health: 'target',
  status,
  about,
});

export const FAILURES = {
  invalid_request: client(
    400,
    'The request is not valid in the language it is written in; `field` says where.',
  ),
  context_length_exceeded: client(400, 'The prompt is longer than the window of the model.'),
  content_filtered: client(
    400,
    'The provider refused the prompt for its content. Not routed around by default.',
  ),
  authentication: client(401, 'No key, or a key that Clew does not know.'),
  permission_denied: client(403, 'The key is known but may not do this.'),
  model_not_found: client(404, 'No model of this name; the message lists the nearest names.'),
  not_found: client(404, 'No such path or record.'),
  method_not_allowed: client(405, 'The path exists but not for this method.'),
  request_timeout: client(
    408,
    'The request body did not arrive in time, or the deadline of the exchange passed.',
  ),
  payload_too_large: client(413, 'The request body is larger than `server.body_limit`.'),
  unsupported_media_type: client(415, 'The body is compressed or not JSON.'),
  unsupported_feature: client(400, 'No candidate can do what the request needs; the message names it.'),
  idempotency_mismatch: client(422, 'The `idempotency-key` was used for another request within a day.'),
  upstream_rejected: client(
    400,
    'The provider says the request is wrong (its own 4xx); its status and its message are passed on.',
  ),
  client_gone: client(499, 'The client closed the connection; the call to the provider was aborted.'),
  superseded: gateway(
    499,
    'Another attempt of the same exchange was quicker and this one was given up. In records only.',
  ),

  upstream_auth: {
    ...elsewhere(
      'provider',
      502,
      'The provider refused the credential that Clew holds. Never shown as the caller’s 401.',
    ),
    health: 'credential',
  },
  upstream_quota: {
    ...elsewhere('provider', 503, 'The account behind the credential is out of money or quota.'),
    health: 'credential',
  },
  upstream_rate_limited: {
    ...again('provider', 429, 'The provider limits the rate; `retry-after` says for how long.'),
    health: 'none',
  },
  upstream_overloaded: again('provider', 503, 'The provider says that it is overloaded (503, 529).'),
  upstream_error: again(
    'provider',
    502,
    'The provider failed (5xx, 408, 409, 425, or an error inside its answer).',
  ),
  upstream_model_not_found: {
    ...elsewhere('provider', 404, 'The provider does not know the model of this target.'),
    health: 'none',
  },
  upstream_protocol: elsewhere(
    'provider',
    502,
    'The answer is not what the dialect prescribes: HTML, empty, a redirect, malformed.',
  ),
  upstream_runaway: elsewhere('provider', 502, 'The answer outgrew the limit on bytes or on one line.'),
  upstream_unreachable: elsewhere('network', 502, 'No connection: refused, or the name does not resolve.'),
  upstream_tls: elsewhere('network', 502, 'The TLS handshake failed. Verification is never weakened.'),
  upstream_reset: again('network', 502, 'The connection was reset before the answer began.'),
  connect_timeout: elsewhere('network', 504, 'No connection within `connect_limit`.'),
  first_content_timeout: elsewhere(
    'provider',
    504,
    'No content within `first_content_limit`. Never repeated on the same target.',
  ),
  stream_cut: again('network', 502, 'The answer broke off without its end.'),
  stream_stalled: elsewhere('provider', 504, 'No content for `silence_limit` in the middle of the answer.'),

  deadline_exceeded: gateway(408, 'The deadline of the whole exchange passed.'),
  no_target_available: gateway(
    503,
    'No target of the model can be tried now; `detail` lists each with its reason.',
  ),
  accounting_unavailable: passing(
    5_000,
    'The journal cannot be written, so nothing that costs money is started; or the records cannot be read.',
  ),
  overloaded: passing(
    1_000,
    'Clew itself has more work than it accepts, or all targets have as many calls as they take and waiting is of no use.',
  ),
  shutting_down: passing(1_000, 'Clew is draining before a stop.'),
  internal: gateway(500, 'A bug in Clew. The log has the details under the generation id.'),
} as const satisfies Record<string, Rule>;

export type FailureCode = keyof typeof FAILURES;

export interface FailureMore {
  readonly retry?: Retry;
  readonly retryAfterMs?: number | undefined;
  readonly upstreamStatus?: number | undefined;
  readonly field?: string | undefined;
  readonly detail?: Json | undefined;
  readonly cause?: Failure | undefined;
}

/** What `more` leaves out comes from the table; `more.retry` overrides it where the provider itself says so. */
export function failure(code: FailureCode, message: string, more: FailureMore = {}): Failure {
  const rule: Rule = FAILURES[code];
  const retryAfterMs = more.retryAfterMs ?? rule.comeBackMs;
  return {
    code,
    origin: rule.origin,
    retry: more.retry ?? rule.retry,
    message,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(more.upstreamStatus === undefined ? {} : { upstreamStatus: more.upstreamStatus }),
    ...(more.field === undefined ? {} : { field: more.field }),
    ...(more.detail === undefined ? {} : { detail: more.detail }),
    ...(more.cause === undefined ? {} : { cause: more.cause }),
  };
}

export function statusOf(code: FailureCode): number {
  return FAILURES[code].status;
}

/** Statuses that speak of Clew's credential, never of the caller's. */
const NOT_FOR_CALLERS: ReadonlySet<number> = new Set([401, 403, 407]);

/** The HTTP status for the client: a provider that calls the request wrong says best in which way. */
export function clientStatusOf({ code, upstreamStatus = 0 }: Failure): number {
  const blames = upstreamStatus >= 400 && upstreamStatus < 500 && !NOT_FOR_CALLERS.has(upstreamStatus);
  return code === 'upstream_rejected' && blames ? upstreamStatus : statusOf(code);
}

/** Whether the client should ask again; see `Rule.comeBackMs`. */
export function mayComeBack(code: FailureCode): boolean {
  const rule: Rule = FAILURES[code];
  return rule.comeBackMs !== undefined;
}

export function healthEffectOf(code: FailureCode): HealthEffect {
  return FAILURES[code].health;
}

export function isFailureCode(text: string): text is FailureCode {
  return Object.hasOwn(FAILURES, text);
}
