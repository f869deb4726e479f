// The schema of clew.yaml: what may stand there, in one place, with a sentence for every field (it becomes
// clew.schema.json, which editors show). Strict: an unknown key is an error, and only what works is known.
// Custom messages are phrases that complete "expected …" (see complaints.ts).

import { z } from 'zod';
import { promptCacheSchema } from '#providers/schema.ts';
import { limits, priority } from './limits-schema.ts';
import { policy } from './policies/schema.ts';
import { provider, providerId } from './provider-schema.ts';
import { fallback, routing, target } from './routing-schema.ts';
import { address, duration, limit, memory, size } from './written.ts';

const shed = z.union(
  [
    z.literal('off'),
    z.strictObject({
      loop_delay: limit
        .optional()
        .describe('By how much timers may be late, such as 100ms, which it is if absent.'),
      heap: memory.optional().describe('What the heap may hold, such as 2GB. 1.5GB if absent.'),
      in_flight: z.int().min(1).optional().describe('Exchanges at once. 10000 if absent.'),
    }),
  ],
  'off, or a map of loop_delay, heap and in_flight',
);

const server = z.strictObject({
  listen: address
    .optional()
    .describe('Address of the data plane, which clients call. Any but a loopback one needs keys.'),
  admin: address
    .optional()
    .describe('Address of the admin plane: health and metrics. Any but a loopback one needs keys.'),
  body_limit: size.optional().describe('Largest request body, such as 32MB. A KB is 1024 bytes.'),
  body_deadline: limit
    .optional()
    .describe('Time in which the whole request body must have arrived, such as 30s.'),
  drain: duration.optional().describe('How long live exchanges may go on after SIGTERM, such as 30s.'),
  keep_alive: duration
    .optional()
    .describe(
      'Silence after which a waiting client is shown that its stream is alive, such as 15s; 0s: never.',
    ),
  shed: shed
    .optional()
    .describe('From when on new requests are refused for load, the lowest class first; off: never.'),
  passthrough: z
    .boolean()
    .optional()
    .describe('Whether bytes may go through unchanged where client and provider speak the same dialect.'),
});

const storage = z.strictObject({
  url: z
    .string()
    .regex(/^sqlite:.+/, 'a database such as sqlite:./data/clew.db')
    .optional()
    .describe('Where records are kept: sqlite:PATH, relative to the directory that Clew is started in.'),
});

const reasoningState = z.union(
  [
    z.literal('off'),
    z.strictObject({
      turns: z
        .int()
        .min(1)
        .max(10_000_000)
        .optional()
        .describe('Turns in all; the oldest go first. 100000 if absent.'),
      size: size.optional().describe('What they may take in memory, such as 64MB, which it is if absent.'),
      lifetime: limit.optional().describe('How long a turn is kept, such as 12h; 24h if absent.'),
    }),
  ],
  'off, or a map of turns, size and lifetime',
);

const explanations = z.strictObject({
  above: z
    .int()
    .min(0)
    .max(1_000_000)
    .optional()
    .describe('Exchanges a second, in one process, up to which all numbers are kept; 100 if absent.'),
  detail: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .describe(
      'Beyond that: the part of the exchanges for which they are, such as 0.1, which it is if absent.',
    ),
});

const key = z.strictObject({
  name: z
    .string()
    .regex(/^[\w.@ -]{1,64}$/, 'a name of up to 64 letters, digits, spaces and . _ - @')
    .describe('Who holds the key; stands in logs and records.'),
  secret: z
    .string('env:NAME or file:PATH')
    .describe('What the client sends, by reference: env:NAME or file:PATH.'),
  models: z
    .array(z.string())
    .min(1)
    .optional()
    .describe('Models that this key may ask for. Without the list, all.'),
  tenant: z
    .string()
    .regex(/^[\w.@ -]{1,64}$/, 'a name of up to 64 letters, digits, spaces and . _ - @')
    .optional()
    .describe('For whom the holder works; policies may ask for it.'),
  priority: priority.optional().describe('The class of its requests, and the highest that they may ask for.'),
});

const model = z.strictObject({
  targets: z.array(target).min(1).max(64).describe('Ways to serve the model.'),
  ...routing,
  fallback,
  prompt_cache: promptCacheSchema.optional(),
  ...limits,
});

const modelName = z
  .string()
  .regex(/^[^\s\p{Cc}]{1,200}$/u, 'a name of at most 200 characters without spaces');

export const configSchema = z
  .strictObject({
    server: server.optional().describe('Addresses and limits of the gateway itself.'),
    storage: storage.optional().describe('Where records are kept.'),
    reasoning_state: reasoningState
      .optional()
      .describe(
        'Seals of reasoning that are kept for clients which give a turn back without them: within these limits, or off.',
      ),
    explanations: explanations
      .optional()
      .describe('How much records keep of why a target was chosen. Probabilities are always kept.'),
    keys: z.array(key).max(10_000).optional().describe('Who may call. Without keys, anyone on this machine.'),
    environment: z
      .literal('off')
      .optional()
      .describe('off: only providers of this file are on, whatever keys the environment holds.'),
    providers: z
      .record(providerId, provider)
      .optional()
      .describe('Providers by id: one of the catalogue with its credentials, or one of your own.'),
    models: z
      .record(modelName, model)
      .optional()
      .describe('Models that you define, by the name that clients ask for.'),
    policies: z
      .array(policy)
      .max(200)
      .optional()
      .describe('Rules for requests, in order; of what several set, the first counts.'),
  })
  .describe('Configuration of Clew: clew.yaml.');

export type Config = z.infer<typeof configSchema>;
export type ModelConfig = z.infer<typeof model>;
