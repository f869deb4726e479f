// The named differences between providers that speak this dialect. An entry chooses values; code that reads a quirk
// stands where the field is written. `touches` says whether a quirk would change a request that is otherwise relayed.

import { asArray, isObject } from '#base/json.ts';
import type { Json, JsonObject } from '#base/json.ts';
import type { QuirkRule, Quirks, QuirkValue } from '#canonical/quirk.ts';
import type { NameRule, WireNames } from '#canonical/wire-names.ts';
import { REQUEST_FIELDS, ROUTER_FIELDS } from './wire.ts';

interface ChatQuirk extends QuirkRule {
  /** Whether the body, as the client wrote it, would be changed where the quirk has this value (never the first one). */
  touches(body: JsonObject, value: QuirkValue): boolean;
}

const has = (body: JsonObject, field: string): boolean => body[field] !== undefined;
const never = (): boolean => false;

/** A field that a provider refuses: it is left out and declared as a loss. */
function refusable(what: string, ...fields: readonly string[]): ChatQuirk {
  return {
    about: `Whether ${what} is sent (${fields.join(', ')}); \`dropped\` for providers that refuse it.`,
    values: ['sent', 'dropped'],
    touches: (body) => fields.some((field) => has(body, field)),
  };
}

export const QUIRKS = {
  maxTokensField: {
    about: 'The field that limits the length of the answer; `as-sent` keeps the client’s choice.',
    values: ['as-sent', 'max_tokens', 'max_completion_tokens'],
    touches: (body, value) => {
      return has(body, value === 'max_tokens' ? 'max_completion_tokens' : 'max_tokens');
    },
  },
  systemRole: {
    about: 'The roles for instructions: `system` where the provider does not know `developer`.',
    values: ['as-sent', 'system'],
    touches: (body) => someMessage(body, (message) => message['role'] === 'developer'),
  },
  seedField: {
    about: 'The field for the seed of sampling.',
    values: ['seed', 'random_seed'],
    touches: (body) => has(body, 'seed'),
  },
  streamUsage: {
    about:
      'How a usage report is asked for in a stream; `none` where it comes unasked and asking is refused.',
    values: ['stream_options', 'none'],
    touches: (body) => body['stream'] === true,
  },
  answers: {
    about:
      'How answers are written: `odd` where official clients would break on them (content that is a list, calls without a kind), so that none passes through as it is.',
    values: ['usual', 'odd'],
    touches: () => true,
  },
  usageReasoning: {
    about: 'Whether `completion_tokens` includes the tokens of reasoning.',
    values: ['inside', 'outside'],
    touches: never,
  },
  routerFields: {
    about: 'Whether fields addressed to a router go on: `forward` for providers that are routers themselves.',
    values: ['drop', 'forward'],
    touches: (body) => {
      for (const field of ROUTER_FIELDS) if (has(body, field)) return true;
      return false;
    },
  },
  reasoningRequest: {
    about:
      'How reasoning is asked for; `as-sent` keeps the client’s field, `none` where no field is accepted.',
    values: ['as-sent', 'reasoning_effort', 'reasoning', 'none'],
    touches: (body, value) => {
      const fields = ['reasoning', 'reasoning_effort', 'include_reasoning'];
      return fields.some((field) => field !== value && has(body, field));
    },
  },
  reasoningText: {
    about:
      'Where earlier reasoning stands in an assistant’s message; `none` where it is refused, `…_always` where each message must have the field, empty or not.',
    values: [
      'as-sent',
      'reasoning_content',
      'reasoning_content_always',
      'reasoning',
      'reasoning_details',
      'thinking',
      'none',
    ],
    touches: (body, value) =>
      someMessage(body, (message) => {
        if (message['role'] !== 'assistant') return false;
        if (value === 'reasoning_content_always') return !has(message, 'reasoning_content');
        return (
          has(message, 'reasoning') || has(message, 'reasoning_content') || has(message, 'reasoning_details')
        );
      }),
  },
  documents: {
    about: 'The part for documents: `file` as OpenAI has it, or `document_url` as Mistral has it.',
    values: ['file', 'document_url'],
    touches: (body) => somePart(body, (part) => part['type'] === 'file'),
  },
  thinkTags: {
    about:
      'What becomes of thoughts between `<think>` tags at the beginning of the content: `reasoning` takes them out of it.',
    values: ['text', 'reasoning'],
    touches: () => true,
  },
  resultMedia: {
    about:
      'Where pictures and files of a tool’s result stand: `as-sent` in the result where the client put them there, `beside` it in a message of the user.',
    values: ['as-sent', 'beside'],
    touches: (body) =>
      someMessage(body, (message) => {
        if (message['role'] !== 'tool') return false;
        const parts = asArray(message['content']) ?? [];
        return parts.some((part) => isObject(part) && part['type'] !== 'text');
      }),
  },
  cacheMarks: {
    about: 'Whether `cache_control` is sent on parts and tools; `dropped` for providers that refuse it.',
    values: ['sent', 'dropped'],
    touches: (body) => {
      const marked = (value: Json): boolean => isObject(value) && has(value, 'cache_control');
      return somePart(body, marked) || (asArray(body['tools']) ?? []).some(marked);
    },
  },
  messageNames: {
    about: 'Whether `name` is sent on messages; `dropped` for providers that refuse it.',
    values: ['sent', 'dropped'],
    touches: (body) => someMessage(body, (message) => has(message, 'name')),
  },
  unknownFields: {
    about: 'Whether fields of the request that Clew does not know are sent; `dropped` for strict providers.',
    values: ['sent', 'dropped'],
    touches: (body) => {
      for (const field in body) if (!REQUEST_FIELDS.has(field)) return true;
      return false;
    },
  },
  toolIds: {
    about:
      'What is taken as the id of a call and as a tool’s name: `short` for 40 characters and 64 letters, `nine` for exactly nine letters or digits.',
    values: ['any', 'short', 'nine'],
    // Fit writes other names into the request, and what was written anew does not pass through.
    touches: never,
  },
  deploymentPath: {
    about:
      'Azure’s older surface, where the deployment stands in the path: the version of its API; `none` elsewhere.',
    values: ['none', '2024-10-21', '2025-01-01-preview', '2025-04-01-preview'],
    touches: never,
  },
  logitBias: refusable('the bias of tokens', 'logit_bias'),
  logprobs: refusable('the wish for log probabilities', 'logprobs', 'top_logprobs'),
  choices: refusable('the wish for several answers', 'n'),
  penalties: refusable('a penalty', 'frequency_penalty', 'presence_penalty'),
  user: refusable('the end user’s id', 'user'),
  metadata: refusable('metadata', 'metadata'),
  cacheKey: refusable('the key of the prompt cache', 'prompt_cache_key'),
  serviceTier: refusable('the service tier', 'service_tier'),
  parallelToolCalls: refusable('the switch for parallel calls', 'parallel_tool_calls'),
} as const satisfies Readonly<Record<string, ChatQuirk>>;

export type QuirkName = keyof typeof QUIRKS;

/** The fields that each refusing quirk drops. */
export const REFUSED_FIELDS: Readonly<Partial<Record<QuirkName, readonly string[]>>> = {
  logitBias: ['logit_bias'],
  logprobs: ['logprobs', 'top_logprobs'],
  choices: ['n'],
  penalties: ['frequency_penalty', 'presence_penalty'],
  user: ['user'],
  metadata: ['metadata'],
  cacheKey: ['prompt_cache_key'],
  serviceTier: ['service_tier'],
  parallelToolCalls: ['parallel_tool_calls'],
};

/** The value of a quirk: the provider's, or the usual one. */
export function quirk(quirks: Quirks, name: QuirkName): QuirkValue {
  return quirks[name] ?? QUIRKS[name].values[0];
}

const TOOL_NAME: NameRule = { valid: /^[A-Za-z0-9_-]{1,64}$/, length: 24 };
const SHORT: WireNames = { toolName: TOOL_NAME, callId: { valid: /^[^]{1,40}$/, length: 24 } };
const NINE: WireNames = { toolName: TOOL_NAME, callId: { valid: /^[A-Za-z0-9]{9}$/, length: 9 } };

export function wireNames(quirks: Quirks): WireNames | undefined {
  const taken = quirk(quirks, 'toolIds');
  if (taken === 'short') return SHORT;
  return taken === 'nine' ? NINE : undefined;
}

/** Whether any quirk would change this body. Cheap: most providers have two or three. */
export function quirksTouch(body: JsonObject, quirks: Quirks): boolean {
  for (const name in quirks) {
    const value = quirks[name];
    const rule: ChatQuirk | undefined = (QUIRKS as Readonly<Record<string, ChatQuirk>>)[name];
    if (rule === undefined || value === undefined || value === rule.values[0]) continue;
    if (rule.touches(body, value)) return true;
  }
  return false;
}

function someMessage(body: JsonObject, test: (message: JsonObject) => boolean): boolean {
  return (asArray(body['messages']) ?? []).some((message) => isObject(message) && test(message));
}

function somePart(body: JsonObject, test: (part: JsonObject) => boolean): boolean {
  return someMessage(body, (message) =>
    (asArray(message['content']) ?? []).some((part) => isObject(part) && test(part)),
  );
}
