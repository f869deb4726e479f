// Making a request acceptable to a target. What needs no change is given back itself, the very object: that is how the
// caller knows that the client's bytes may pass through.

import type { DialectId } from '#canonical/foreign.ts';
import type { Loss } from '#canonical/loss.ts';
import type { ChatRequest } from '#canonical/request.ts';
import type { WireNames } from '#canonical/wire-names.ts';
import { fitNames } from './fit-names.ts';
import type { OriginalNames } from './fit-names.ts';
import { separateCalls } from './separate-calls.ts';
import { dropForeignSeals, hasForeignSeal } from './seals.ts';
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

/** Idempotent. `names` are what the target's language takes. Refusing what the model cannot do is routing's affair: nothing is dropped here that the answer needs. */
export function fit(request: ChatRequest, target: Target, names?: WireNames): Fitted {
  const losses: Loss[] = [];
  const fitted = fitToTarget(request, target, losses);
  const apart = names?.uniqueCalls === true ? separateCalls(fitted, losses) : fitted;
  const renamed = names === undefined ? undefined : fitNames(apart, names, losses);
  if (renamed !== undefined) return { ...renamed, losses };
  return { request: apart, losses: losses.length === 0 ? NO_LOSSES : losses };
}

function fitToTarget(request: ChatRequest, target: Target, losses: Loss[]): ChatRequest {
  const sealed = holdsForeignSeal(request, target.dialect);
  const limit = exceededLimit(request, target);
  if (!sealed && limit === undefined) return request;
  return {
    ...request,
    ...(sealed ? { messages: withoutForeignSeals(request, target.dialect, losses) } : {}),
    ...(limit === undefined ? {} : { maxOutputTokens: clampOutput(request, limit, losses) }),
  };
}

function holdsForeignSeal({ messages }: ChatRequest, dialect: DialectId): boolean {
  return messages.some(({ parts }) => hasForeignSeal(parts, dialect));
}

function withoutForeignSeals(
  { messages }: ChatRequest,
  dialect: DialectId,
  losses: Loss[],
): ChatRequest['messages'] {
  return messages.map((message, index) =>
    hasForeignSeal(message.parts, dialect)
      ? { ...message, parts: dropForeignSeals(message.parts, `messages[${index}].parts`, dialect, losses) }
      : message,
  );
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
