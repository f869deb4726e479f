// The schema of clew.yaml: what may stand there, in one place, with a sentence for every field (it becomes
// clew.schema.json, which editors show). Strict: an unknown key is an error, and only what works is known.
// Custom messages are phrases that complete "expected …" (see complaints.ts).

import { z } from 'zod';
import { promptCacheSchema } from '#providers/schema.ts';
import type { HedgeRule, OnCut } from '#routing/plan.ts';
import { parseAddress } from './address.ts';
import { provider, providerId } from './provider-schema.ts';
import { routing, target } from './routing-schema.ts';
import { DURATION_PATTERN, parseDuration, parseSize, SIZE_PATTERN } from './units.ts';

const HEDGE_RULES = ['off', 'on', 'with-tools'] as const satisfies readonly HedgeRule[];
const ON_CUT = ['error', 'continue', 'buffer'] as const satisfies readonly OnCut[];
const ADDRESS_FORM = 'an address with its port, such as 127.0.0.1:4100 or [::1]:4100';
const DURATION_FORM = 'a duration with its unit, such as 500ms, 10s or 5m, of at most 24h';
const SIZE_FORM = 'a size with its unit, such as 512KB or 32MB, of at most 1GB';

/** Text that `parse` turns into a value; what it does not understand is a problem that says `form`. */
function parsed<Value>(parse: (text: string) => Value | undefined, form: string, pattern?: RegExp) {
  const text = pattern === undefined ? z.string(form) : z.string(form).regex(pattern, form);
  return text.transform((written, context) => {
    const value = parse(written);
    if (value !== undefined) return value;
    context.issues.push({ code: 'custom', message: form, input: written });
    return z.NEVER;
  });
}

const address = parsed(parseAddress, ADDRESS_FORM);
const duration = parsed(parseDuration, DURATION_FORM, DURATION_PATTERN);
const limit = parsed(atLeast1Ms, `${DURATION_FORM}, and not zero`, DURATION_PATTERN);
const size = parsed(parseSize, SIZE_FORM, SIZE_PATTERN);

function atLeast1Ms(text: string): number | undefined {
  const ms = parseDuration(text);
  return ms !== undefined && ms >= 1 ? ms : undefined;
}

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
});

/** Limits of an exchange that asks for the model; they stand on the model itself. */
const limits = {
  attempts: z.int().min(1).max(16).optional().describe('Calls in all, over all targets. 3 if absent.'),
  attempts_per_target: z.int().min(1).max(16).optional().describe('Calls of one target. 2 if absent.'),
  connect_limit: limit.optional().describe('Time for a connection to a provider, such as 2s.'),
  first_content_limit: limit.optional().describe('Time from sending to the first content, such as 60s.'),
  whole_answer_limit: limit
    .optional()
    .describe('The same for an answer that comes in one piece, such as 5m.'),
  silence_limit: limit.optional().describe('Longest pause between two pieces of content, such as 60s.'),
  deadline: limit.optional().describe('Time for the whole exchange, all attempts included, such as 10m.'),
  on_cut: z
    .enum(ON_CUT)
    .optional()
    .describe(
      'When a stream breaks off. error: it ends in an error. continue: the rest is asked for elsewhere. buffer: nothing is shown until it is complete. error if absent.',
    ),
  hedge: z
    .enum(HEDGE_RULES)
    .optional()
    .describe(
      'Whether another target of the model is asked too while the first is slower than usual. on: not where the request has tools. off if absent.',
    ),
};

const model = z.strictObject({
  targets: z.array(target).min(1).max(64).describe('Ways to serve the model.'),
  ...routing,
  fallback: z
    .array(z.string())
    .max(16)
    .optional()
    .describe('Models to go on with when no target of this one answers, in order.'),
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
  })
  .describe('Configuration of Clew: clew.yaml.');

export type Config = z.infer<typeof configSchema>;
export type ModelConfig = z.infer<typeof model>;
