// Citations. Those with a web address are told as the annotations that most languages share; all are kept as they came,
// for Bedrock.

import { asObject, asString } from '#base/json.ts';
import type { Json } from '#base/json.ts';

/** `url_citation` as in Chat Completions. Sources inside a document have no address and no such form. */
export function annotationsOf(citations: readonly Json[]): readonly Json[] {
  return citations.flatMap((citation) => {
    const cited = asObject(citation);
    const web = asObject(asObject(cited?.['location'])?.['web']);
    const url = asString(web?.['url']) ?? asString(cited?.['source']);
    if (url === undefined || !/^https?:\/\//.test(url)) return [];
    const title = asString(cited?.['title']) ?? asString(web?.['domain']) ?? url;
    return [{ type: 'url_citation', url_citation: { url, title } }];
  });
}
