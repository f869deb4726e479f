// The object `provider` of a body: which providers, in which order, at which price and speed. Its schema is closed there,
// and so it is here: a misspelt `ignore` must not pass for a request without one.

import { asObject, isObject } from '#base/json.ts';
import type { Json, JsonObject } from '#base/json.ts';
import { nearest } from '#base/nearest.ts';
import type { Percentiles, ProviderWishes, RoutingWishes, SortWish } from '#canonical/request.ts';
import { decodeTexts, decodeWord } from './wishes-read.ts';
import type { Refuse } from './wishes-read.ts';

interface Read {
  readonly wishes: ProviderWishes;
  readonly partition: RoutingWishes['partition'];
}

type Draft = { -readonly [Key in keyof ProviderWishes]: ProviderWishes[Key] };

const FIELDS: readonly string[] = [
  'order',
  'only',
  'ignore',
  'allow_fallbacks',
  'require_parameters',
  'data_collection',
  'zdr',
  'enforce_distillable_text',
  'quantizations',
  'sort',
  'max_price',
  'preferred_min_throughput',
  'preferred_max_latency',
];
const SORTS: readonly SortWish[] = ['price', 'throughput', 'latency', 'exacto'];
const PARTITIONS = ['model', 'none'] as const;
const PRICES = ['prompt', 'completion', 'request', 'image', 'audio'] as const;
const PERCENTILES = ['p50', 'p75', 'p90', 'p99'] as const;
const MS_PER_SECOND = 1_000;

export function decodeProviderWishes(
  field: string,
  value: Json | undefined,
  refuse: Refuse,
): Read | undefined {
  if (value === undefined || value === null) return undefined;
  const body = asObject(value);
  if (body === undefined) {
    refuse(field, 'must be an object');
    return undefined;
  }
  refuseUnknown(field, body, FIELDS, refuse);
  const wishes: Draft = {};
  readLists(field, body, wishes, refuse);
  readSwitches(field, body, wishes, refuse);
  const sorted = decodeSort(`${field}.sort`, body['sort'], refuse);
  if (sorted.by !== undefined) wishes.sort = sorted.by;
  const maxPrice = decodeAmounts(`${field}.max_price`, body['max_price'], PRICES, refuse);
  if (maxPrice !== undefined) wishes.maxPrice = maxPrice;
  const slowest = decodePercentiles(
    `${field}.preferred_min_throughput`,
    body['preferred_min_throughput'],
    refuse,
  );
  if (slowest !== undefined) wishes.minThroughput = slowest;
  const latency = decodePercentiles(`${field}.preferred_max_latency`, body['preferred_max_latency'], refuse);
  if (latency !== undefined) wishes.maxLatencyMs = inMs(latency);
  return { wishes, partition: sorted.partition };
}

function refuseUnknown(field: string, body: JsonObject, known: readonly string[], refuse: Refuse): void {
  for (const key in body) {
    if (known.includes(key)) continue;
    const near = nearest(key, known, 1)[0];
    const name = `${field}.${key.slice(0, 60)}`;
    refuse(name, near === undefined ? 'is not known' : `is not known; did you mean \`${near}\``);
  }
}

function readLists(field: string, body: JsonObject, wishes: Draft, refuse: Refuse): void {
  for (const name of ['order', 'only', 'ignore', 'quantizations'] as const) {
    const list = decodeTexts(`${field}.${name}`, body[name], refuse);
    if (list !== undefined) wishes[name] = list;
  }
}

function readSwitches(field: string, body: JsonObject, wishes: Draft, refuse: Refuse): void {
  const switches = [
    ['allow_fallbacks', 'allowFallbacks'],
    ['require_parameters', 'requireParameters'],
    ['zdr', 'zeroRetention'],
    ['enforce_distillable_text', 'distillable'],
  ] as const;
  for (const [name, ours] of switches) {
    const value = body[name];
    if (typeof value === 'boolean') wishes[ours] = value;
    else if (value !== undefined && value !== null) refuse(`${field}.${name}`, 'must be true or false');
  }
  // An editor's older version says `disallow`.
  const said = body['data_collection'] === 'disallow' ? 'deny' : body['data_collection'];
  const collection = decodeWord(`${field}.data_collection`, said, ['allow', 'deny'] as const, refuse);
  if (collection !== undefined) wishes.dataCollection = collection;
}

function decodeSort(
  field: string,
  value: Json | undefined,
  refuse: Refuse,
): { readonly by?: SortWish | undefined; readonly partition?: RoutingWishes['partition'] } {
  if (!isObject(value)) return { by: decodeWord(field, value, SORTS, refuse) };
  refuseUnknown(field, value, ['by', 'partition'], refuse);
  return {
    by: decodeWord(`${field}.by`, value['by'], SORTS, refuse),
    partition: decodeWord(`${field}.partition`, value['partition'], PARTITIONS, refuse),
  };
}

function decodePercentiles(field: string, value: Json | undefined, refuse: Refuse): Percentiles | undefined {
  // A bare number means the median.
  return decodeAmounts(field, typeof value === 'number' ? { p50: value } : value, PERCENTILES, refuse);
}

/** Numbers by name. One may be written as a text, as some clients write prices. */
function decodeAmounts<Name extends string>(
  field: string,
  value: Json | undefined,
  names: readonly Name[],
  refuse: Refuse,
): Partial<Record<Name, number>> | undefined {
  if (value === undefined || value === null) return undefined;
  const body = asObject(value);
  if (body === undefined) {
    refuse(field, `must be an object of numbers: ${names.join(', ')}`);
    return undefined;
  }
  refuseUnknown(field, body, names, refuse);
  const amounts: Partial<Record<Name, number>> = {};
  for (const name of names) {
    const written = body[name];
    if (written === undefined || written === null) continue;
    const amount = amountOf(written);
    if (amount === undefined) refuse(`${field}.${name}`, 'must be a number that is not negative');
    else amounts[name] = amount;
  }
  return amounts;
}

function amountOf(written: Json): number | undefined {
  const number = typeof written === 'string' && written.trim() !== '' ? Number(written) : written;
  return typeof number === 'number' && Number.isFinite(number) && number >= 0 ? number : undefined;
}

function inMs(seconds: Percentiles): Percentiles {
  const ms: { -readonly [Key in keyof Percentiles]: Percentiles[Key] } = {};
  for (const name of PERCENTILES) {
    const value = seconds[name];
    if (value !== undefined) ms[name] = value * MS_PER_SECOND;
  }
  return ms;
}
