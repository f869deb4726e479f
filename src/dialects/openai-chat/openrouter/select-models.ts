// Which rows of the catalogue a query wants. Without one, all models that answer in text, as there.

import type { ListedEndpoint, ListedModel } from '../../dialect.ts';
import { supportedBy } from './supported.ts';

const LIMIT_DEFAULT = 500;
const LIMIT_MAX = 1_000;
/** Prices in a query are dollars for a million tokens; ours are millionths of a millionth of one for a token. */
const PICO_PER_QUERY = 1_000_000;

export interface Selected {
  readonly rows: readonly ListedModel[];
  /** Of all pages. */
  readonly total: number;
  /** The query of the next page; undefined when there is none. */
  readonly next: string | undefined;
}

export function selectModels(models: readonly ListedModel[], query: URLSearchParams): Selected {
  const tests = testsOf(query);
  const rows = models.filter((model) => {
    const first = model.endpoints?.()[0];
    return first !== undefined && tests.every((test) => test(model, first));
  });
  sortRows(rows, query.get('sort'));
  const paged = query.has('limit') || query.has('offset');
  if (!paged) return { rows, total: rows.length, next: undefined };
  const offset = numberOf(query, 'offset') ?? 0;
  const limit = Math.min(numberOf(query, 'limit') ?? LIMIT_DEFAULT, LIMIT_MAX);
  const page = rows.slice(offset, offset + limit);
  const end = offset + page.length;
  if (page.length === 0 || end >= rows.length) return { rows: page, total: rows.length, next: undefined };
  const next = new URLSearchParams(query);
  next.set('offset', String(end));
  next.set('limit', String(limit));
  return { rows: page, total: rows.length, next: next.toString() };
}

type Test = (model: ListedModel, first: ListedEndpoint) => boolean;

function testsOf(query: URLSearchParams): readonly Test[] {
  const tests: Test[] = [];
  const outputs = query.get('output_modalities') ?? 'text';
  if (outputs !== 'all') tests.push((_, first) => wordsOf(outputs).every((word) => has(first.outputs, word)));
  const inputs = query.get('input_modalities');
  if (inputs !== null) tests.push((_, first) => wordsOf(inputs).every((word) => has(first.inputs, word)));
  const parameters = query.get('supported_parameters');
  if (parameters !== null) {
    tests.push((model) => {
      const supported = supportedBy(model.endpoints?.() ?? []);
      return wordsOf(parameters).every((word) => supported.includes(word));
    });
  }
  const text = query.get('q')?.toLowerCase();
  if (text !== undefined)
    tests.push(({ id }, first) => `${id} ${first.name ?? ''}`.toLowerCase().includes(text));
  const context = numberOf(query, 'context');
  if (context !== undefined) tests.push(({ contextTokens }) => (contextTokens ?? 0) >= context);
  const providers = query.get('providers');
  if (providers !== null) {
    const wanted = wordsOf(providers).map((word) => word.toLowerCase());
    tests.push((model) =>
      (model.endpoints?.() ?? []).some(
        ({ provider, providerName }) =>
          wanted.includes(provider) || wanted.includes(providerName.toLowerCase()),
      ),
    );
  }
  for (const [word, field] of [
    ['price', 'input'],
    ['output_price', 'output'],
  ] as const) {
    const least = numberOf(query, `min_${word}`);
    const most = numberOf(query, `max_${word}`);
    if (least !== undefined) tests.push((_, first) => (first.price?.[field] ?? -1) >= least * PICO_PER_QUERY);
    if (most !== undefined)
      tests.push((_, first) => (first.price?.[field] ?? Infinity) <= most * PICO_PER_QUERY);
  }
  return tests;
}

function wordsOf(list: string): readonly string[] {
  return list
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
}

function has(words: readonly string[], word: string): boolean {
  return words.includes(word);
}

function numberOf(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  const number = Number(text);
  return text !== null && text !== '' && Number.isFinite(number) && number >= 0 ? number : undefined;
}

/** Unknown prices and windows go to the end, whichever way. */
function sortRows(rows: ListedModel[], by: string | null): void {
  const price = (model: ListedModel): number | undefined => model.endpoints?.()[0]?.price?.['input'];
  if (by === 'pricing-low-to-high') rows.sort((a, b) => (price(a) ?? Infinity) - (price(b) ?? Infinity));
  if (by === 'pricing-high-to-low') rows.sort((a, b) => (price(b) ?? -1) - (price(a) ?? -1));
  if (by === 'context-high-to-low') rows.sort((a, b) => (b.contextTokens ?? 0) - (a.contextTokens ?? 0));
}
