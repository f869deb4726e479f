// From how many tokens on a prompt is cached, by the model's name, wherever the model is served:
// platform.claude.com/docs/en/build-with-claude/prompt-caching, checked 2026-11-25. A mark on less is passed over in
// silence, so an unknown model gets the usual number.

import type { CacheRule } from '#canonical/cache-rule.ts';

const MARKS_MAX = 4;

const RULES: readonly (readonly [RegExp, number])[] = [
  [/opus-4[-.][56]|haiku-4/, 4_096],
  [/opus-4[-.]7|haiku-3|3[-.]5-haiku|3-haiku/, 2_048],
  [/opus-5|fable|mythos/, 512],
];
const USUAL = 1_024;

export function claudeCaching(model: string): CacheRule {
  const name = model.toLowerCase();
  return { marksMax: MARKS_MAX, tokensMin: RULES.find(([pattern]) => pattern.test(name))?.[1] ?? USUAL };
}
