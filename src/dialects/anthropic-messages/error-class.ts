// Which of our failures an error is: by what it says, then by its word, then by its status. The first rule that fits
// decides. Sources: platform.claude.com/docs/en/api/errors, docs.aws.amazon.com/bedrock (InvokeModel, errors),
// cloud.google.com/apis/design/errors.

import type { FailureCode, Retry } from '#canonical/failure.ts';

export interface ErrorClass {
  readonly code: FailureCode;
  readonly retry?: Retry;
}

interface Rule extends ErrorClass {
  readonly says: RegExp;
  /** Statuses to which the words apply; all but 429 when absent. */
  readonly within?: readonly number[];
}

const CONTENT_RULES: readonly Rule[] = [
  {
    code: 'context_length_exceeded',
    says: /prompt is too long|input is too long|input tokens exceeded|exceeds? (?:the )?(?:model's )?(?:maximum )?context|maximum context length|context window|exceed context limit|too many input tokens/,
    // Nobody else is asked after it, so an outage that speaks of it must not hide behind it.
    within: [400, 413, 422],
  },
  { code: 'content_filtered', says: /content filtering policy|blocked by (?:our )?content|usage polic/ },
  {
    code: 'upstream_quota',
    says: /credit balance is too low|insufficient (?:balance|credits?|quota|funds)|usage limits|spend limit|exceeded your current quota/,
    within: [400, 402, 403, 429],
  },
  {
    code: 'upstream_auth',
    says: /(?:invalid|incorrect|missing) (?:x-api-key|api[ -]key|bearer token)|api key (?:not valid|is invalid)|security token .{0,40}(?:invalid|expired)/,
    within: [400, 401, 403],
  },
  {
    code: 'upstream_model_not_found',
    says: /^model: \S+$|model identifier is invalid|model .{0,80}(?:does not exist|not found|was not found|has been (?:deprecated|retired))/,
    within: [400, 403, 404, 410],
  },
  {
    code: 'upstream_overloaded',
    says: /overloaded|model is getting throttled/,
    within: [500, 502, 503, 529],
  },
];

/** By the vendors' words for kinds of errors, in lower case. */
const WORDS: ReadonlyMap<string, ErrorClass> = new Map<string, ErrorClass>([
  ['authentication_error', { code: 'upstream_auth' }],
  ['permission_error', { code: 'upstream_auth' }],
  ['billing_error', { code: 'upstream_quota' }],
  ['not_found_error', { code: 'upstream_model_not_found' }],
  ['request_too_large', { code: 'upstream_rejected', retry: 'other-target' }],
  ['rate_limit_error', { code: 'upstream_rate_limited' }],
  ['overloaded_error', { code: 'upstream_overloaded' }],
  ['api_error', { code: 'upstream_error' }],
  ['timeout_error', { code: 'upstream_error' }],
  ['invalid_request_error', { code: 'upstream_rejected' }],
  ['unrecognizedclientexception', { code: 'upstream_auth' }],
  ['expiredtokenexception', { code: 'upstream_auth' }],
  ['accessdeniedexception', { code: 'upstream_auth' }],
  ['invalidsignatureexception', { code: 'upstream_auth' }],
  ['resourcenotfoundexception', { code: 'upstream_model_not_found' }],
  ['throttlingexception', { code: 'upstream_rate_limited' }],
  ['modelnotreadyexception', { code: 'upstream_overloaded' }],
  ['servicequotaexceededexception', { code: 'upstream_quota' }],
  ['serviceunavailableexception', { code: 'upstream_overloaded' }],
  ['modeltimeoutexception', { code: 'upstream_error' }],
  ['modelerrorexception', { code: 'upstream_error' }],
  ['modelstreamerrorexception', { code: 'upstream_error' }],
  ['internalserverexception', { code: 'upstream_error' }],
  ['validationexception', { code: 'upstream_rejected' }],
  ['unauthenticated', { code: 'upstream_auth' }],
  ['permission_denied', { code: 'upstream_auth' }],
  ['resource_exhausted', { code: 'upstream_rate_limited' }],
  ['unavailable', { code: 'upstream_overloaded' }],
  ['not_found', { code: 'upstream_model_not_found' }],
]);

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
  [503, { code: 'upstream_overloaded' }],
  [529, { code: 'upstream_overloaded' }],
]);

export function classify(status: number | undefined, words: readonly string[], message: string): ErrorClass {
  const said = message.toLowerCase();
  const found = CONTENT_RULES.find((rule) => {
    const inside = status === undefined || (rule.within?.includes(status) ?? status !== 429);
    return inside && rule.says.test(said);
  });
  if (found !== undefined) return found;
  // A status that is itself a word is more exact than the word beside it, which may be the general one.
  const exact = status === undefined || status === 400 || status === 500 ? undefined : STATUSES.get(status);
  if (exact !== undefined) return exact;
  for (const word of words) {
    const known = WORDS.get(word);
    if (known !== undefined) return known;
  }
  return classOfStatus(status);
}

export function classOfStatus(status: number | undefined): ErrorClass {
  // An error inside an answer that names no status: something broke.
  if (status === undefined || status >= 500) return STATUSES.get(status ?? 0) ?? { code: 'upstream_error' };
  if (status >= 400) return STATUSES.get(status) ?? { code: 'upstream_rejected' };
  return { code: 'upstream_protocol' };
}
