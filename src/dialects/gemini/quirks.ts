// The named differences between the places that serve this API. `touches` says whether a quirk would change a request
// that is otherwise relayed.

import type { JsonObject } from '#base/json.ts';
import type { QuirkRule, Quirks, QuirkValue } from '#canonical/quirk.ts';

interface GeminiQuirk extends QuirkRule {
  touches(body: JsonObject): boolean;
}

const never = (): boolean => false;

export const QUIRKS = {
  modelPath: {
    about: 'Where a model stands in the path: `models` (Gemini API), or `publishers` (Vertex AI).',
    values: ['models', 'publishers'],
    touches: never,
  },
  labels: {
    about: 'Whether `labels` are sent; `dropped` for the Gemini API, which refuses them.',
    values: ['sent', 'dropped'],
    touches: (body) => body['labels'] !== undefined,
  },
} as const satisfies Readonly<Record<string, GeminiQuirk>>;

export type QuirkName = keyof typeof QUIRKS;

export function quirk(quirks: Quirks, name: QuirkName): QuirkValue {
  return quirks[name] ?? QUIRKS[name].values[0];
}

export function quirksTouch(body: JsonObject, quirks: Quirks): boolean {
  for (const name in quirks) {
    const rule: GeminiQuirk | undefined = (QUIRKS as Readonly<Record<string, GeminiQuirk>>)[name];
    if (rule === undefined || quirks[name] === rule.values[0]) continue;
    if (rule.touches(body)) return true;
  }
  return false;
}
