// How many tokens a request is: exactly where the vocabulary is published and loaded, estimated elsewhere, and always with
// the way it was counted. For plans, limits and the endpoints that count; what a call costs is what the provider says.

import type { Part } from '#canonical/part.ts';
import type { ChatRequest, Tool } from '#canonical/request.ts';
import { loadEncoding, loadedEncoding } from './encodings.ts';
import { estimateText } from './estimate-text.ts';
import { profileOf } from './profiles.ts';
import type { TokenProfile } from './profiles.ts';

export interface TokenCount {
  readonly tokens: number;
  /** `o200k_base` for a vocabulary, `estimate:<family>` without one, both joined by `+` where a text was too long for it. */
  readonly method: string;
}

/** Characters of a request that are counted exactly, some ten milliseconds; what is beyond is estimated. */
const EXACT_CHARACTERS_MAX = 100_000;

/** Where counts by vocabulary are found; undefined for one that is not loaded. */
type Encodings = typeof loadedEncoding;

/** Synchronous, linear on any input. Before `prepareCounting` has loaded the model's vocabulary this is an estimate. */
export function countTokens(
  request: ChatRequest,
  model: string,
  encodings: Encodings = loadedEncoding,
): TokenCount {
  const profile = profileOf(model);
  const meter = new Meter(profile, encodings);
  let tokens = profile.request + request.messages.length * profile.message;
  for (const { parts, name } of request.messages) {
    tokens += tokensOfParts(parts, profile, meter) + (name === undefined ? 0 : 1 + meter.text(name));
  }
  tokens += tokensOfTools(request.tools, profile, meter);
  if (request.output?.kind === 'json-schema') {
    tokens += profile.schema * meter.text(JSON.stringify(request.output.schema));
  }
  return { tokens: Math.round(tokens), method: meter.method };
}

/** Of a bare text, such as the input of an embedding. */
export function countTextTokens(text: string, model: string): TokenCount {
  const meter = new Meter(profileOf(model), loadedEncoding);
  return { tokens: Math.round(meter.text(text)), method: meter.method };
}

/** Loads what `countTokens` needs for an exact answer; for most models nothing. */
export async function prepareCounting(model: string): Promise<void> {
  const { encoding } = profileOf(model);
  if (encoding !== undefined) await loadEncoding(encoding);
}

/** Counts texts, exactly as long as it may. */
class Meter {
  readonly #profile: TokenProfile;
  readonly #exact: ((text: string) => number) | undefined;
  #left = EXACT_CHARACTERS_MAX;

  constructor(profile: TokenProfile, encodings: Encodings) {
    this.#profile = profile;
    this.#exact = profile.encoding === undefined ? undefined : encodings(profile.encoding);
  }

  text(text: string): number {
    if (this.#exact === undefined) return this.#profile.scale * estimateText(text);
    const within = text.length <= this.#left ? text : text.slice(0, Math.max(0, this.#left));
    this.#left -= text.length;
    const counted = within === '' ? 0 : this.#exact(within);
    if (within.length === text.length) return counted;
    return counted + this.#profile.scale * estimateText(text.slice(within.length));
  }

  get method(): string {
    const { encoding, family } = this.#profile;
    if (encoding === undefined || this.#exact === undefined) return `estimate:${family}`;
    return this.#left < 0 ? `${encoding}+estimate:${family}` : encoding;
  }
}

function tokensOfParts(parts: readonly Part[], profile: TokenProfile, meter: Meter): number {
  let tokens = 0;
  for (const part of parts) tokens += tokensOfPart(part, profile, meter);
  return tokens;
}

/** Reasoning counts as its text, though some vendors leave it out of the next turn: they do not say when. */
function tokensOfPart(part: Part, profile: TokenProfile, meter: Meter): number {
  switch (part.kind) {
    case 'text':
    case 'refusal':
    case 'reasoning':
      return meter.text(part.text);
    case 'tool-call':
      return profile.call + meter.text(part.name) + meter.text(part.arguments);
    case 'tool-result':
      return profile.call + tokensOfParts(part.parts, profile, meter);
    case 'foreign':
      return meter.text(JSON.stringify(part.value));
    default:
      // A page of a document, some seconds of sound: about a picture each.
      return profile.image;
  }
}

function tokensOfTools(tools: readonly Tool[], profile: TokenProfile, meter: Meter): number {
  if (tools.length === 0) return 0;
  let text = 0;
  for (const tool of tools) {
    if (tool.form === 'hosted') continue;
    text += meter.text(tool.name) + meter.text(tool.description ?? '');
    if (tool.schema !== undefined) text += meter.text(JSON.stringify(tool.schema));
  }
  return profile.tools + tools.length * profile.tool + profile.schema * text;
}
