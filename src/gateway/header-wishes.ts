// Wishes to the router in headers, for languages whose bodies have no fields for them. They mean the same as the fields of
// the same names and are read by the same rules; where a body says it too, the body counts, but for two that protect data:
// of these the stricter one.

import type { Json, JsonDraft } from '#base/json.ts';
import { err, ok } from '#base/result.ts';
import type { Result } from '#base/result.ts';
import type { Asked } from '#canonical/asked.ts';
import { failure } from '#canonical/failure.ts';
import type { Failure } from '#canonical/failure.ts';
import type { ProviderWishes, RoutingWishes } from '#canonical/request.ts';
import type { Head } from '#dialects/dialect.ts';
import { decodeWishes } from '#dialects/wishes.ts';

type Kind = 'text' | 'list' | 'switch' | 'amounts';

/** Which field of a body says what a header says. In headers nothing is nested. */
const HEADERS: readonly (readonly [header: string, field: string, kind: Kind])[] = [
  ['x-clew-models', 'models', 'list'],
  ['x-clew-session-id', 'session_id', 'text'],
  ['x-clew-order', 'provider.order', 'list'],
  ['x-clew-only', 'provider.only', 'list'],
  ['x-clew-ignore', 'provider.ignore', 'list'],
  ['x-clew-allow-fallbacks', 'provider.allow_fallbacks', 'switch'],
  ['x-clew-require-parameters', 'provider.require_parameters', 'switch'],
  ['x-clew-data-collection', 'provider.data_collection', 'text'],
  ['x-clew-zdr', 'provider.zdr', 'switch'],
  ['x-clew-quantizations', 'provider.quantizations', 'list'],
  ['x-clew-sort', 'provider.sort.by', 'text'],
  ['x-clew-partition', 'provider.sort.partition', 'text'],
  ['x-clew-max-price', 'provider.max_price', 'amounts'],
  ['x-clew-min-throughput', 'provider.preferred_min_throughput', 'amounts'],
  ['x-clew-max-latency', 'provider.preferred_max_latency', 'amounts'],
  ['x-clew-transforms', 'transforms', 'list'],
];

/** The name under which clients of other routers send a session. */
const SESSION = 'x-session-id';

/** No other router has a field for it. */
const PROMPT_CACHE = 'x-clew-prompt-cache';

const FIELDS: ReadonlySet<string> = new Set(['models', 'session_id', 'provider', 'transforms']);

/** The very request that was given, when no header says anything: the usual case. */
export function withHeaderWishes<Request extends Asked>(
  request: Request,
  head: Head,
): Result<Request, Failure> {
  const cache = head.header(PROMPT_CACHE);
  if (cache === undefined) return withFieldWishes(request, head);
  if (cache !== 'auto' && cache !== 'client') {
    const message = `The header \`${PROMPT_CACHE}\` must be auto or client.`;
    return err(failure('invalid_request', message, { field: PROMPT_CACHE }));
  }
  const routing = { ...request.routing, promptCache: cache === 'auto' };
  return withFieldWishes({ ...request, routing }, head);
}

function withFieldWishes<Request extends Asked>(request: Request, head: Head): Result<Request, Failure> {
  const body = bodyOf(head);
  if (body === undefined) return ok(request);
  let refused: Failure | undefined;
  const wishes = decodeWishes(body, FIELDS, (field, rule) => {
    const header = headerOf(field);
    refused ??= failure('invalid_request', `The header \`${header}\` ${rule}.`, { field: header });
  });
  if (refused !== undefined) return err(refused);
  if (wishes === undefined) return ok(request);
  // What is forwarded to another router is what the client wrote in its body.
  const { fields: _, ...said } = wishes;
  return ok({ ...request, routing: merged(said, request.routing) });
}

function bodyOf(head: Head): JsonDraft | undefined {
  let body: JsonDraft | undefined;
  for (const [header, field, kind] of HEADERS) {
    const text = head.header(header);
    if (text === undefined) continue;
    body ??= {};
    put(body, field.split('.'), read(text, kind));
  }
  const session = head.header(SESSION);
  if (session === undefined) return body;
  return { session_id: session, ...body };
}

function put(body: JsonDraft, [name = '', ...rest]: readonly string[], value: Json): void {
  if (rest.length === 0) {
    body[name] = value;
    return;
  }
  const inner: JsonDraft = { ...(body[name] as JsonDraft | undefined) };
  put(inner, rest, value);
  body[name] = inner;
}

/** What cannot be read stays a text, which is refused where it must not be one. */
function read(text: string, kind: Kind): Json {
  switch (kind) {
    case 'list':
      return text.split(',').map((item) => item.trim());
    case 'switch':
      return text === 'true' ? true : text === 'false' ? false : text;
    case 'amounts':
      return amountsOf(text);
    default:
      return text;
  }
}

/** `50`, or `prompt=1, completion=2`. */
function amountsOf(text: string): Json {
  const number = Number(text);
  if (text.trim() !== '' && Number.isFinite(number)) return number;
  const pairs = text.split(',').map((pair) => pair.split('='));
  if (pairs.some(({ length }) => length !== 2)) return text;
  return Object.fromEntries(pairs.map(([name = '', value = '']) => [name.trim(), value.trim()]));
}

/** `provider.max_price.prompt` was said by `x-clew-max-price`. */
function headerOf(field: string): string {
  const found = HEADERS.find(
    ([, known]) => field === known || (/^[.[]/.test(field.slice(known.length)) && field.startsWith(known)),
  );
  return found?.[0] ?? field;
}

function merged(header: RoutingWishes, body: RoutingWishes = {}): RoutingWishes {
  const wishes = { ...header, ...body };
  if (header.providers === undefined || body.providers === undefined) return wishes;
  return { ...wishes, providers: mergedProviders(header.providers, body.providers) };
}

function mergedProviders(header: ProviderWishes, body: ProviderWishes): ProviderWishes {
  const wishes: { -readonly [Key in keyof ProviderWishes]: ProviderWishes[Key] } = { ...header, ...body };
  if (header.zeroRetention === true) wishes.zeroRetention = true;
  if (header.dataCollection === 'deny') wishes.dataCollection = 'deny';
  return wishes;
}
