// What a prompt is beyond its texts, for each family of models: how its vocabulary compares with o200k, and what it adds
// for messages, tools and calls. The numbers were fitted to the usage that providers reported for recorded requests
// (November 2026); where a vendor documents a rule, the fit found it again.

import type { EncodingName } from './encodings.ts';

export interface TokenProfile {
  readonly family: string;
  /** Part of the model's name, in lower case. */
  readonly names: RegExp;
  /** The vocabulary, where it is published; texts are estimated otherwise. */
  readonly encoding?: EncodingName;
  /** Tokens of a text here for each token that the estimate finds in it. */
  readonly scale: number;
  /** Tokens of a request without messages. */
  readonly request: number;
  readonly message: number;
  /** Added once when there are tools, and for each of them. */
  readonly tools: number;
  readonly tool: number;
  /** Tokens for each token of a schema's JSON: vendors show tools to their models in forms of their own. */
  readonly schema: number;
  /** A call in the history, or the result of one. */
  readonly call: number;
  /** A picture of a megapixel; the true number depends on its size, which nobody decodes here. */
  readonly image: number;
}

/** The first that fits counts. */
export const PROFILES: readonly TokenProfile[] = [
  {
    family: 'gpt-oss',
    names: /gpt-oss/,
    encoding: 'o200k_base',
    ...of({ request: 60, message: 5, tools: 15, tool: 5, schema: 0.9, call: 4, image: 765 }),
  },
  {
    family: 'openai-legacy',
    names: /gpt-3\.5|gpt-35|gpt-4-|gpt-4$|text-embedding-|davinci-002|babbage-002/,
    encoding: 'cl100k_base',
    ...of({ request: 3, message: 4, tools: 12, tool: 12, schema: 0.65, call: 2, image: 765 }),
  },
  {
    family: 'openai-4',
    names: /gpt-4|chatgpt-4o|(?:^|\/)o[134](?:$|-)/,
    encoding: 'o200k_base',
    ...of({ request: 3, message: 4, tools: 12, tool: 0, schema: 0.72, call: 2, image: 765 }),
  },
  {
    family: 'openai',
    names: /gpt-\d|codex/,
    encoding: 'o200k_base',
    ...of({ request: 2, message: 4, tools: 87, tool: 0, schema: 1, call: 5, image: 630 }),
  },
  {
    family: 'anthropic',
    names: /claude/,
    ...of({
      scale: 1.06,
      request: 5,
      message: 2,
      tools: 465,
      tool: 56,
      schema: 0.54,
      call: 29,
      image: 1_400,
    }),
  },
  {
    family: 'gemini',
    names: /gemini|gemma/,
    ...of({ scale: 0.96, request: 0, message: 0.5, tools: 0, tool: 1, schema: 0.93, call: 19, image: 1_032 }),
  },
  {
    family: 'deepseek',
    names: /deepseek/,
    ...of({
      scale: 1.08,
      request: 0,
      message: 3,
      tools: 200,
      tool: 21,
      schema: 1.41,
      call: 19,
      image: 1_000,
    }),
  },
  {
    family: 'qwen',
    names: /qwen|qwq/,
    ...of({
      scale: 0.89,
      request: 2,
      message: 6.5,
      tools: 97,
      tool: 35,
      schema: 1.08,
      call: 12,
      image: 1_300,
    }),
  },
  {
    family: 'mistral',
    names: /mi[sx]tral|ministral|magistral|codestral|devstral|pixtral/,
    ...of({ scale: 0.84, request: 0, message: 7, tools: 0, tool: 13, schema: 1.5, call: 6, image: 1_400 }),
  },
  {
    family: 'xai',
    names: /grok/,
    ...of({ request: 3, message: 3.5, tools: 117, tool: 3, schema: 1.25, call: 16, image: 1_000 }),
  },
  {
    family: 'glm',
    names: /glm/,
    ...of({ scale: 1.03, request: 3, message: 4, tools: 124, tool: 0, schema: 0.89, call: 7, image: 1_000 }),
  },
  {
    family: 'llama-4',
    names: /llama-4/,
    ...of({ request: 2, message: 7, tools: 560, tool: 60, schema: 1, call: 12, image: 1_000 }),
  },
  {
    family: 'llama',
    names: /llama/,
    ...of({ request: 25, message: 5, tools: 120, tool: 10, schema: 1, call: 6, image: 1_600 }),
  },
  {
    family: 'kimi',
    names: /kimi|moonshot/,
    ...of({ request: 10, message: 5, tools: 10, tool: 10, schema: 1, call: 20, image: 1_000 }),
  },
  {
    family: 'sonar',
    names: /sonar/,
    ...of({ request: 0, message: 0.5, tools: 0, tool: 0, schema: 0, call: 0, image: 1_000 }),
  },
];

/** For everybody else: between what the others do. */
const ORDINARY: TokenProfile = {
  family: 'other',
  names: /^/,
  ...of({ request: 3, message: 6, tools: 100, tool: 20, schema: 1, call: 12, image: 1_000 }),
};

export function profileOf(model: string): TokenProfile {
  const name = model.toLowerCase();
  return PROFILES.find(({ names }) => names.test(name)) ?? ORDINARY;
}

type Numbers = Omit<TokenProfile, 'family' | 'names' | 'encoding' | 'scale'> & { readonly scale?: number };

function of(numbers: Numbers): Numbers & { readonly scale: number } {
  return { scale: 1, ...numbers };
}
