// The named differences between the places that serve this API. `touches` says whether a quirk would change a request
// that is otherwise relayed.

import { asArray, isObject } from '#base/json.ts';
import type { Json, JsonObject } from '#base/json.ts';
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
  toolSchemas: {
    about:
      'How tools’ schemas are sent: `json-schema` in `parametersJsonSchema`, or `openapi`, the older subset.',
    values: ['json-schema', 'openapi'],
    touches: (body) => mentions(body['tools'], ['parametersJsonSchema', 'parameters_json_schema'], 0),
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

/** Looks at tools and their declarations, not into schemas. */
function mentions(value: Json | undefined, keys: readonly string[], depth: number): boolean {
  if (depth > 4) return false;
  const list = asArray(value);
  if (list !== undefined) return list.some((item) => mentions(item, keys, depth + 1));
  if (!isObject(value)) return false;
  if (keys.some((key) => value[key] !== undefined)) return true;
  return ['functionDeclarations', 'function_declarations'].some((key) =>
    mentions(value[key], keys, depth + 1),
  );
}
