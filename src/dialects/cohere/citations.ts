// Citations: pieces of the text with the sources they rest on. Those with a web address are told as the annotations that
// most languages share; all are kept as they came.

import { asNumber, asObject, asString, asArray } from '#base/json.ts';
import type { Json, JsonObject } from '#base/json.ts';

/** `url_citation` as in Chat Completions; positions count characters of the text. */
export function annotationsOf(citations: readonly Json[]): readonly Json[] {
  return citations.flatMap((value) => {
    const citation = asObject(value);
    const start = asNumber(citation?.['start']);
    const end = asNumber(citation?.['end']);
    return (asArray(citation?.['sources']) ?? []).flatMap((source) => {
      const about = aboutOf(asObject(source));
      const url = asString(about?.['url']);
      if (url === undefined || !/^https?:\/\//.test(url)) return [];
      const place = start === undefined || end === undefined ? {} : { start_index: start, end_index: end };
      return [
        { type: 'url_citation', url_citation: { url, title: asString(about?.['title']) ?? url, ...place } },
      ];
    });
  });
}

function aboutOf(source: JsonObject | undefined): JsonObject | undefined {
  return asObject(source?.['document']) ?? asObject(source?.['tool_output']);
}

/** Which piece of the content a citation is about; the first text where it does not say. */
export function contentIndexOf(citation: Json): number | undefined {
  return asNumber(asObject(citation)?.['content_index']);
}
