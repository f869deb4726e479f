// Where a text comes from: `groundingMetadata` and `citationMetadata` of a candidate. Clients of this language get them as
// they are; for the others they become annotations of the text, in the shape that Chat Completions has for links.

import { asArray, asNumber, asObject, asString, isObject } from '#base/json.ts';
import type { Json, JsonDraft, JsonObject } from '#base/json.ts';

/** As many links as anyone looks at, however often a source is named. */
const LINKS_MAX = 500;

/** `text` is the text of the whole answer: positions on the wire count its bytes. */
export function annotationsOf(candidate: JsonObject, text: string): readonly Json[] {
  const positions = new Positions(text);
  const links = [
    ...groundingLinks(asObject(candidate['groundingMetadata']), positions),
    ...citationLinks(asObject(candidate['citationMetadata']), positions),
  ];
  return links.slice(0, LINKS_MAX);
}

function groundingLinks(grounding: JsonObject | undefined, positions: Positions): readonly Json[] {
  const chunks = (asArray(grounding?.['groundingChunks']) ?? []).map(sourceOf);
  const supports = (asArray(grounding?.['groundingSupports']) ?? []).slice(0, LINKS_MAX).map(asObject);
  const named = supports.flatMap((support) => {
    const segment = asObject(support?.['segment']);
    return (asArray(support?.['groundingChunkIndices']) ?? []).flatMap((index) => {
      const source = chunks[asNumber(index) ?? -1];
      return source === undefined ? [] : [link(source, positions.range(segment))];
    });
  });
  if (named.length > 0) return named;
  return chunks.flatMap((source) => (source === undefined ? [] : [link(source, undefined)]));
}

interface Source {
  readonly url: string;
  readonly title: string | undefined;
}

function sourceOf(chunk: Json): Source | undefined {
  if (!isObject(chunk)) return undefined;
  const place = asObject(chunk['web']) ?? asObject(chunk['retrievedContext']) ?? asObject(chunk['maps']);
  const url = asString(place?.['uri']);
  return url === undefined ? undefined : { url, title: asString(place?.['title']) };
}

/** `citationSources` (Gemini API) or `citations` (Vertex AI). */
function citationLinks(citations: JsonObject | undefined, positions: Positions): readonly Json[] {
  const list = asArray(citations?.['citationSources']) ?? asArray(citations?.['citations']) ?? [];
  return list.slice(0, LINKS_MAX).flatMap((item) => {
    const citation = asObject(item);
    const url = asString(citation?.['uri']);
    if (citation === undefined || url === undefined) return [];
    return [link({ url, title: asString(citation['title']) }, positions.range(citation))];
  });
}

function link({ url, title }: Source, range: JsonObject | undefined): Json {
  return { type: 'url_citation', url_citation: { url, ...(title === undefined ? {} : { title }), ...range } };
}

/** Bytes of UTF-8 to characters, as other languages count. */
class Positions {
  readonly #bytes: Uint8Array;
  readonly #text = new TextDecoder();

  constructor(text: string) {
    this.#bytes = new TextEncoder().encode(text);
  }

  range(segment: JsonObject | undefined): JsonObject | undefined {
    const end = asNumber(segment?.['endIndex']);
    if (segment === undefined || end === undefined) return undefined;
    return { start_index: this.#at(asNumber(segment['startIndex']) ?? 0), end_index: this.#at(end) };
  }

  #at(byte: number): number {
    return this.#text.decode(this.#bytes.subarray(0, Math.max(0, byte))).length;
  }
}

/** Links of other languages as grounding: each source once, and which piece of the text leans on it. */
export function groundingOf(annotations: readonly Json[], text: string): JsonObject | undefined {
  const urls: string[] = [];
  const chunks: JsonObject[] = [];
  const supports: JsonObject[] = [];
  for (const annotation of annotations.slice(0, LINKS_MAX)) {
    const found = linkIn(annotation);
    if (found === undefined) continue;
    if (!urls.includes(found.url)) {
      urls.push(found.url);
      chunks.push({ web: { uri: found.url, ...(found.title === undefined ? {} : { title: found.title }) } });
    }
    const segment = segmentOf(found, text);
    if (segment !== undefined) supports.push({ segment, groundingChunkIndices: [urls.indexOf(found.url)] });
  }
  if (chunks.length === 0) return undefined;
  return { groundingChunks: chunks, ...(supports.length === 0 ? {} : { groundingSupports: supports }) };
}

interface Found extends Source {
  readonly start: number | undefined;
  readonly end: number | undefined;
}

/** The members of a link stand in `url_citation`, or beside its type; Anthropic's have `url` and `title` too. */
function linkIn(annotation: Json): Found | undefined {
  const outer = asObject(annotation);
  const inner = asObject(outer?.['url_citation']) ?? outer;
  const url = asString(inner?.['url']);
  if (inner === undefined || url === undefined) return undefined;
  const start = asNumber(inner['start_index']);
  return { url, title: asString(inner['title']), start, end: asNumber(inner['end_index']) };
}

function segmentOf({ start, end }: Found, text: string): JsonObject | undefined {
  if (end === undefined || end <= 0) return undefined;
  const bytes = (length: number): number => new TextEncoder().encode(text.slice(0, length)).length;
  const from = start ?? 0;
  const segment: JsonDraft = { startIndex: bytes(from), endIndex: bytes(end), text: text.slice(from, end) };
  return segment;
}
