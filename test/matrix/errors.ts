// Which class of error each client raises, as its users catch it: before the answer, by status, and in the middle of one.

import type { Lane, SeenError } from './seen.ts';

interface Usual {
  readonly of: RegExp;
  /** Classes by status; `other` for those without a class of their own. */
  readonly before: Readonly<Record<number, string>> & { readonly other: string };
  readonly inStream: readonly string[];
}

const BY_STATUS = {
  400: 'BadRequestError',
  404: 'NotFoundError',
  422: 'UnprocessableEntityError',
  429: 'RateLimitError',
} as const;

/** The Python client of Gemini has two classes. */
const CLIENT_ERRORS = Object.fromEntries([400, 404, 413, 422, 429].map((status) => [status, 'ClientError']));

const USUAL: readonly Usual[] = [
  {
    of: /^openai (?:chat|responses)$/,
    before: { ...BY_STATUS, 413: 'APIError', other: 'InternalServerError' },
    inStream: ['APIError'],
  },
  {
    of: /^anthropic$/,
    before: {
      ...BY_STATUS,
      413: 'RequestTooLargeError',
      503: 'ServiceUnavailableError',
      529: 'OverloadedError',
      other: 'InternalServerError',
    },
    inStream: ['APIError', 'InternalServerError', 'APIStatusError'],
  },
  { of: /^google genai$/, before: { other: 'ApiError' }, inStream: ['ApiError'] },
  {
    of: /^python openai/,
    before: { ...BY_STATUS, 413: 'APIStatusError', other: 'InternalServerError' },
    inStream: ['APIError'],
  },
  {
    of: /^python anthropic/,
    before: {
      ...BY_STATUS,
      413: 'ContentTooLargeError',
      503: 'ServiceUnavailableError',
      529: 'OverloadedError',
      other: 'InternalServerError',
    },
    inStream: ['APIStatusError'],
  },
  {
    of: /^python google genai/,
    before: { ...CLIENT_ERRORS, other: 'ServerError' },
    inStream: ['ServerError'],
  },
  { of: /^ai \+/, before: { other: 'APICallError' }, inStream: ['StreamProviderError'] },
];

/** What is unusual about this error; nothing, for clients that are not listed. */
export function unusual(lane: Lane, { kind, status }: SeenError, inStream: boolean): readonly string[] {
  const usual = USUAL.find(({ of }) => of.test(lane.name));
  if (usual === undefined) return [];
  const wanted = inStream ? usual.inStream : [usual.before[status ?? 0] ?? usual.before.other];
  return wanted.includes(kind) ? [] : [`error: ${wanted.join(' or ')} ≠ ${kind} with status ${status}`];
}
