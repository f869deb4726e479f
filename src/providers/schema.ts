// What may stand in a catalogue file, and in an operator's own description of a provider: strict, so that a misspelt key
// fails instead of being ignored. Messages are phrases that complete "expected …".

import { z } from 'zod';
import type { AuthScheme, DataPolicy, ModelEntry, ProviderEntry } from './entry.ts';
import { PRICE_JUMP_MAX } from './price-jumps.ts';
import { priceSchema } from './price-schema.ts';
import { answersInTokens, TRAIT_NAMES, TRAITS } from './trait.ts';
import { VARIABLE_NAME, VARIABLE_VALUE, withSample } from './variables.ts';

const URL_FORM = 'an http or https URL without user, query or fragment';
const AUTH_FORM = 'none, bearer, { header: NAME }, { aws-sigv4: … }, google, or { entra: … }';
const HEADER_FORM = 'the name of a header, such as x-api-key';
const DATE_FORM = 'a date such as 2026-11-22';
const SOURCE_FORM = 'the https URL of a page that says so';

function isBaseUrl(written: string): boolean {
  const text = withSample(written);
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
/** Region, service, tenant or client: plain, or the name of a variable in braces. */
const plainOrVariable = z
  .string()
  .regex(/^(?:[A-Za-z0-9._-]{1,100}|\{[a-z][a-z0-9_]*\})$/, 'a plain word, or {variable}');
const scope = z.string().regex(/^[a-z]+:\/\/[^\s]{1,200}$/, 'a scope such as https://ai.azure.com/.default');
const ambient = { secret: variable.optional(), ambient: variable.optional() };
const urlVariables = z.record(
  z.string().regex(VARIABLE_NAME, 'a name of small letters, digits and _'),
  z.strictObject({
    env: z.array(variable).min(1).optional(),
    default: plainOrVariable.optional(),
    without: z.record(z.string().regex(VARIABLE_VALUE), shortText).optional(),
  }),
);

const issuer = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, 'lower-case letters, digits and . _ -')
  .describe(
    'Whose seals of reasoning the provider takes and gives: the id of a provider of the catalogue. If absent, that of the vendor whose language it speaks.',
  );

export const promptCacheSchema = z
  .enum(['auto', 'client'], 'auto or client')
  .describe(
    'Who marks prompts for the provider’s cache, where it caches marked prompts only. auto: Clew, where the client has not. client: nobody else; if absent.',
  );

const quirks = z.record(shortText, z.union([z.string(), z.boolean(), z.number()]));

const source = z.string().regex(/^https:\/\/[^\s]+$/, SOURCE_FORM);
const checked = z.iso.date(DATE_FORM);

export const regionCode = z
  .string()
  .regex(/^[a-z]{2}$/, 'a country or union in two letters, such as fr or eu');

export const dataPolicy = z
  .strictObject({
    regions: z
      .array(regionCode)
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
    z.strictObject({
      scheme: z.literal('aws-sigv4'),
      service: plainOrVariable,
      region: plainOrVariable,
      ...ambient,
    }),
    z.strictObject({ scheme: z.literal('google'), ...ambient }),
    z.strictObject({
      scheme: z.literal('entra'),
      scope,
      tenant: plainOrVariable.optional(),
      client: plainOrVariable.optional(),
      ...ambient,
    }),
    z.strictObject({ scheme: z.literal('none') }),
  ]),
  issuer: issuer.optional(),
  dataPolicy: dataPolicy.optional(),
  variables: urlVariables.optional(),
  facts: z.array(z.strictObject({ about: shortText, source, checked })).min(1),
}) satisfies z.ZodType<Omit<ProviderEntry, 'id'>>;

const tokens = z.int().min(1).max(1_000_000_000);

const modelFields = {
  name: shortText.optional().describe('Name for people.'),
  price: priceSchema.optional().describe('What the model costs. Without it the cost is unknown, never zero.'),
  contextTokens: tokens.optional().describe('Length of the context window.'),
  maxOutputTokens: tokens.optional().describe('Longest answer.'),
};
export const traits = z
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

/** An operator's own provider in clew.yaml: the short form of the same entry, with one address. */
export const customProviderSchema = z.strictObject({
  name: shortText.optional().describe('Name for people.'),
  dialect: z.string().describe('The wire language that the provider speaks.'),
  also: z
    .array(z.string())
    .min(1)
    .max(32)
    .optional()
    .describe('Further wire languages that it speaks under the same URL, such as openai-embeddings.'),
  url: baseUrl.describe('Base URL; paths of the dialect are appended.'),
  auth: z
    .union(
      [
        z.enum(['none', 'bearer', 'google']),
        z.strictObject({ header: header.describe('Header that carries the secret.') }),
        z.strictObject({
          'aws-sigv4': z
            .strictObject({
              service: plainOrVariable.optional().describe('Service that is signed for; bedrock if absent.'),
              region: plainOrVariable.describe('Region that is signed for.'),
            })
            .describe('AWS Signature 4.'),
        }),
        z.strictObject({
          entra: z
            .strictObject({
              scope: scope.optional().describe('What the token is for; that of Azure OpenAI if absent.'),
              tenant: plainOrVariable
                .optional()
                .describe('Tenant of the client whose secret stands in credentials.'),
              client: plainOrVariable.optional().describe('Id of that client, or of a managed identity.'),
            })
            .describe('Access tokens of Microsoft Entra.'),
        }),
      ],
      AUTH_FORM,
    )
    .optional()
    .describe(`How the provider knows the caller: ${AUTH_FORM}. bearer if absent.`),
  quirks: quirks.optional().describe('Named differences from the dialect.'),
  issuer: issuer.optional(),
  promptCache: promptCacheSchema.optional(),
  dataPolicy: dataPolicy.optional(),
  variables: z
    .record(
      z.string(),
      z.string().regex(VARIABLE_VALUE, 'letters, digits, - and _: a part of a host or of a path'),
    )
    .optional()
    .describe('Values for what stands in braces in the URL, such as region: eu-central-1.'),
  credentials: z.array(credentialSchema).min(1).max(1_000).optional().describe('Secrets for the provider.'),
  models: z
    .record(shortText, customModel)
    .optional()
    .describe('Models in the provider’s own words, with prices and limits.'),
});

export type CustomProvider = z.infer<typeof customProviderSchema>;

/** The short form as an entry. Credentials and models are the configuration's to resolve. */
export function customEntry(id: string, custom: CustomProvider): ProviderEntry {
  const { name = id, dialect, also = [], auth = 'bearer', quirks: chosen = {}, dataPolicy: stated } = custom;
  const { issuer: sealer, promptCache } = custom;
  const url = withoutTrailingSlash(custom.url);
  const further = also.map((language) => [language, { url, quirks: {} }] as const);
  return {
    id,
    name,
    ...(sealer === undefined ? {} : { issuer: sealer }),
    ...(promptCache === undefined ? {} : { promptCache }),
    speaks: { [dialect]: { url, quirks: chosen }, ...Object.fromEntries(further) },
    auth: authScheme(auth),
    ...(stated === undefined ? {} : { dataPolicy: stated }),
    facts: [],
  };
}

/** The scope of Azure OpenAI: learn.microsoft.com/azure/ai-foundry/openai/how-to/managed-identity. */
const ENTRA_SCOPE = 'https://cognitiveservices.azure.com/.default';

/** The short form of a scheme, as clew.yaml has it. */
export function authScheme(auth: NonNullable<CustomProvider['auth']>): AuthScheme {
  if (typeof auth === 'string') return { scheme: auth };
  if ('header' in auth) return { scheme: 'header', header: auth.header };
  if ('entra' in auth) return { scheme: 'entra', ...auth.entra, scope: auth.entra.scope ?? ENTRA_SCOPE };
  const { service = 'bedrock', region } = auth['aws-sigv4'];
  return { scheme: 'aws-sigv4', service, region };
}

/** Paths of dialects begin with a slash. */
export function withoutTrailingSlash(url: string): string {
  return url.replace(/\/+$/, '');
}
