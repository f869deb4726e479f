// What an answer cites. Annotations have their issuer's shape; links of other languages become this one's search results.

import { asNumber, asObject, asString, isObject } from '#base/json.ts';
import type { Json, JsonObject } from '#base/json.ts';

/** Undefined when the annotation means nothing here. */
export function citationOf(annotation: Json, text: string): JsonObject | undefined {
  if (!isObject(annotation)) return undefined;
  const type = asString(annotation['type']) ?? '';
  if (type.endsWith('_location')) return annotation;
  if (type !== 'url_citation') return undefined;
  const inner = asObject(annotation['url_citation']) ?? annotation;
  const url = asString(inner['url']);
  if (url === undefined) return undefined;
  const [start, end] = [asNumber(inner['start_index']) ?? 0, asNumber(inner['end_index']) ?? 0];
  return {
    type: 'web_search_result_location',
    url,
    title: asString(inner['title']) ?? null,
    cited_text: asString(inner['content']) ?? text.slice(start, Math.max(start, end)),
    encrypted_index: '',
  };
}
