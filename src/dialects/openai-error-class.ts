// Which of our failures an error is: by what it says, then by its status. The first rule that fits decides.
// Content goes before status because statuses lie: bad keys come as 400, overflow as 500, no money as 429.

import type { FailureCode, Retry } from '#canonical/failure.ts';
import type { ErrorFacts } from './openai-error-object.ts';

export interface ErrorClass {
  readonly code: FailureCode;
  readonly retry?: Retry;
}

interface Rule extends ErrorClass {
  /** Statuses to which the words apply; all but 429 when absent. */
  readonly within?: readonly number[];
  readonly codes?: readonly string[];
  readonly says?: RegExp;
}

const OVERFLOW =
  /maximum context length|context length exceeded|max context length|context window|prompt (?:is )?too long|input (?:is )?too long|too many (?:prompt )?tokens|exceeds? the maximum number of tokens|input token count|length of all messages is too long|reduce the length of/;

const CONTENT_RULES: readonly Rule[] = [
  {
    code: 'context_length_exceeded',
    codes: ['context_length_exceeded', 'too_many_prompt_tokens', 'max_tokens_per_request', '1261'],
    says: OVERFLOW,
  },
  {
    code: 'content_filtered',
    codes: [
      'content_filter',
      'responsibleaipolicyviolation',
      'content_policy_violation',
      'moderation_blocked',
      '1301',
    ],
    says: /violates? (?:our |the )?(?:usage|content) (?:guidelines|polic)|content management policy|was flagged|input was rejected by the safety/,
  },
  {
    code: 'upstream_quota',
    codes: [
      'insufficient_quota',
      'billing_error',
      'billing_hard_limit_reached',
      'payment_required',
      '1113',
      'credits_exhausted',
    ],
    says: /insufficient (?:balance|credits?|quota|funds)|exceeded your current quota|out of credits|key limit exceeded|more credits|credit balance is too low/,
    within: [400, 402, 403, 429],
  },
  {
    code: 'upstream_auth',
    codes: ['invalid_api_key', 'api_key_invalid', 'authentication_error', 'invalid_authentication'],
    says: /(?:incorrect|invalid|no) api key|api key (?:not valid|is invalid|provided is)|authentication fail/,
    within: [400, 401, 403],
  },
  // Sampling noise: the same model may do better at once.
  { code: 'upstream_error', codes: ['tool_use_failed'], retry: 'same-target' },
  {
    code: 'upstream_rate_limited',
    codes: [
      'rate_limit_exceeded',
      'ratelimitreached',
      'rate_limit_error',
      'too_many_requests',
      '1302',
      '1305',
    ],
    within: [413, 429, 500, 503],
  },
  {
    code: 'upstream_model_not_found',
    codes: ['model_not_found', 'deploymentnotfound', 'model_decommissioned', 'model_not_available', '1211'],
    says: /model .{0,80}(?:does not exist|not found|was deprecated|has been (?:deprecated|decommissioned|removed))|no endpoints found for|not a valid model/,
    within: [400, 403, 404, 410, 422],
  },
  // A feature that this model or endpoint lacks: another target may have it.
  {
    code: 'upstream_rejected',
    says: /not supported|no endpoints found that support/,
    within: [404],
    retry: 'other-target',
  },
  {
    code: 'upstream_overloaded',
    codes: ['overloaded_error', 'overloaded'],
    says: /overloaded/,
    within: [500, 502, 503],
  },
];

const STATUSES: ReadonlyMap<number, ErrorClass> = new Map<number, ErrorClass>([
  [401, { code: 'upstream_auth' }],
  [402, { code: 'upstream_quota' }],
  [403, { code: 'upstream_auth' }],
  [404, { code: 'upstream_model_not_found' }],
  [408, { code: 'upstream_error' }],
  [409, { code: 'upstream_error' }],
  // Too large for this provider or tier; another may take it.
  [413, { code: 'upstream_rejected', retry: 'other-target' }],
  [424, { code: 'upstream_overloaded' }],
  [425, { code: 'upstream_error' }],
  [429, { code: 'upstream_rate_limited' }],
  [498, { code: 'upstream_overloaded' }],
  [499, { code: 'upstream_error' }],
  [503, { code: 'upstream_overloaded' }],
  [529, { code: 'upstream_overloaded' }],
]);

export function classify(status: number | undefined, facts: ErrorFacts): ErrorClass {
  const message = facts.message.toLowerCase();
  if (facts.moderated) return { code: 'content_filtered' };
  return CONTENT_RULES.find((rule) => fits(rule, status, facts.codes, message)) ?? classOfStatus(status);
}

export function classOfStatus(status: number | undefined): ErrorClass {
  // An error inside an answer that names no status: something broke.
  if (status === undefined || status >= 500) return STATUSES.get(status ?? 0) ?? { code: 'upstream_error' };
  if (status >= 400) return STATUSES.get(status) ?? { code: 'upstream_rejected' };
  return { code: 'upstream_protocol' };
}

function fits(rule: Rule, status: number | undefined, codes: readonly string[], message: string): boolean {
  const inside =
    status === undefined || (rule.within === undefined ? status !== 429 : rule.within.includes(status));
  if (!inside) return false;
  return codes.some((code) => rule.codes?.includes(code) === true) || rule.says?.test(message) === true;
}
