// What a body of an operation says to the router, beside its own fields: the same in every language that is no chat.
// Source: openrouter.ai/docs/api-reference (embeddings, rerank).

import type { JsonObject } from '#base/json.ts';
import { err, ok } from '#base/result.ts';
import type { Result } from '#base/result.ts';
import { failure } from '#canonical/failure.ts';
import type { Failure } from '#canonical/failure.ts';
import type { RoutingWishes } from '#canonical/request.ts';
import { decodeWishes } from './wishes.ts';

/** Addressed to a router, not to a model. */
export const ROUTER_FIELDS: ReadonlySet<string> = new Set([
  'models',
  'provider',
  'route',
  'trace',
  'session_id',
]);

/** Nothing where the body says nothing; as members of a request. */
export function wishesIn(body: JsonObject): Result<{ readonly routing?: RoutingWishes }, Failure> {
  let refused: Failure | undefined;
  const routing = decodeWishes(body, ROUTER_FIELDS, (field, rule) => {
    refused ??= failure('invalid_request', `\`${field}\` ${rule}.`, { field });
  });
  if (refused !== undefined) return err(refused);
  return ok(routing === undefined ? {} : { routing });
}
