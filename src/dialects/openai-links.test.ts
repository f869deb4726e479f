// Links of every origin in the two shapes that clients of OpenAI's languages check.

import { describe, expect, test } from 'bun:test';

import type { Json } from '#base/json.ts';
import { chatAnnotation, responsesAnnotation } from './openai-links.ts';

const SPAN = { start: 4, end: 9 };
const PLACED = { url: 'u', title: 'u', start_index: 4, end_index: 9 };
const WHOLE = { url: 'u', title: 't', start_index: 1, end_index: 2 };

describe('links', () => {
  test.each<readonly [string, Json, Json | undefined, Json | undefined]>([
    [
      'as Chat Completions has them',
      { type: 'url_citation', url_citation: WHOLE },
      { type: 'url_citation', url_citation: WHOLE },
      { type: 'url_citation', ...WHOLE },
    ],
    [
      'as Responses has them',
      { type: 'url_citation', ...WHOLE },
      { type: 'url_citation', url_citation: WHOLE },
      { type: 'url_citation', ...WHOLE },
    ],
    [
      'without title and place',
      { type: 'url_citation', url_citation: { url: 'u' } },
      { type: 'url_citation', url_citation: PLACED },
      { type: 'url_citation', ...PLACED },
    ],
    [
      'as the Messages API has them',
      { type: 'web_search_result_location', url: 'u', title: null, cited_text: 'c', encrypted_index: 'e' },
      { type: 'url_citation', url_citation: PLACED },
      { type: 'url_citation', ...PLACED },
    ],
    [
      'a place in a document has no such shape',
      { type: 'char_location', document_index: 0, cited_text: 'c', start_char_index: 0, end_char_index: 1 },
      undefined,
      undefined,
    ],
    [
      'a file, in Responses',
      { type: 'file_citation', file_id: 'f', filename: 'n', index: 3 },
      undefined,
      { type: 'file_citation', file_id: 'f', filename: 'n', index: 3 },
    ],
    [
      'a file, in Chat Completions',
      { type: 'file', file: { hash: 'h' } },
      { type: 'file', file: { hash: 'h' } },
      undefined,
    ],
    ['nonsense', 'u', undefined, undefined],
  ])('%s', (_, annotation, chat, responses) => {
    expect(chatAnnotation(annotation, SPAN)).toEqual(chat as never);
    expect(responsesAnnotation(annotation, SPAN)).toEqual(responses as never);
  });
});
