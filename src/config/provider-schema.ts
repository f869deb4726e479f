// The `providers` part of clew.yaml: one of the catalogue, for which everything may be left out, or one of the operator's
// own, which needs its dialect and url (checks/providers.ts).

import { z } from 'zod';
import { customProviderSchema } from '#providers/schema.ts';

const described = customProviderSchema.partial({ dialect: true, url: true });

export const providerId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, 'lower-case letters, digits and . _ -');

export const provider = z
  .union([z.literal('off'), described], 'a map, or off')
  .describe('off, or what differs from the catalogue, or a provider of your own with its dialect and url.');

export type ProviderConfig = z.infer<typeof described>;
