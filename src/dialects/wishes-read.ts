// Reading the values of wishes to the router: what is of another type is refused, and null is as good as absent.

import { asArray } from '#base/json.ts';
import type { Json } from '#base/json.ts';

/** `rule` completes the sentence "`field` …". */
export type Refuse = (field: string, rule: string) => void;

/** More than anybody's list of models or providers; a plan holds fewer targets. */
export const LIST_LENGTH_MAX = 100;

export function decodeTexts(
  field: string,
  value: Json | undefined,
  refuse: Refuse,
): readonly string[] | undefined {
  if (value === undefined || value === null) return undefined;
  const list = asArray(value);
  if (list === undefined || list.length > LIST_LENGTH_MAX) {
    refuse(field, `must be a list of at most ${LIST_LENGTH_MAX} texts`);
    return undefined;
  }
  const wrong = list.findIndex((item) => typeof item !== 'string' || item === '');
  if (wrong >= 0) refuse(`${field}[${wrong}]`, 'must be a text that is not empty');
  return wrong >= 0 ? undefined : (list as readonly string[]);
}

export function decodeWord<Word extends string>(
  field: string,
  value: Json | undefined,
  words: readonly Word[],
  refuse: Refuse,
): Word | undefined {
  if (value === undefined || value === null) return undefined;
  const word = words.find((known) => known === value);
  if (word === undefined) refuse(field, `must be one of ${words.map((known) => `\`${known}\``).join(', ')}`);
  return word;
}
