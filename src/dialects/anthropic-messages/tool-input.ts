// The input of a tool call: an object here, a text in the centre.

import { isObject, parseJson } from '#base/json.ts';
import type { Json, JsonObject } from '#base/json.ts';

/** The only key of an input that stands for arguments which are no JSON object. */
export const UNPARSED = 'unparsed_arguments';

/** The only argument of a custom tool, which takes free text elsewhere and an object here. */
export const CUSTOM_FIELD = 'input';

export function argumentsOf(input: Json | undefined): string {
  if (typeof input === 'string') return input;
  if (input === undefined || input === null) return '{}';
  const raw = isObject(input) ? input[UNPARSED] : undefined;
  const stands = typeof raw === 'string' && Object.keys(input).length === 1 && !inputOf(raw).readable;
  return stands ? raw : JSON.stringify(input);
}

/** Nothing, blanks and `null` are a call without arguments. */
export function isBlank(text: string): boolean {
  const trimmed = text.trim();
  return trimmed === '' || trimmed === 'null';
}

export function inputOf(text: string): { readonly input: JsonObject; readonly readable: boolean } {
  if (isBlank(text)) return { input: {}, readable: true };
  const parsed = parseJson(text);
  return isObject(parsed)
    ? { input: parsed, readable: true }
    : { input: { [UNPARSED]: text }, readable: false };
}
