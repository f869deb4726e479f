// A failure as OpenRouter's clients read one: `code` is the HTTP status as a number, and a word says the kind. Its client
// repeats every 5xx for up to an hour, so what does not pass by itself is told as a 4xx.
// Source: openrouter.ai/docs, errors and debugging; what @openrouter/sdk 1.3.19 accepts.

import type { JsonObject } from '#base/json.ts';
import { clientStatusOf } from '#canonical/failure.ts';
import type { Failure, FailureCode } from '#canonical/failure.ts';
import type { EncodedFailure } from './dialect.ts';
import { encodeFailure as encodeOpenAi } from './openai-failures.ts';

interface Told {
  readonly status?: number;
  readonly kind: string;
}

/** The status is that of the code's rule, where none stands here. */
const TOLD: Readonly<Record<FailureCode, Told>> = {
  invalid_request: { kind: 'invalid_request' },
  context_length_exceeded: { kind: 'context_length_exceeded' },
  content_filtered: { kind: 'content_policy_violation' },
  authentication: { kind: 'authentication' },
  permission_denied: { kind: 'permission_denied' },
  model_not_found: { status: 400, kind: 'invalid_request' },
  not_found: { kind: 'not_found' },
  method_not_allowed: { kind: 'invalid_request' },
  idempotency_mismatch: { kind: 'unprocessable' },
  request_timeout: { kind: 'timeout' },
  payload_too_large: { kind: 'payload_too_large' },
  unsupported_media_type: { status: 422, kind: 'unprocessable' },
  // There it means that no endpoint of the model can do it.
  unsupported_feature: { status: 404, kind: 'not_found' },
  upstream_rejected: { kind: 'invalid_request' },
  client_gone: { kind: 'unmapped' },
  // Only the operator can mend these two.
  upstream_auth: { status: 404, kind: 'not_found' },
  upstream_quota: { status: 402, kind: 'payment_required' },
  upstream_rate_limited: { kind: 'rate_limit_exceeded' },
  upstream_overloaded: { kind: 'provider_overloaded' },
  upstream_error: { kind: 'provider_unavailable' },
  upstream_model_not_found: { kind: 'not_found' },
  upstream_protocol: { kind: 'provider_unavailable' },
  upstream_runaway: { kind: 'provider_unavailable' },
  upstream_unreachable: { kind: 'provider_unavailable' },
  upstream_tls: { kind: 'provider_unavailable' },
  upstream_reset: { kind: 'provider_unavailable' },
  connect_timeout: { status: 524, kind: 'timeout' },
  first_content_timeout: { status: 524, kind: 'timeout' },
  stream_cut: { kind: 'provider_unavailable' },
  stream_stalled: { status: 524, kind: 'timeout' },
  deadline_exceeded: { kind: 'timeout' },
  no_target_available: { kind: 'provider_overloaded' },
  accounting_unavailable: { kind: 'provider_overloaded' },
  overloaded: { kind: 'provider_overloaded' },
  shutting_down: { kind: 'provider_overloaded' },
  superseded: { kind: 'server' },
  internal: { kind: 'server' },
};

/** Its clients have a class for each of these. */
export const KNOWN_STATUSES: ReadonlySet<number> = new Set([
  400, 401, 402, 403, 404, 408, 413, 422, 429, 500, 502, 503, 524, 529,
]);

export function encodeFailure(problem: Failure): EncodedFailure {
  const { headers } = encodeOpenAi(problem);
  const error = errorObject(problem);
  return { status: error.code, headers, body: { error } };
}

export interface ErrorObject extends JsonObject {
  readonly code: number;
}

/** `metadata` is left out or has a kind. */
export function errorObject(problem: Failure): ErrorObject {
  const { status, kind } = TOLD[problem.code];
  const code = status ?? clientStatusOf(problem);
  return { code, message: messageOf(problem), metadata: { error_type: kind, clew_code: problem.code } };
}

/** Programs look for these words. */
function messageOf({ code, message }: Failure): string {
  if (code === 'model_not_found')
    return message.replace(/^No model `([^`]*)`\./, '$1 is not a valid model ID.');
  if (code === 'unsupported_feature') return `No endpoints found. ${message}`;
  return message;
}
