// What the languages of reranking share: results on the wire, and what of them a client asked to see.

import { asArray, asNumber, asObject } from '#base/json.ts';
import type { Json } from '#base/json.ts';
import type { RerankRequest, RerankResponse, RerankResult } from '#canonical/operation.ts';

/** Undefined when it is no list of indices with scores. Best first, in whatever order they came. */
export function readResults(list: Json | undefined, scoreField: string): readonly RerankResult[] | undefined {
  const results: RerankResult[] = [];
  for (const item of asArray(list) ?? [null]) {
    const entry = asObject(item);
    const index = asNumber(entry?.['index']);
    const score = asNumber(entry?.[scoreField]);
    if (index === undefined || !Number.isSafeInteger(index) || index < 0) return undefined;
    if (score === undefined || !Number.isFinite(score)) return undefined;
    const document = entry?.['document'] ?? entry?.['text'];
    results.push(document === undefined || document === null ? { index, score } : { index, score, document });
  }
  return results.sort((a, b) => b.score - a.score);
}

/** As many as were asked for, with their documents where those were asked for, and only then. */
export function ranked(response: RerankResponse, request: RerankRequest): readonly RerankResult[] {
  const { top, returnDocuments, documents } = request;
  const best = top === undefined ? response.results : response.results.slice(0, Math.max(0, top));
  return best.map(({ index, score, document }) => {
    if (returnDocuments !== true) return { index, score };
    const sent = documents[index];
    const shown = sent === undefined ? document : (sent.value ?? { text: sent.text });
    return shown === undefined ? { index, score } : { index, score, document: shown };
  });
}
