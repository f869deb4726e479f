// Paths of this API, both ways: the model stands in them, and whether the answer is streamed.

import { modelInPath } from '#base/path-table.ts';
import type { Quirks } from '#canonical/quirk.ts';
import type { StreamFraming } from '#base/frame.ts';
import type { Head } from '../dialect.ts';
import { quirk } from './quirks.ts';

/**
 * The JavaScript client asks under the first, the Python client under the second, and the AI SDK under the third where a
 * model's name has a slash in it.
 */
const ROOTS = ['/v1beta/models/', '/v1/models/', '/v1beta/'] as const;
const ANSWER = ':generateContent';
const STREAM = ':streamGenerateContent';
const COUNT = ':countTokens';

const under = (verb: string): readonly string[] => ROOTS.map((root) => `${root}{model}${verb}`);

export const PATHS: readonly string[] = [...under(ANSWER), ...under(STREAM)];
export const COUNT_PATHS: readonly string[] = under(COUNT);

/** Undefined when the path names no model, or in a way that is no text. */
export function modelOf({ path }: Head): string | undefined {
  for (const pattern of [...PATHS, ...COUNT_PATHS]) {
    const model = modelInPath(path, pattern);
    // Clients that were given `models/…` as the name put it behind the same word of the path.
    if (model !== undefined && model !== '') return model.replace(/^(?:models\/)+/, '');
  }
  return undefined;
}

export function asksForStream({ path }: Head): boolean {
  return path.endsWith(STREAM);
}

/** Without `alt=sse` a stream is one array, piece by piece. Where nothing is streamed the usual layout says nothing. */
export function framingOf(head: Head): StreamFraming {
  if (!asksForStream(head)) return 'sse';
  return new URLSearchParams(head.query).get('alt') === 'sse' ? 'sse' : 'json-array';
}

/** Everything under /v1beta, and whoever brings a key in this vendor's header. */
export function claims(head: Head): boolean {
  return /^\/v1beta(?:\/|$)/.test(head.path) || head.header('x-goog-api-key') !== undefined;
}

export function providerPath(model: string, stream: boolean, quirks: Quirks): string {
  const folder = quirk(quirks, 'modelPath') === 'publishers' ? '/publishers/google/models/' : '/models/';
  // A model may be named with its folder, as tuned ones are; slashes are part of the path.
  const name = model.split('/').map(encodeURIComponent).join('/');
  const place = /^(?:models|tunedModels|publishers|projects)\//.test(model) ? `/${name}` : folder + name;
  if (!stream) return place + ANSWER;
  return `${place}${STREAM}?alt=sse`;
}
