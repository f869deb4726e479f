// A file of src/providers/models as text: the same facts give the same bytes, a model on each line.

import { RATE_NAMES } from '#providers/prices.ts';
import type { ModelEntry } from '#providers/entry.ts';
import type { PriceList, TierList } from '#providers/price.ts';
import type { ModelsFile, Source } from '#providers/schema.ts';

export function printModelsFile({ source, version, checked, pages, also, models }: ModelsFile): string {
  const sorted = [...models]
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map((model) => print(orderedModel(model)));
  const lines = [
    ...Object.entries({ source, version, checked, pages }).flatMap(([key, value]) =>
      value === undefined ? [] : [`  ${print(key)}: ${print(value)}`],
    ),
    ...(also === undefined
      ? []
      : [`  "also": ${printList(also.map((other) => print(orderedSource(other))))}`]),
    `  "models": ${printList(sorted)}`,
  ];
  return `{\n${lines.join(',\n')}\n}\n`;
}

function printList(items: readonly string[]): string {
  return items.length === 0 ? '[]' : `[\n${items.map((item) => `    ${item}`).join(',\n')}\n  ]`;
}

function orderedSource({ source, version, checked, pages }: Source): object {
  return { source, version, checked, pages };
}

function orderedModel(model: ModelEntry): object {
  const { id, name, price, contextTokens, maxOutputTokens, traits, speaks, from, source } = model;
  const ordered = price === undefined ? undefined : orderedPrice(price);
  return { id, name, price: ordered, contextTokens, maxOutputTokens, traits, speaks, from, source };
}

function orderedPrice(price: PriceList): object {
  return {
    ...orderedRates(price),
    tiers: price.tiers?.map((tier) => ({ above: tier.above, ...orderedRates(tier) })),
  };
}

function orderedRates(rates: PriceList | TierList): object {
  return Object.fromEntries(RATE_NAMES.map((name) => [name, rates[name]]));
}

/** JSON on one line, with room to breathe. What is undefined is left out. */
function print(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(print).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  return fields.length === 0
    ? '{}'
    : `{ ${fields.map(([key, field]) => `${JSON.stringify(key)}: ${print(field)}`).join(', ')} }`;
}
