// A request as one target takes it, with what is kept for it. Only chats have anything that a target may have to be spared.

import { isChat } from '#canonical/asked.ts';
import type { Asked } from '#canonical/asked.ts';
import type { DialectId } from '#canonical/foreign.ts';
import type { AnyDialect, AnyProviderDialect } from '#dialects/dialect.ts';
import { fit } from '#providers/fit.ts';
import type { Fitted } from '#providers/fit.ts';
import { unheededWishes } from '#providers/unheeded.ts';
import type { Target } from '#providers/target.ts';
import { sealTaker } from './seal-issuers.ts';
import type { Recalled } from './seal-issuers.ts';

export interface FittedForTarget {
  readonly fitted: Omit<Fitted, 'request'> & { readonly request: Asked };
  /** Set when seals of the answer must say who issued them. */
  readonly stamp: string | undefined;
}

export function fitRequest(
  { request, recalled }: { readonly request: Asked; readonly recalled?: Recalled | undefined },
  target: Target,
  speaker: AnyProviderDialect,
  { dialects }: { readonly dialects: ReadonlyMap<DialectId, AnyDialect> },
): FittedForTarget {
  if (!isChat(request)) return { fitted: { request, losses: [] }, stamp: undefined };
  const taker = sealTaker(target, speaker, dialects, recalled);
  const names = speaker.names?.(target.quirks);
  const marks = request.routing?.promptCache ?? target.promptCache === 'auto';
  const caching = marks ? speaker.caching?.(target.model, target.quirks) : undefined;
  const changed = fit(request, target, { names, taker, caching, kept: recalled?.turns });
  const unheeded = unheededWishes(request, target);
  const fitted = unheeded.length === 0 ? changed : { ...changed, losses: [...changed.losses, ...unheeded] };
  return { fitted, stamp: taker.issuer === speaker.issuer ? undefined : taker.issuer };
}
