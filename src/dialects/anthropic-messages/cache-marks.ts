// Cache marks. One mark is `cache_control: {type: "ephemeral", ttl?}` after a tool, a system block or a block of a turn;
// at most four are allowed in a request. What concerns the whole request works on the finished body.

import { asArray, asObject, isObject } from '#base/json.ts';
import type { Json, JsonDraft, JsonObject } from '#base/json.ts';
import type { Loss } from '#canonical/loss.ts';
import type { CacheMark } from '#canonical/part.ts';
import type { Leftovers } from './notes.ts';

/** The API refuses a fifth. */
export const MARKS_MAX = 4;
const FIELD = 'cache_control';

/** A mark of any other shape is left where it is. */
export function decodeCache(object: JsonObject, left: Leftovers): CacheMark | undefined {
  const control = asObject(object[FIELD]);
  const { type, ttl, ...rest } = control ?? {};
  const known = type === 'ephemeral' && (ttl === undefined || ttl === '5m' || ttl === '1h');
  if (!known || Object.keys(rest).length > 0) {
    left.leave(FIELD);
    return undefined;
  }
  return ttl === '5m' || ttl === '1h' ? { ttl } : {};
}

export function encodeCache(cache: CacheMark): JsonObject {
  return { type: 'ephemeral', ...(cache.ttl && { ttl: cache.ttl }) };
}

/** Everything in a body that may carry a mark, in the order of the prompt. */
function* markable(body: JsonObject): Generator<JsonDraft, void, void> {
  for (const tool of asArray(body['tools']) ?? []) if (isObject(tool)) yield tool;
  for (const block of asArray(body['system']) ?? []) if (isObject(block)) yield block;
  for (const message of asArray(body['messages']) ?? []) {
    for (const block of asArray(asObject(message)?.['content']) ?? []) {
      if (!isObject(block)) continue;
      for (const inner of asArray(block['content']) ?? []) if (isObject(inner)) yield inner;
      yield block;
    }
  }
}

export function hasMarks(body: JsonObject): boolean {
  if (body[FIELD] !== undefined) return true;
  for (const place of markable(body)) if (place[FIELD] !== undefined) return true;
  return false;
}

/**
 * A copy of the body in which every markable object is `change`d. The originals may belong to the client's request, which
 * other attempts read again.
 */
function mapMarkable(body: JsonDraft, change: (place: JsonObject) => JsonObject): void {
  const each = (list: Json | undefined): Json | undefined =>
    asArray(list)?.map((item) => (isObject(item) ? change(item) : item)) ?? list;
  if (body['tools'] !== undefined) body['tools'] = each(body['tools']);
  if (body['system'] !== undefined) body['system'] = each(body['system']);
  body['messages'] = asArray(body['messages'])?.map((message) => {
    if (!isObject(message) || !Array.isArray(message['content'])) return message;
    const content = (message['content'] as readonly Json[]).map((block) => {
      if (!isObject(block)) return block;
      const nested = Array.isArray(block['content']) ? { ...block, content: each(block['content']) } : block;
      return change(nested);
    });
    return { ...message, content };
  });
}

export function dropMarks(body: JsonDraft, losses: Loss[]): void {
  if (!hasMarks(body)) return;
  const { [FIELD]: _whole, ...rest } = body;
  delete body[FIELD];
  mapMarkable(Object.assign(body, rest), (place) => {
    const { [FIELD]: _mark, ...bare } = place;
    return bare;
  });
  losses.push({ path: 'cache', did: 'dropped', why: 'The provider takes no cache marks.' });
}

/** The last four count: a longer prefix holds the shorter ones. For requests that other languages allow more marks. */
export function clampMarks(body: JsonDraft, losses: Loss[]): void {
  let count = body[FIELD] === undefined ? 0 : 1;
  for (const place of markable(body)) if (place[FIELD] !== undefined) count += 1;
  let extra = count - MARKS_MAX;
  if (extra <= 0) return;
  losses.push({
    path: 'cache',
    did: 'changed',
    why: `The API takes ${MARKS_MAX} cache marks; ${count} were set.`,
  });
  mapMarkable(body, (place) => {
    if (place[FIELD] === undefined || extra <= 0) return place;
    extra -= 1;
    const { [FIELD]: _mark, ...bare } = place;
    return bare;
  });
}
