// Making a request acceptable to a target. What needs no change is given back itself, the very object: that is how the
// caller knows that the client's bytes may pass through.

import type { CacheRule } from '#canonical/cache-rule.ts';
import type { DialectId, Opaque } from '#canonical/foreign.ts';
import type { Loss } from '#canonical/loss.ts';
import type { ChatRequest } from '#canonical/request.ts';
import type { WireNames } from '#canonical/wire-names.ts';
import { fitNames } from './fit-names.ts';
import type { OriginalNames } from './fit-names.ts';
import { restoreSeals } from './kept-turn.ts';
import type { KeptTurns } from './kept-turn.ts';
import { markPrompt } from './prompt-cache.ts';
import { withoutOwnName } from './router-fields.ts';
import { separateCalls } from './separate-calls.ts';
import { fitSeals, touchesSeals } from './seals.ts';
import type { SealTaker } from './seals.ts';
import type { Target } from './target.ts';

export interface Fitted {
  /** The same object as was given, when nothing had to change. */
  readonly request: ChatRequest;
  /** What changed; empty exactly when nothing did. */
  readonly losses: readonly Loss[];
  /** Set when tools have other names in the request than the client gave them: they are turned back in the answer. */
  readonly toolNames?: OriginalNames;
}

const NO_LOSSES: readonly Loss[] = Object.freeze([]);

export interface FitOptions {
  /** What the target's language takes as names. */
  readonly names?: WireNames | undefined;
  /** Which seals the target takes. Absent: those of its language. */
  readonly taker?: SealTaker | undefined;
  /** Set where marks for the prompt's cache are wanted. They are no loss. */
  readonly caching?: CacheRule | undefined;
  /** What is kept of seals that the client left out. */
  readonly kept?: KeptTurns | undefined;
}

/** Idempotent. Refusing what the model cannot do is routing's affair: nothing is dropped here that the answer needs. */
export function fit(request: ChatRequest, target: Target, options: FitOptions = {}): Fitted {
  const { names, kept, caching, taker = takerOf(target.dialect) } = options;
  const losses: Loss[] = [];
  const told = withoutOwnName(request, target);
  const restored = kept === undefined ? told : restoreSeals(told, kept, taker, losses);
  const sealed = fitToTarget(restored, target, taker, losses);
  const fitted = caching === undefined ? sealed : markPrompt(sealed, caching);
  const apart = names?.uniqueCalls === true ? separateCalls(fitted, losses) : fitted;
  const renamed = names === undefined ? undefined : fitNames(apart, names, losses);
  if (renamed !== undefined) return { ...renamed, losses };
  return { request: apart, losses: losses.length === 0 ? NO_LOSSES : losses };
}

function takerOf(dialect: DialectId): SealTaker {
  const issuerOf = ({ issuer, dialect: language }: Opaque): string => issuer ?? language;
  return { dialect, issuer: dialect, hasOwn: true, issuerOf };
}

function fitToTarget(request: ChatRequest, target: Target, taker: SealTaker, losses: Loss[]): ChatRequest {
  const sealed = request.messages.some(({ parts }) => touchesSeals(parts, taker));
  const limit = exceededLimit(request, target);
  const fixed = target.traits.includes('fixed-sampling') && isSampled(request);
  if (!sealed && !fixed && limit === undefined) return request;
  return {
    ...request,
    ...(sealed ? { messages: withFittingSeals(request, taker, losses) } : {}),
    ...(fixed && { sampling: withoutSampling(request, losses) }),
    ...(limit === undefined ? {} : { maxOutputTokens: clampOutput(request, limit, losses) }),
  };
}

function withFittingSeals(
  { messages }: ChatRequest,
  taker: SealTaker,
  losses: Loss[],
): ChatRequest['messages'] {
  return messages.map((message, index) =>
    touchesSeals(message.parts, taker)
      ? { ...message, parts: fitSeals(message.parts, `messages[${index}].parts`, taker, losses) }
      : message,
  );
}

function isSampled({ sampling: { temperature, topP } }: ChatRequest): boolean {
  return temperature !== undefined || topP !== undefined;
}

/** Most models that reason refuse a request for them, whatever the value. */
function withoutSampling({ sampling }: ChatRequest, losses: Loss[]): ChatRequest['sampling'] {
  const { temperature, topP, ...rest } = sampling;
  const why = 'The model samples in its own way and refuses to be told.';
  if (temperature !== undefined) losses.push({ path: 'sampling.temperature', did: 'dropped', why });
  if (topP !== undefined) losses.push({ path: 'sampling.topP', did: 'dropped', why });
  return rest;
}

/** The target's limit on the answer's length, when the request wants more. */
function exceededLimit({ maxOutputTokens: wanted }: ChatRequest, target: Target): number | undefined {
  const most = target.maxOutputTokens;
  return wanted !== undefined && most !== undefined && wanted > most ? most : undefined;
}

function clampOutput(request: ChatRequest, most: number, losses: Loss[]): number {
  losses.push({
    path: 'maxOutputTokens',
    did: 'changed',
    why: `${request.maxOutputTokens} were asked for; the target writes at most ${most} tokens.`,
  });
  return most;
}
