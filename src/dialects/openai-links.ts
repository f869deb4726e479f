// Where an answer rests on a page: the annotations of both of OpenAI's languages. Answers of other vendors bring theirs in
// their own shapes; clients of these languages check the shape, some so strictly that one foreign annotation costs the whole
// answer. Sources: platform.openai.com/docs/api-reference, `annotations` of messages and of `output_text`.

import { asNumber, asObject, asString, isObject } from '#base/json.ts';
import type { Json, JsonObject } from '#base/json.ts';

/** The piece of the whole text that an annotation without a place of its own is about. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** For Chat Completions, where what is said of a link stands in a member of its own. Undefined: there is no such shape. */
export function chatAnnotation(annotation: Json, span: Span): Json | undefined {
  if (!isObject(annotation)) return undefined;
  const type = asString(annotation['type']) ?? '';
  const inner = asObject(annotation[type]);
  // A kind that some provider of this language has, such as a file that was read.
  if (inner !== undefined && type !== 'url_citation') return annotation;
  const link = linkOf(inner ?? annotation, span);
  if (link === undefined) return undefined;
  if (inner !== undefined) return isWhole(inner) ? annotation : { ...annotation, url_citation: link };
  return { type: 'url_citation', url_citation: link };
}

const RESPONSES_KINDS: ReadonlySet<string> = new Set([
  'file_citation',
  'container_file_citation',
  'file_path',
]);

/** For Responses, where the members stand beside the type. */
export function responsesAnnotation(annotation: Json, span: Span): Json | undefined {
  if (!isObject(annotation)) return undefined;
  const type = asString(annotation['type']) ?? '';
  if (RESPONSES_KINDS.has(type)) return annotation;
  const inner = asObject(annotation['url_citation']);
  if (inner === undefined && type === 'url_citation' && isWhole(annotation)) return annotation;
  const link = linkOf(inner ?? annotation, span);
  return link === undefined ? undefined : { type: 'url_citation', ...link };
}

function isWhole(link: JsonObject): boolean {
  return (
    typeof link['url'] === 'string' &&
    typeof link['title'] === 'string' &&
    typeof link['start_index'] === 'number' &&
    typeof link['end_index'] === 'number'
  );
}

/** All four members are required; a title is the address where there is no better. */
function linkOf(link: JsonObject, { start, end }: Span): JsonObject | undefined {
  const url = asString(link['url']);
  if (url === undefined) return undefined;
  const content = asString(link['content']);
  return {
    url,
    title: asString(link['title']) ?? url,
    start_index: asNumber(link['start_index']) ?? start,
    end_index: asNumber(link['end_index']) ?? end,
    ...(content === undefined ? {} : { content }),
  };
}
