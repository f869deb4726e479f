// Faults that are a whole HTTP answer: error statuses with every form of Retry-After, refusals, and bodies that are not
// what was asked for.

import { gzipSync } from 'node:zlib';

import type { SyntheticAnswer } from '../answer.ts';
import type { Complaint } from '../dialects/dialect.ts';
import { wholeReply } from '../http-reply.ts';
import { onePiece, type Reply } from '../script.ts';
import type { Fault, FaultContext } from './fault.ts';

const JSON_TYPE = ['content-type', 'application/json'] as const;

const COMPLAINTS: Readonly<Record<number, Complaint>> = {
  401: 'auth',
  402: 'quota',
  403: 'permission',
  404: 'not-found',
  408: 'timeout',
  429: 'rate',
  503: 'overloaded',
  529: 'overloaded',
};

interface Refusal {
  readonly status: number;
  readonly complaint?: Complaint;
  readonly message?: string;
  readonly headers?: Reply['headers'];
}

function refuse({ dialect }: FaultContext, what: Refusal): Reply {
  const { status, message = `Simulated status ${status}.` } = what;
  const complaint = what.complaint ?? COMPLAINTS[status] ?? (status < 500 ? 'invalid' : 'server');
  const body = JSON.stringify(dialect.error(complaint, status, message));
  return wholeReply(status, body, [JSON_TYPE, ...(what.headers ?? [])]);
}

function refusal(name: string, id: string, about: string, what: Refusal): Fault {
  return { name, id, about, reply: (context) => refuse(context, what) };
}

const SECONDS = { about: 'seconds', usual: 2, min: 0, max: 1_000_000 };

/** A 429 (or 503) whose wait is said in one of the forms that are seen in the wild. */
function retryAfter(
  name: string,
  about: string,
  header: (argument: number) => readonly [string, string],
  argument?: Fault['argument'],
): Fault {
  const status = name.startsWith('503') ? 503 : 429;
  return {
    name,
    id: status === 503 ? 'F10' : 'F07',
    about: `${status} with ${about}`,
    ...(argument === undefined ? {} : { argument }),
    reply: (context) => refuse(context, { status, headers: [header(context.argument)] }),
  };
}

function httpDate(secondsFromNow: number): string {
  return new Date(Date.now() + secondsFromNow * 1_000).toUTCString();
}

const WAITS: readonly Fault[] = [
  retryAfter('429-retry-after-seconds', 'Retry-After in seconds', (n) => ['retry-after', String(n)], SECONDS),
  retryAfter('429-retry-after-fraction', 'Retry-After: 1.5', () => ['retry-after', '1.5']),
  retryAfter('429-retry-after-date', 'Retry-After as a date', (n) => ['retry-after', httpDate(n)], SECONDS),
  retryAfter('429-retry-after-past', 'Retry-After as a date gone by', () => ['retry-after', httpDate(-60)]),
  retryAfter('429-retry-after-ms', 'retry-after-ms', (n) => ['retry-after-ms', String(n)], {
    about: 'milliseconds',
    usual: 1_500,
    min: 0,
    max: 1_000_000_000,
  }),
  retryAfter('429-retry-after-zero', 'Retry-After: 0', () => ['retry-after', '0']),
  retryAfter('429-retry-after-negative', 'Retry-After: -5', () => ['retry-after', '-5']),
  retryAfter('429-retry-after-huge', 'Retry-After: 99999999999', () => ['retry-after', '99999999999']),
  retryAfter('429-retry-after-junk', 'Retry-After: soon', () => ['retry-after', 'soon']),
  retryAfter('503-retry-after', 'Retry-After in seconds', (n) => ['retry-after', String(n)], SECONDS),
];

const CONTEXT_MESSAGE =
  "This model's maximum context length is 8192 tokens. However, your messages resulted in 9001 tokens.";

const REFUSALS: readonly Fault[] = [
  {
    name: 'status',
    id: 'F09–F13',
    about: 'this status with an error body',
    argument: { about: 'status', usual: 500, min: 400, max: 599 },
    reply: (context) => refuse(context, { status: context.argument }),
  },
  refusal('429', 'F08', '429 that does not say how long to wait', { status: 429 }),
  refusal('500', 'F09', 'internal error', { status: 500 }),
  refusal('502', 'F10', 'bad gateway', { status: 502 }),
  refusal('503', 'F10', 'unavailable', { status: 503 }),
  refusal('504', 'F10', 'gateway timeout', { status: 504 }),
  refusal('529', 'F11', 'overloaded', { status: 529 }),
  refusal('408', 'F12', 'request timeout', { status: 408 }),
  refusal('409', 'F12', 'conflict', { status: 409 }),
  refusal('425', 'F12', 'too early', { status: 425 }),
  refusal('400', 'F13', 'the request is called invalid', { status: 400 }),
  refusal('404', 'F13', 'the model is called unknown', { status: 404 }),
  refusal('422', 'F13', 'the request is called unprocessable', { status: 422 }),
  refusal('auth-401', 'F14', 'the credential is called invalid', {
    status: 401,
    message: 'Incorrect API key provided.',
  }),
  refusal('auth-403', 'F14', 'the credential may not do this', { status: 403 }),
  refusal('context-length', 'F15', '400: the prompt is too long', {
    status: 400,
    complaint: 'context-length',
    message: CONTEXT_MESSAGE,
  }),
  refusal(
    'context-length-500',
    'F15',
    '500 whose text speaks of the context length: an outage all the same',
    {
      status: 500,
      complaint: 'server',
      message: CONTEXT_MESSAGE,
    },
  ),
  refusal('content-filter-400', 'F16', '400: the prompt was filtered', {
    status: 400,
    complaint: 'content-filter',
    message: 'The prompt was filtered because of the content policy.',
  }),
  refusal('quota-402', 'F17', '402: payment required', { status: 402 }),
  refusal('quota-429', 'F17', '429 that means an empty account, not a rate', {
    status: 429,
    complaint: 'quota',
    message: 'You exceeded your current quota, please check your plan and billing details.',
  }),
  refusal('quota-400', 'F17', '400: the usage limit is reached', {
    status: 400,
    complaint: 'quota',
    message: 'You have reached your specified API usage limits.',
  }),
];

/** Said with 200, and billed: the model itself declines. */
const DECLINED: readonly Fault[] = [
  {
    name: 'content-filter-finish',
    id: 'F16',
    about: 'half an answer that ends with the finish reason for filtered content',
    answer: (answer) =>
      changeChoices(answer, (choice) => ({
        ...choice,
        text: choice.text.slice(0, Math.ceil(choice.text.length / 2)),
        finish: 'content-filter',
      })),
  },
  {
    name: 'refusal',
    id: 'F16',
    about: 'the model refuses, with 200',
    answer: (answer) =>
      changeChoices(answer, (choice) => ({ ...choice, refusal: true, toolCalls: [], finish: 'stop' })),
  },
];

function changeChoices(
  answer: SyntheticAnswer,
  change: (choice: SyntheticAnswer['choices'][number]) => SyntheticAnswer['choices'][number],
): SyntheticAnswer {
  return { ...answer, choices: answer.choices.map(change) };
}

const HTML = '<!doctype html><html><body><h1>502 Bad Gateway</h1></body></html>';
const HTML_TYPE = [['content-type', 'text/html; charset=utf-8']] as const;
const MEGABYTE = 1024 * 1024;

const STRANGE_BODIES: readonly Fault[] = [
  {
    name: 'html-200',
    id: 'F18',
    about: 'an HTML page with 200',
    reply: () => wholeReply(200, HTML, HTML_TYPE),
  },
  {
    name: 'html-502',
    id: 'F18',
    about: 'an HTML page with 502',
    reply: () => wholeReply(502, HTML, HTML_TYPE),
  },
  { name: 'empty-200', id: 'F18', about: 'an empty body with 200', reply: () => wholeReply(200, '') },
  {
    name: 'wrong-type',
    id: 'F18',
    about: 'the right body, called application/octet-stream',
    frame: (reply) => ({ ...reply, headers: [['content-type', 'application/octet-stream']] }),
  },
  {
    name: 'half-json',
    id: 'F18',
    about: 'the first half of a JSON body, properly ended',
    reply: () => wholeReply(200, '{"id":"chatcmpl-half","object":"chat.completion","choices":[{"ind'),
  },
  {
    name: 'null-json',
    id: 'F18',
    about: 'the JSON body null',
    reply: () => wholeReply(200, 'null'),
  },
  {
    name: 'bad-gzip',
    id: 'F18',
    about: 'a body that is called gzip and is not',
    reply: () => wholeReply(200, 'this is not gzip', [JSON_TYPE, ['content-encoding', 'gzip']]),
  },
  {
    name: 'nested-encodings',
    id: 'F18',
    about: 'a body in ten encodings',
    reply: () => {
      let body: Uint8Array = Buffer.from('{}');
      for (let layer = 0; layer < 10; layer += 1) body = gzipSync(body);
      return wholeReply(200, body, [JSON_TYPE, ['content-encoding', Array(10).fill('gzip').join(', ')]]);
    },
  },
  {
    name: 'gzip-bomb',
    id: 'F18',
    about: 'N megabytes of zeros in a body of a thousandth',
    argument: { about: 'megabytes', usual: 64, min: 1, max: 512 },
    reply: ({ argument }) =>
      wholeReply(200, gzipSync(Buffer.alloc(argument * MEGABYTE)), [JSON_TYPE, ['content-encoding', 'gzip']]),
  },
  {
    name: 'huge-headers',
    id: 'F18',
    about: 'a head of 256 KB',
    frame: (reply) => ({ ...reply, headers: [...reply.headers, ['x-padding', 'x'.repeat(262_144)]] }),
  },
  {
    name: 'redirect',
    id: 'F19',
    about: 'a redirect to another path of the simulator, which logs whoever follows',
    argument: { about: 'status', usual: 307, min: 300, max: 399 },
    reply: (context) => ({
      status: context.argument,
      headers: [['location', '/redirected']],
      body: onePiece(''),
      length: 0,
    }),
  },
];

export const STATUSES: readonly Fault[] = [...WAITS, ...REFUSALS, ...DECLINED, ...STRANGE_BODIES];
