// How large a request is, for plans: one walk over it serves all targets, whatever their vocabularies. Texts are estimated
// from a sample of them, so that a long prompt costs no more than a short one; countTokens is for whoever needs to know.

import type { Json } from '#base/json.ts';
import type { Part } from '#canonical/part.ts';
import type { ChatRequest } from '#canonical/request.ts';
import { estimateText } from './estimate-text.ts';
import type { TokenProfile } from './profiles.ts';

export interface Measure {
  /** Characters of all texts. */
  readonly characters: number;
  /** What these texts are in tokens of the vocabulary that estimates are fitted to. */
  readonly textTokens: number;
  readonly schemaTokens: number;
  readonly messages: number;
  readonly tools: number;
  readonly calls: number;
  readonly media: number;
}

/** Characters that are looked at, of one text and in all; the rest is taken to be like them. */
const SAMPLE_OF_TEXT = 150;
const SAMPLE_IN_ALL = 600;
/** Where nothing was sampled. */
const CHARACTERS_PER_TOKEN = 4;
/** Values of one schema that are looked at. */
const SCHEMA_VALUES_MAX = 500;

interface Walk {
  characters: number;
  sampled: number;
  sampledTokens: number;
  calls: number;
  media: number;
}

export function measureRequest(request: ChatRequest): Measure {
  const walk: Walk = { characters: 0, sampled: 0, sampledTokens: 0, calls: 0, media: 0 };
  for (const { parts } of request.messages) walkParts(parts, walk);
  let schema = 0;
  for (const tool of request.tools) {
    if (tool.form === 'hosted') continue;
    schema += tool.name.length + (tool.description?.length ?? 0);
    if (tool.schema !== undefined) schema += charactersOf(tool.schema);
  }
  if (request.output?.kind === 'json-schema') schema += charactersOf(request.output.schema);
  const perCharacter = walk.sampled === 0 ? 1 / CHARACTERS_PER_TOKEN : walk.sampledTokens / walk.sampled;
  return {
    characters: walk.characters,
    textTokens: walk.characters * perCharacter,
    schemaTokens: schema / CHARACTERS_PER_TOKEN,
    messages: request.messages.length,
    tools: request.tools.length,
    calls: walk.calls,
    media: walk.media,
  };
}

/** Tokens of the prompt for a model of that family. */
export function tokensOf(measure: Measure, profile: TokenProfile): number {
  const { textTokens, schemaTokens, messages, tools, calls, media } = measure;
  let tokens = profile.request + messages * profile.message + profile.scale * textTokens;
  tokens += calls * profile.call + media * profile.image;
  if (tools > 0) tokens += profile.tools + tools * profile.tool;
  return Math.round(tokens + profile.schema * profile.scale * schemaTokens);
}

function walkParts(parts: readonly Part[], walk: Walk): void {
  for (const part of parts) {
    switch (part.kind) {
      case 'text':
      case 'refusal':
      case 'reasoning':
        sample(part.text, walk);
        break;
      case 'tool-call':
        walk.calls += 1;
        sample(part.arguments, walk);
        break;
      case 'tool-result':
        walk.calls += 1;
        walkParts(part.parts, walk);
        break;
      case 'foreign':
        break;
      default:
        walk.media += 1;
    }
  }
}

function sample(text: string, walk: Walk): void {
  walk.characters += text.length;
  if (walk.sampled >= SAMPLE_IN_ALL) return;
  const looked = text.length <= SAMPLE_OF_TEXT ? text : text.slice(0, SAMPLE_OF_TEXT);
  walk.sampled += looked.length;
  walk.sampledTokens += estimateText(looked);
}

/** About as many as its JSON has. */
function charactersOf(schema: Json): number {
  let characters = 0;
  const open: Json[] = [schema];
  for (let seen = 0; seen < SCHEMA_VALUES_MAX; seen += 1) {
    const value = open.pop();
    if (value === undefined) break;
    if (typeof value === 'string') characters += value.length + 3;
    else if (typeof value !== 'object' || value === null) characters += 5;
    else if (Array.isArray(value)) for (const item of value as readonly Json[]) open.push(item);
    else {
      for (const [key, inner] of Object.entries(value)) {
        characters += key.length + 4;
        if (inner !== undefined) open.push(inner);
      }
    }
  }
  return characters;
}
