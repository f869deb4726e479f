// The provider side of reranking, in each of its languages: a document is worth the share of the question's words in it.

import { asArray, asNumber, asObject, asString, type Json, type JsonObject } from '#base/json.ts';
import { err, ok } from '#base/result.ts';
import type { SyntheticRequest } from '../answer.ts';
import type { SimulatedDialect } from './dialect.ts';
import { asked, PLAIN } from './operation.ts';

interface Ranked {
  readonly index: number;
  readonly score: number;
}

function documentsIn(fields: JsonObject, field: string): readonly string[] | undefined {
  const list = asArray(fields[field]);
  if (list === undefined || list.length === 0) return undefined;
  return list.map((item) => asString(item) ?? asString(asObject(item)?.['text']) ?? JSON.stringify(item));
}

function readRequest(field: string): SimulatedDialect['readRequest'] {
  return (body, model) => {
    const documents = documentsIn(body, field);
    const query = asString(body['query']);
    if (documents === undefined) return err({ field, message: `${field} must hold a document at least.` });
    if (query === undefined) return err({ field: 'query', message: 'query is missing.' });
    return ok(asked({ model, fields: { ...body, ranked: documents }, text: [query, ...documents].join('') }));
  };
}

/** Best first; equal ones in the order in which they came. */
function ranked({ fields = {} }: SyntheticRequest): readonly Ranked[] {
  const words = new Set((asString(fields['query']) ?? '').toLowerCase().match(/\p{L}+/gu));
  const scores = (asArray(fields['ranked']) ?? []).map((document, index): Ranked => {
    const found = new Set((asString(document) ?? '').toLowerCase().match(/\p{L}+/gu));
    const shared = [...words].filter((word) => found.has(word)).length;
    return { index, score: words.size === 0 ? 0 : shared / words.size };
  });
  return scores.sort((a, b) => b.score - a.score);
}

function best(request: SyntheticRequest, field: string): readonly Ranked[] {
  const top = asNumber(request.fields?.[field]);
  return top === undefined ? ranked(request) : ranked(request).slice(0, top);
}

function shown({ index, score }: Ranked, { fields = {} }: SyntheticRequest): Json {
  const document = asArray(fields['ranked'])?.[index];
  const wanted = fields['return_documents'] === true && document !== undefined;
  return { index, relevance_score: score, ...(wanted ? { document: { text: document } } : {}) };
}

export const cohereRerank = {
  ...PLAIN,
  id: 'cohere-rerank',
  answers: (path) => path.endsWith('/rerank'),
  readRequest: readRequest('documents'),
  unary: (answer, request) => ({
    id: answer.id,
    results: best(request, 'top_n').map((one) => shown(one, request)),
    // One search for each hundred documents.
    meta: { api_version: { version: '2' }, billed_units: { search_units: searches(request) } },
  }),
  error: (_complaint, _status, message) => ({ message }),
} satisfies SimulatedDialect;

function searches({ fields }: SyntheticRequest): number {
  return Math.ceil((asArray(fields?.['ranked'])?.length ?? 0) / 100);
}

export const voyageRerank = {
  ...PLAIN,
  id: 'voyage-rerank',
  answers: (path) => path.endsWith('/voyage-rerank/rerank'),
  readRequest: readRequest('documents'),
  unary: (answer, request) => ({
    object: 'list',
    data: best(request, 'top_k').map((one) => shown(one, request)),
    model: answer.model,
    usage: { total_tokens: request.promptTokens },
  }),
  error: (_complaint, _status, message) => ({ detail: message }),
} satisfies SimulatedDialect;

export const teiRerank = {
  ...PLAIN,
  id: 'tei-rerank',
  answers: (path) => path.endsWith('/tei-rerank/rerank'),
  // The server has one model, and is not told which.
  modelOf: (body) => asString(body['model']) ?? 'served',
  readRequest: readRequest('texts'),
  unary: (_answer, request) => ranked(request).map(({ index, score }) => ({ index, score })),
  error: (_complaint, _status, message) => ({ error: message, error_type: 'Validation' }),
} satisfies SimulatedDialect;
