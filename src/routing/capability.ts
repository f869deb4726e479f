// Whether targets have what a request needs. What nobody knows is no reason against a target: one without any traits takes
// everything, and where a trait is told of few models its absence means nothing.

import { operationOf } from '#canonical/asked.ts';
import { failure } from '#canonical/failure.ts';
import type { Failure } from '#canonical/failure.ts';
import type { ChatRequest } from '#canonical/request.ts';
import type { Target } from '#providers/target.ts';
import { countTokens } from '#providers/tokens/count-tokens.ts';
import { chats, TRAITS } from '#providers/trait.ts';
import type { Trait } from '#providers/trait.ts';
import { needsOf } from './needs.ts';
import type { Needs } from './needs.ts';
import { detailOf } from './explanation.ts';
import type { Removed } from './plan.ts';

export interface Capable {
  /** The very list that was given, when all of it can serve the request: the usual case. */
  readonly targets: readonly Target[];
  readonly removed: readonly Removed[];
}

const NONE: readonly Removed[] = Object.freeze([]);

/** What each missing trait is called in a sentence that begins with a target: `… takes no pictures`. */
const CANNOT: Partial<Readonly<Record<Trait, string>>> = {
  vision: 'takes no pictures',
  files: 'takes no documents',
  'audio-input': 'takes no sound',
  'video-input': 'takes no films',
  'audio-output': 'does not answer in sound',
  'image-output': 'does not answer in pictures',
  tools: 'calls no tools',
  'json-schema': 'keeps to no JSON schema',
  reasoning: 'does not reason',
  'parallel-tools': 'calls one tool at a time',
};

/**
 * A text is counted only when it might be too long. A character is rarely more than a token; a picture or a page is rarely
 * more than so many.
 */
const MEDIA_TOKENS_MOST = 2_000;
/** An estimate may be this much too high; whoever is refused here is refused before anyone was asked. */
const ESTIMATE_MARGIN = 1.25;

const NO_ENCODING = (): undefined => undefined;

/** For one request: asked of the targets of each of its models in turn. */
export class Capability {
  readonly #request: ChatRequest;
  readonly #needs: Needs;
  readonly #requireParameters: boolean;
  #tokens: number | undefined;

  constructor(request: ChatRequest, needs: Needs = needsOf(request)) {
    this.#request = request;
    this.#needs = needs;
    this.#requireParameters = request.routing?.providers?.requireParameters === true;
  }

  /**
   * Those of one model's targets that can serve the request. Of these, where some have what is only wished for and some
   * have not, those that have it; where none has it, all, unless the request insists.
   */
  choose(targets: readonly Target[]): Capable {
    const removed: Removed[] = [];
    const able = this.#keep(targets, removed, (target) => this.lacks(target));
    const suited = this.#suited(able, removed);
    return removed.length === 0 ? { targets, removed: NONE } : { targets: suited, removed };
  }

  /** Why a target cannot serve the request; undefined when it can, or nobody knows. */
  lacks(target: Target): string | undefined {
    const { must, hosted, hostedOnly } = this.#needs;
    if (!chats(target.traits) && !continues(target)) return 'does not chat';
    const missing = firstMissing(target, must);
    if (missing !== undefined) return CANNOT[missing] ?? `lacks ${missing}`;
    if (hostedOnly) {
      const foreign = hosted.find(({ dialect }) => dialect !== target.dialect);
      if (foreign !== undefined) return `does not run the tool ${foreign.name.slice(0, 60)}`;
    }
    return this.#tooLong(target);
  }

  /** What a target that can serve the request would drop of it. */
  misses(target: Target): string | undefined {
    const { should, hosted, outputTokens } = this.#needs;
    const missing = firstMissing(target, should);
    if (missing !== undefined) return CANNOT[missing] ?? `lacks ${missing}`;
    const foreign = hosted.find(({ dialect }) => dialect !== target.dialect);
    if (foreign !== undefined) return `does not run the tool ${foreign.name.slice(0, 60)}`;
    const most = target.maxOutputTokens;
    return most !== undefined && outputTokens > most ? `writes at most ${most} tokens` : undefined;
  }

  #suited(able: readonly Target[], removed: Removed[]): readonly Target[] {
    if (able.length < 2 && !this.#requireParameters) return able;
    const missed: Removed[] = [];
    const suited = this.#keep(able, missed, (target) => this.misses(target));
    if (suited.length === 0 && !this.#requireParameters) return able;
    removed.push(...missed);
    return suited;
  }

  #keep(
    targets: readonly Target[],
    removed: Removed[],
    against: (target: Target) => string | undefined,
  ): readonly Target[] {
    let kept: Target[] | undefined;
    for (let at = 0; at < targets.length; at += 1) {
      const target = targets[at] as Target;
      const why = against(target);
      if (why === undefined) {
        kept?.push(target);
        continue;
      }
      kept ??= targets.slice(0, at);
      removed.push({ target: target.id, why });
    }
    return kept ?? targets;
  }

  #tooLong({ contextTokens }: Target): string | undefined {
    const { characters, media } = this.#needs;
    if (contextTokens === undefined || characters + media * MEDIA_TOKENS_MOST <= contextTokens)
      return undefined;
    // One estimate serves all targets: their vocabularies differ by less than the margin.
    this.#tokens ??= countTokens(this.#request, '', NO_ENCODING).tokens;
    if (this.#tokens <= contextTokens * ESTIMATE_MARGIN) return undefined;
    return `reads at most ${contextTokens} tokens, and the prompt has about ${this.#tokens}`;
  }
}

/** A model of the legacy kind that is asked in its own way. */
function continues({ traits, dialect }: Target): boolean {
  return traits.includes('completions') && operationOf(dialect) === 'completions';
}

function firstMissing({ traits }: Target, wanted: readonly Trait[]): Trait | undefined {
  if (traits.length === 0 || wanted.length === 0) return undefined;
  return wanted.find((trait) => TRAITS[trait].absent === 'cannot' && !traits.includes(trait));
}

/** The reasons named in a refusal; a plan may have looked at more targets. */
const REASONS_MAX = 5;

/** What to say when no target of a model was left, and what each one lacks. */
export function nobodyCan(request: ChatRequest, removed: readonly Removed[]): Failure {
  const named = removed.slice(0, REASONS_MAX).map(({ target, why }) => `${target} ${why}`);
  const more = removed.length > REASONS_MAX ? `; and ${removed.length - REASONS_MAX} more` : '';
  const tooLong = removed.length > 0 && removed.every(({ why }) => why.startsWith('reads at most'));
  const message = `No target of \`${request.model.slice(0, 200)}\` can serve this request: ${named.join('; ')}${more}.`;
  const code = tooLong ? 'context_length_exceeded' : 'unsupported_feature';
  return failure(code, message, { detail: detailOf(request.model, removed) });
}
