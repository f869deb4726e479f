// Which family a model belongs to, by its id. Converse is one shape over many vendors' models, but what stands in
// `additionalModelRequestFields` is each vendor's own, and so are some limits.

export type Family = 'claude' | 'nova' | 'gpt-oss' | 'qwen' | 'deepseek' | 'mistral' | 'other' | 'unknown';

const FAMILIES: readonly (readonly [RegExp, Family])[] = [
  [/(?:^|[./])anthropic\./, 'claude'],
  [/(?:^|[./])amazon\.nova/, 'nova'],
  [/(?:^|[./])openai\.gpt-oss/, 'gpt-oss'],
  [/(?:^|[./])qwen\./, 'qwen'],
  [/(?:^|[./])deepseek\./, 'deepseek'],
  [/(?:^|[./])mistral\./, 'mistral'],
  // The ARN of an application inference profile hides its model.
  [/^arn:/, 'unknown'],
];

/** Ids stand bare, behind the region of a profile (`us.`, `eu.`, `global.`), or at the end of an ARN. */
export function familyOf(model: string): Family {
  return FAMILIES.find(([pattern]) => pattern.test(model))?.[1] ?? 'other';
}

/** How a Claude model is asked to think: docs.aws.amazon.com/bedrock/latest/userguide/claude-messages-adaptive-thinking.md. */
export type ClaudeThinking = 'adaptive' | 'always-adaptive' | 'budget' | 'none';

export function claudeThinking(model: string): ClaudeThinking {
  if (/claude-(?:fable|mythos)/.test(model)) return 'always-adaptive';
  const version = claudeVersion(model);
  if (version >= 4.6) return 'adaptive';
  return version >= 3.7 ? 'budget' : 'none';
}

/** These models take temperature or top_p, not both. */
export function takesOneSampler(model: string): boolean {
  return familyOf(model) === 'claude' && claudeVersion(model) >= 4.5;
}

/** `claude-3-7-sonnet-20250219` and `claude-sonnet-4-5-20250929`: 3.7 and 4.5; 0 where no version is in the name. */
function claudeVersion(model: string): number {
  const found =
    /claude-(?:opus|sonnet|haiku)-(\d+)(?:-(\d)(?!\d))?/.exec(model) ??
    /claude-(\d+)(?:-(\d)(?!\d))?/.exec(model);
  return found === null ? 0 : Number(`${found[1]}.${found[2] ?? 0}`);
}
