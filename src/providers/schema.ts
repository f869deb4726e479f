// What may stand in a catalogue file, and in an operator's own description of a provider: strict, so that a misspelt key
// fails instead of being ignored. Messages are phrases that complete "expected …".

import { z } from 'zod';
import type { DataPolicy, ModelEntry, ProviderEntry } from './entry.ts';
import { PRICE_JUMP_MAX } from './price-jumps.ts';
import { priceSchema } from './price-schema.ts';
import { answersInTokens, TRAIT_NAMES, TRAITS } from './trait.ts';

const URL_FORM = 'an http or https URL without user, query or fragment';
const AUTH_FORM = 'none, bearer, or { header: NAME }';
const HEADER_FORM = 'the name of a header, such as x-api-key';
const DATE_FORM = 'a date such as 2026-11-22';
const SOURCE_FORM = 'the https URL of a page that says so';

function isBaseUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return /^https?:$/.test(protocol) && username + password === '' && !/[?#\s]/.test(text);
}

const shortText = z.string().min(1).max(200);
const baseUrl = z.string(URL_FORM).refine(isBaseUrl, URL_FORM);
const header = z.string().regex(/^[A-Za-z0-9-]{1,64}$/, HEADER_FORM);
const variable = z
  .string()
  .regex(/^[A-Z][A-Z0-9_]{0,99}$/, 'the name of an environment variable, such as EXAMPLE_API_KEY');
const quirks = z.record(shortText, z.union([z.string(), z.boolean(), z.number()]));

const source = z.string().regex(/^https:\/\/[^\s]+$/, SOURCE_FORM);
const checked = z.iso.date(DATE_FORM);

const dataPolicy = z
  .strictObject({
    regions: z
      .array(z.string().regex(/^[a-z]{2}$/, 'a country or union in two letters, such as fr or eu'))
      .min(1)
      .optional()
      .describe('Where requests are processed: all places, as fr or eu.'),
    zdr: z.boolean().optional().describe('Whether nothing is kept after the answer.'),
    noTraining: z.boolean().optional().describe('Whether nothing is used to train models.'),
  })
  .describe(
    'What the provider does with the data. What is left out is unknown.',
  ) satisfies z.ZodType<DataPolicy>;

/** A file of `catalogue/` without its id, which is the file's name. */
export const providerSchema = z.strictObject({
  name: shortText,
  speaks: z
    .record(shortText, z.strictObject({ url: baseUrl, quirks: quirks.default({}) }))
    .refine((speaks) => Object.keys(speaks).length > 0, 'at least one dialect'),
  auth: z.discriminatedUnion('scheme', [
    z.strictObject({ scheme: z.literal('bearer'), secret: variable.optional() }),
    z.strictObject({ scheme: z.literal('header'), header, secret: variable.optional() }),
    z.strictObject({ scheme: z.literal('none') }),
  ]),
  dataPolicy: dataPolicy.optional(),
  facts: z.array(z.strictObject({ about: shortText, source, checked })).min(1),
}) satisfies z.ZodType<Omit<ProviderEntry, 'id'>>;

const tokens = z.int().min(1).max(1_000_000_000);

const modelFields = {
  name: shortText.optional().describe('Name for people.'),
  price: priceSchema.optional().describe('What the model costs. Without it the cost is unknown, never zero.'),
  contextTokens: tokens.optional().describe('Length of the context window.'),
  maxOutputTokens: tokens.optional().describe('Longest answer.'),
};
const traits = z
  .array(z.enum(TRAIT_NAMES))
  .describe(`What the model can do. Empty: nothing is known. ${traitsTold()}`);

function traitsTold(): string {
  return TRAIT_NAMES.map((name) => `${name}: ${TRAITS[name].about}`).join(' ');
}

/** A price has an output unless the model answers without tokens. */
function hasWholePrice({ price, traits: known }: Pick<ModelEntry, 'price' | 'traits'>): boolean {
  return price === undefined || price.output !== undefined || !answersInTokens(known);
}
const WHOLE_PRICE = {
  path: ['price', 'output'],
  error: 'the price of the output too; only embeddings, rerank and moderation have none',
};

const sourceFields = {
  source,
  version: shortText.optional(),
  checked,
  pages: z.array(source).optional(),
};

/** A file of `models/`: what one provider's models cost and can do, by whom and when it was said. */
export const modelsSchema = z.strictObject({
  ...sourceFields,
  also: z.array(z.strictObject(sourceFields)).optional(),
  models: z.array(
    z
      .strictObject({
        id: shortText,
        ...modelFields,
        traits,
        speaks: z.array(shortText).min(1).optional(),
        from: z.int().min(1).optional(),
        source: source.optional(),
      })
      .refine(hasWholePrice, WHOLE_PRICE),
  ),
}) satisfies z.ZodType<ModelsFile>;

/** Where facts come from: a page or a file of record, its version where it has one, and the day it was looked at. */
export interface Source {
  readonly source: string;
  readonly version?: string | undefined;
  /** YYYY-MM-DD */
  readonly checked: string;
  /** Pages of the vendor that the source itself refers to. */
  readonly pages?: readonly string[] | undefined;
}

export interface ModelsFile extends Source {
  /** Others that gave facts, the first having the last word. */
  readonly also?: readonly Source[] | undefined;
  readonly models: readonly ModelEntry[];
}

export const credentialSchema = z.strictObject({
  secret: z.string().describe('The secret by reference: env:NAME or file:PATH.'),
  weight: z
    .number()
    .positive()
    .max(1_000_000)
    .optional()
    .describe('Share beside the other credentials; 1 if absent.'),
});

const customModel = z.strictObject({
  ...modelFields,
  priceJump: z
    .literal('accept')
    .optional()
    .describe(`accept: a price that is more than ${PRICE_JUMP_MAX} times off its predecessor is meant.`),
  traits: traits.optional(),
});

/** An operator's own provider in clew.yaml: the short form of the same entry, with one dialect. */
export const customProviderSchema = z.strictObject({
  name: shortText.optional().describe('Name for people.'),
  dialect: z.string().describe('The wire language that the provider speaks.'),
  url: baseUrl.describe('Base URL; paths of the dialect are appended.'),
  auth: z
    .union(
      [
        z.enum(['none', 'bearer']),
        z.strictObject({ header: header.describe('Header that carries the secret.') }),
      ],
      AUTH_FORM,
    )
    .optional()
    .describe(`How the provider knows the caller: ${AUTH_FORM}. bearer if absent.`),
  quirks: quirks.optional().describe('Named differences from the dialect.'),
  dataPolicy: dataPolicy.optional(),
  credentials: z.array(credentialSchema).min(1).max(1_000).optional().describe('Secrets for the provider.'),
  models: z
    .record(shortText, customModel)
    .optional()
    .describe('Models in the provider’s own words, with prices and limits.'),
});

export type CustomProvider = z.infer<typeof customProviderSchema>;

/** The short form as an entry. Credentials and models are the configuration's to resolve. */
export function customEntry(id: string, custom: CustomProvider): ProviderEntry {
  const { name = id, dialect, url, auth = 'bearer', quirks: chosen = {}, dataPolicy: stated } = custom;
  return {
    id,
    name,
    speaks: { [dialect]: { url: withoutTrailingSlash(url), quirks: chosen } },
    auth: typeof auth === 'string' ? { scheme: auth } : { scheme: 'header', header: auth.header },
    ...(stated === undefined ? {} : { dataPolicy: stated }),
    facts: [],
  };
}

/** Paths of dialects begin with a slash. */
export function withoutTrailingSlash(url: string): string {
  return url.replace(/\/+$/, '');
}
