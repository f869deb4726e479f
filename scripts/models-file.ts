// A file of src/providers/models as text: the same facts give the same bytes, in the layout of the project's formatter.

import type { ModelEntry } from '#providers/entry.ts';
import type { PriceList } from '#providers/price.ts';
import type { ModelsFile } from '#providers/schema.ts';

const LINE_LENGTH_MAX = 110;
const PRICE_ORDER = [
  'input',
  'output',
  'cacheRead',
  'cacheWrite',
  'cacheWrite1h',
  'reasoning',
  'audioInput',
  'audioOutput',
  'request',
] as const satisfies readonly (keyof PriceList)[];

export function printModelsFile({ source, checked, models }: ModelsFile): string {
  const head = `{\n  "source": ${JSON.stringify(source)},\n  "checked": ${JSON.stringify(checked)},\n`;
  if (models.length === 0) return `${head}  "models": []\n}\n`;
  const sorted = [...models].sort((a, b) => (a.id < b.id ? -1 : 1));
  return `${head}  "models": [\n${sorted.map(printModel).join(',\n')}\n  ]\n}\n`;
}

function printModel(model: ModelEntry): string {
  const { id, name, price, contextTokens, maxOutputTokens, traits, source } = model;
  const fields: Record<string, unknown> = { id, name, price, contextTokens, maxOutputTokens, traits, source };
  const lines = Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => (key === 'price' ? printPrice(price) : printField(key, value)));
  return `    {\n${lines.join(',\n')}\n    }`;
}

function printPrice(price: PriceList = {}): string {
  const parts = PRICE_ORDER.filter((key) => price[key] !== undefined).map((key) => `"${key}": ${price[key]}`);
  return fold('      "price": ', ['{ ', ' }'], parts);
}

function printField(key: string, value: unknown): string {
  const start = `      "${key}": `;
  if (!Array.isArray(value)) return start + JSON.stringify(value);
  return fold(
    start,
    ['[', ']'],
    value.map((item) => JSON.stringify(item)),
  );
}

/** On one line, or a line for each part where one would be too long. A comma may follow. */
function fold(start: string, [open, close]: readonly [string, string], parts: readonly string[]): string {
  const line = start + open + parts.join(', ') + close;
  if (line.length < LINE_LENGTH_MAX) return line;
  return `${start}${open.trim()}\n${parts.map((part) => `        ${part}`).join(',\n')}\n      ${close.trim()}`;
}
