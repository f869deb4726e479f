// The named differences between those who serve the Messages API. An entry chooses values; code that reads a quirk stands
// where the field is written. `touches` says whether a quirk would change a request that is otherwise relayed.

import type { JsonObject } from '#base/json.ts';
import type { QuirkRule, Quirks, QuirkValue } from '#canonical/quirk.ts';
import { hasMarks } from './cache-marks.ts';
import { REQUEST_FIELDS } from './wire.ts';

interface MessagesQuirk extends QuirkRule {
  /** Whether the body, as the client wrote it, would be changed where the quirk has this value (never the first one). */
  touches(body: JsonObject, value: QuirkValue): boolean;
}

const always = (): boolean => true;

export const QUIRKS = {
  envelope: {
    about:
      'Where the model and the version stand: `anthropic` in the body and a header; `vertex` and `bedrock` in the path and the body.',
    values: ['anthropic', 'vertex', 'bedrock'],
    touches: always,
  },
  thinking: {
    about: 'How thinking is asked for where another language wishes it: `by-model` goes by the model’s name.',
    values: ['by-model', 'budget', 'adaptive', 'none'],
    touches: () => false,
  },
  structuredOutput: {
    about:
      'How an answer is bound to a JSON Schema: `native` by `output_config.format`, `prompt` in words, `by-model` by the model’s name.',
    values: ['by-model', 'native', 'prompt'],
    touches: () => false,
  },
  cacheMarks: {
    about: 'Whether `cache_control` is sent; `dropped` for servers that refuse it.',
    values: ['sent', 'dropped'],
    touches: hasMarks,
  },
  unknownFields: {
    about: 'Whether fields of the request that Clew does not know are sent; `dropped` for strict servers.',
    values: ['sent', 'dropped'],
    touches: (body) => {
      for (const field in body) if (!REQUEST_FIELDS.has(field)) return true;
      return false;
    },
  },
} as const satisfies Readonly<Record<string, MessagesQuirk>>;

export type QuirkName = keyof typeof QUIRKS;

/** The value of a quirk: the provider's, or the usual one. */
export function quirk(quirks: Quirks, name: QuirkName): QuirkValue {
  return quirks[name] ?? QUIRKS[name].values[0];
}

/** Whether any quirk would change this body. */
export function quirksTouch(body: JsonObject, quirks: Quirks): boolean {
  for (const name in quirks) {
    const value = quirks[name];
    const rule: MessagesQuirk | undefined = (QUIRKS as Readonly<Record<string, MessagesQuirk>>)[name];
    if (rule === undefined || value === undefined || value === rule.values[0]) continue;
    if (rule.touches(body, value)) return true;
  }
  return false;
}
