// What an error says, in every shape in which the providers of OpenAI’s languages write one, and which failure it is.

import { asArray, asNumber, asObject, asString, isObject, parseJson } from '#base/json.ts';
import type { Json, JsonDraft, JsonObject } from '#base/json.ts';
import { failure } from '#canonical/failure.ts';
import type { Failure } from '#canonical/failure.ts';
import { parseResetMs, parseWaitMs } from '#canonical/retry-after.ts';
import { scrub } from '#canonical/scrub.ts';
import { classify } from './openai-error-class.ts';

export interface ErrorFacts {
  readonly message: string;
  /** The provider's code and type words, in lower case, one after the other. */
  readonly codes: readonly string[];
  readonly param: string | undefined;
  /** HTTP status that the error itself names, as routers do inside a stream. */
  readonly status: number | undefined;
  /** The list of reasons that a moderation gave, when one did. */
  readonly moderated: boolean;
  /** What the model wrote when its tool call did not fit the schema. */
  readonly failedGeneration: string | undefined;
  /** How long to wait, as the body says it: a duration or a moment. */
  readonly wait: string | undefined;
}

/** Whether a body or a chunk is an error, or has one in it. `error: null` is none. */
export function carriesError(body: JsonObject): boolean {
  const error = body['error'];
  if (error !== undefined && error !== null && error !== false) return true;
  if (body['choices'] !== undefined) return false;
  // Flat shapes: `{object: "error", message}`, `{message, type, code}`, `{detail}`.
  if (body['object'] === 'error' || body['type'] === 'error') return true;
  if (typeof body['message'] === 'string') return body['code'] !== undefined || body['type'] !== undefined;
  return body['detail'] !== undefined && body['id'] === undefined;
}

/** An error inside a 200 answer: the class comes from what it says. */
export function decodeErrorObject(body: Json): Failure {
  const facts = readErrorFacts(body);
  return failureOf(facts, facts.status, undefined);
}

/** `status` is the HTTP status, or the one that an error inside an answer names. `waitMs` overrides what the body says. */
export function failureOf(
  facts: ErrorFacts,
  status: number | undefined,
  waitMs: number | undefined,
): Failure {
  const found = classify(status, facts);
  const detail: JsonDraft = {};
  if (facts.codes.length > 0) detail['codes'] = facts.codes.map((code) => scrub(code, 80));
  if (facts.failedGeneration !== undefined) detail['failedGeneration'] = scrub(facts.failedGeneration, 2_000);
  const said = scrub(facts.message);
  return failure(found.code, said === '' ? `The provider answered ${status ?? 'with an error'}.` : said, {
    ...(found.retry && { retry: found.retry }),
    retryAfterMs: waitMs ?? durationMs(facts.wait),
    upstreamStatus: status,
    // Only what the client wrote itself has a path that means something to it.
    field: found.code === 'upstream_rejected' ? facts.param : undefined,
    detail: Object.keys(detail).length === 0 ? undefined : detail,
  });
}

/** Without a clock only a duration can be read: a bare number may be a moment. */
function durationMs(wait: string | undefined): number | undefined {
  return wait === undefined || !wait.endsWith('s') ? undefined : parseWaitMs(wait, 0);
}

/** A moment or a duration in the body, such as a router's `X-RateLimit-Reset`. */
export function bodyWaitMs(facts: ErrorFacts, nowWallMs: number): number | undefined {
  return facts.wait === undefined ? undefined : parseResetMs(facts.wait, nowWallMs);
}

/** How deep errors are looked for inside errors: a router quotes its provider, which quotes its own. */
const DEPTH_MAX = 3;

export function readErrorFacts(body: Json, depth = 0): ErrorFacts {
  const outer = asObject(Array.isArray(body) ? (body as readonly Json[])[0] : body);
  if (outer === undefined) return plainFacts(typeof body === 'string' ? body : '');
  const error = outer['error'];
  const inner =
    asObject(error) ?? asObject(asArray(outer['errors'])?.[0]) ?? asObject(outer['message']) ?? outer;
  const metadata = asObject(inner['metadata']);
  const quoted = depth < DEPTH_MAX ? readQuoted(metadata?.['raw'], depth) : undefined;
  const codes = [
    inner['code'],
    inner['type'],
    asObject(inner['innererror'])?.['code'],
    metadata?.['error_type'],
    outer['code'],
  ]
    .filter((code) => typeof code === 'string' || typeof code === 'number')
    .map((code) => String(code).toLowerCase());
  return {
    message: messageOf(inner, error, metadata, quoted),
    codes: [...new Set([...codes, ...(quoted?.codes ?? [])])],
    param: asString(inner['param']) ?? quoted?.param,
    status: statusOf(inner, outer),
    moderated: Array.isArray(metadata?.['reasons']) || quoted?.moderated === true,
    failedGeneration: asString(inner['failed_generation']),
    wait: waitOf(inner, metadata),
  };
}

function plainFacts(message: string): ErrorFacts {
  return {
    message,
    codes: [],
    param: undefined,
    status: undefined,
    moderated: false,
    failedGeneration: undefined,
    wait: undefined,
  };
}

function readQuoted(raw: Json | undefined, depth: number): ErrorFacts | undefined {
  if (isObject(raw)) return readErrorFacts(raw, depth + 1);
  if (typeof raw !== 'string' || raw === '') return undefined;
  const parsed = parseJson(raw);
  return isObject(parsed) || Array.isArray(parsed) ? readErrorFacts(parsed, depth + 1) : plainFacts(raw);
}

function messageOf(
  inner: JsonObject,
  error: Json | undefined,
  metadata: JsonObject | undefined,
  quoted: ErrorFacts | undefined,
): string {
  const own =
    asString(error) ??
    asString(inner['message']) ??
    detailText(inner['detail']) ??
    asString(inner['error']) ??
    '';
  if (quoted === undefined || quoted.message === '') return own;
  // "Provider returned error" says less than what it quotes.
  const who = asString(metadata?.['provider_name']);
  return who === undefined ? quoted.message : `${who}: ${quoted.message}`;
}

/** `detail` is a text, or a list of what a validator found: `[{loc, msg, type}]`. */
function detailText(detail: Json | undefined): string | undefined {
  if (typeof detail === 'string') return detail;
  const list = asArray(detail);
  if (list === undefined) return undefined;
  return list
    .map((item) => {
      const steps = asArray(asObject(item)?.['loc']);
      const path = steps?.filter((step) => typeof step === 'string' || typeof step === 'number').join('.');
      return [path, asString(asObject(item)?.['msg'])].filter((text) => text !== undefined).join(': ');
    })
    .join('; ');
}

function statusOf(inner: JsonObject, outer: JsonObject): number | undefined {
  const named = [
    inner['status_code'],
    inner['code'],
    inner['status'],
    outer['raw_status_code'],
    outer['status_code'],
    outer['code'],
  ];
  for (const value of named) {
    const status =
      asNumber(value) ?? (typeof value === 'string' && /^[45]\d\d$/.test(value) ? Number(value) : undefined);
    if (status !== undefined && Number.isInteger(status) && status >= 400 && status < 600) return status;
  }
  return undefined;
}

function waitOf(inner: JsonObject, metadata: JsonObject | undefined): string | undefined {
  const reset = asObject(metadata?.['headers'])?.['X-RateLimit-Reset'];
  const details = asArray(inner['details']) ?? [];
  const delay = details
    .map((detail) => asObject(detail)?.['retryDelay'])
    .find((value) => typeof value === 'string');
  return asString(reset) ?? asString(delay);
}
