// What a request needs of a target, read off its content: one walk over its messages, on the way of every request. Whether a
// target has it is asked in capability.ts.

import type { DialectId } from '#canonical/foreign.ts';
import type { MediaPart, Part } from '#canonical/part.ts';
import type { ChatRequest } from '#canonical/request.ts';
import type { Trait } from '#providers/trait.ts';

export interface Needs {
  /** Without one of these a target cannot answer what was asked. */
  readonly must: readonly Trait[];
  /** A target with these is preferred; on one without them something of the request is dropped, and told. */
  readonly should: readonly Trait[];
  /** Tools that only providers of one language run. */
  readonly hosted: readonly HostedNeed[];
  /** Nothing is left to do without the hosted tools. */
  readonly hostedOnly: boolean;
  /** Characters of all texts: what the prompt is at least made of. */
  readonly characters: number;
  /** Pictures, documents, pieces of sound and film. */
  readonly media: number;
  /** Tokens of the answer that the request allows. */
  readonly outputTokens: number;
}

export interface HostedNeed {
  readonly name: string;
  readonly dialect: DialectId;
}

const NOTHING: readonly never[] = Object.freeze([]);

/** Filled while the messages are walked; bits by `BIT`. */
interface Walk {
  kinds: number;
  characters: number;
  media: number;
}

const BIT = { vision: 1, files: 2, 'audio-input': 4, 'video-input': 8 } as const;
type MediaTrait = keyof typeof BIT;
const MEDIA_TRAITS = Object.keys(BIT) as readonly MediaTrait[];

export function needsOf(request: ChatRequest): Needs {
  const walk: Walk = { kinds: 0, characters: 0, media: 0 };
  for (const { parts } of request.messages) walkParts(parts, walk);
  const hosted = hostedTools(request);
  const callable = request.tools.length - hosted.length;
  return {
    must: mustHave(request, walk.kinds, callable),
    should: shouldHave(request, callable),
    hosted,
    hostedOnly: hosted.length > 0 && (callable === 0 || request.toolChoice?.kind === 'foreign'),
    characters: walk.characters,
    media: walk.media,
    outputTokens: request.maxOutputTokens ?? 0,
  };
}

function walkParts(parts: readonly Part[], walk: Walk): void {
  for (const part of parts) {
    switch (part.kind) {
      case 'text':
      case 'refusal':
      case 'reasoning':
        walk.characters += part.text.length;
        break;
      case 'tool-call':
        walk.characters += part.arguments.length;
        break;
      case 'tool-result':
        walkParts(part.parts, walk);
        break;
      case 'foreign':
        break;
      default:
        walk.media += 1;
        walk.kinds |= mediaBit(part);
    }
  }
}

/** Zero for what any model can be given as text. */
function mediaBit(part: MediaPart): number {
  switch (part.kind) {
    case 'image':
      return BIT.vision;
    case 'audio':
      return BIT['audio-input'];
    case 'video':
      return BIT['video-input'];
    default:
      return part.source.mime?.startsWith('text/') === true ? 0 : BIT.files;
  }
}

function mustHave(request: ChatRequest, kinds: number, callable: number): readonly Trait[] {
  const calls = callable > 0 && request.toolChoice?.kind !== 'none';
  const wanted = request.modalities;
  if (kinds === 0 && !calls && wanted === undefined) return NOTHING;
  const traits: Trait[] = [];
  for (const trait of MEDIA_TRAITS) if ((kinds & BIT[trait]) !== 0) traits.push(trait);
  if (calls) traits.push('tools');
  if (wanted?.includes('audio') === true) traits.push('audio-output');
  if (wanted?.includes('image') === true) traits.push('image-output');
  return traits;
}

function shouldHave(request: ChatRequest, callable: number): readonly Trait[] {
  const schema = request.output?.kind === 'json-schema';
  const reasons = asksToReason(request);
  const parallel = callable > 1 && request.parallelToolCalls === true;
  if (!schema && !reasons && !parallel) return NOTHING;
  const traits: Trait[] = [];
  if (schema) traits.push('json-schema');
  if (reasons) traits.push('reasoning');
  if (parallel) traits.push('parallel-tools');
  return traits;
}

function asksToReason({ reasoning }: ChatRequest): boolean {
  if (reasoning === undefined || reasoning.enabled === false || reasoning.effort === 'none') return false;
  return reasoning.enabled === true || reasoning.effort !== undefined || (reasoning.budgetTokens ?? 0) > 0;
}

function hostedTools({ tools }: ChatRequest): readonly HostedNeed[] {
  let hosted: HostedNeed[] | undefined;
  for (const tool of tools) {
    if (tool.form !== 'hosted') continue;
    hosted ??= [];
    hosted.push({ name: tool.name, dialect: tool.dialect });
  }
  return hosted ?? NOTHING;
}
