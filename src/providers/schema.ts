// What may stand in a catalogue file, and in an operator's own description of a provider: strict, so that a misspelt key
// fails instead of being ignored. Messages are phrases that complete "expected …".

import { z } from 'zod';
import type { ModelEntry, ProviderEntry } from './entry.ts';
import type { PriceList } from './price.ts';

const URL_FORM = 'an http or https URL without user, query or fragment';
const AUTH_FORM = 'none, bearer, or { header: NAME }';
const HEADER_FORM = 'the name of a header, such as x-api-key';
const DATE_FORM = 'a date such as 2026-11-22';
const SOURCE_FORM = 'the https URL of a page that says so';

const TRAITS = [
  'vision',
  'files',
  'audio-input',
  'audio-output',
  'video-input',
  'image-output',
  'tools',
  'json-schema',
  'reasoning',
] as const satisfies readonly ModelEntry['traits'][number][];

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

/** A file of `catalogue/` without its id, which is the file's name. */
export const providerSchema = z.strictObject({
  name: shortText,
  speaks: z
    .record(
      shortText,
      z.strictObject({
        url: baseUrl,
        quirks: quirks.default({}),
        models: z.array(shortText).min(1).optional(),
      }),
    )
    .refine((speaks) => Object.keys(speaks).length > 0, 'at least one dialect'),
  auth: z.discriminatedUnion('scheme', [
    z.strictObject({ scheme: z.literal('bearer'), secret: variable.optional() }),
    z.strictObject({ scheme: z.literal('header'), header, secret: variable.optional() }),
    z.strictObject({ scheme: z.literal('none') }),
  ]),
  facts: z.array(z.strictObject({ about: shortText, source, checked })).min(1),
}) satisfies z.ZodType<Omit<ProviderEntry, 'id'>>;

const dollars = z.number().min(0).max(1_000_000);
const tokens = z.int().min(1).max(1_000_000_000);

/** Half a price is none: with `input` alone a cost could not be told. */
const priceSchema = z.strictObject({
  input: dollars.describe('US dollars for a million input tokens.'),
  output: dollars.describe('US dollars for a million output tokens.'),
  cacheRead: dollars.optional().describe('US dollars for a million input tokens read from a prompt cache.'),
  cacheWrite: dollars.optional().describe('US dollars for a million input tokens written to a prompt cache.'),
  cacheWrite1h: dollars.optional().describe('The same for a cache that lives an hour.'),
  reasoning: dollars.optional().describe('US dollars for a million reasoning tokens, where they cost extra.'),
  audioInput: dollars.optional().describe('US dollars for a million audio tokens in the input.'),
  audioOutput: dollars.optional().describe('US dollars for a million audio tokens in the output.'),
  request: dollars.optional().describe('US dollars for a request, whatever its tokens.'),
}) satisfies z.ZodType<PriceList>;

const modelFields = {
  name: shortText.optional().describe('Name for people.'),
  price: priceSchema.optional().describe('What the model costs. Without it the cost is unknown, never zero.'),
  contextTokens: tokens.optional().describe('Length of the context window.'),
  maxOutputTokens: tokens.optional().describe('Longest answer.'),
};
const traits = z.array(z.enum(TRAITS)).describe('What the model can do. Empty: nothing is known.');

/** A file of `models/`: what one provider's models cost and can do, by whom and when it was said. */
export const modelsSchema = z.strictObject({
  source,
  checked,
  models: z.array(z.strictObject({ id: shortText, ...modelFields, traits, source: source.optional() })),
}) satisfies z.ZodType<ModelsFile>;

export interface ModelsFile {
  readonly source: string;
  readonly checked: string;
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
  credentials: z.array(credentialSchema).min(1).max(1_000).optional().describe('Secrets for the provider.'),
  models: z
    .record(shortText, z.strictObject({ ...modelFields, traits: traits.optional() }))
    .optional()
    .describe('Models in the provider’s own words, with prices and limits.'),
});

export type CustomProvider = z.infer<typeof customProviderSchema>;

/** The short form as an entry. Credentials and models are the configuration's to resolve. */
export function customEntry(id: string, custom: CustomProvider): ProviderEntry {
  const { name = id, dialect, url, auth = 'bearer', quirks: chosen = {} } = custom;
  return {
    id,
    name,
    speaks: { [dialect]: { url: withoutTrailingSlash(url), quirks: chosen } },
    auth: typeof auth === 'string' ? { scheme: auth } : { scheme: 'header', header: auth.header },
    facts: [],
  };
}

/** Paths of dialects begin with a slash. */
export function withoutTrailingSlash(url: string): string {
  return url.replace(/\/+$/, '');
}
