// Who issued a seal, and whose seals a target takes. A seal of a language's own vendor says nothing of its issuer, so that
// it may stand in that vendor's field as it is; any other says who issued it, from the moment it is decoded.

import type { AnswerFacts } from '#canonical/answer.ts';
import type { ChatEvent } from '#canonical/event.ts';
import type { DialectId, Opaque } from '#canonical/foreign.ts';
import type { Part } from '#canonical/part.ts';
import type { AnyDialect, AnyProviderDialect, StreamDecoder } from '#dialects/dialect.ts';
import type { KeptTurns } from '#providers/kept-turn.ts';
import type { SealTaker } from '#providers/seals.ts';
import type { Target } from '#providers/target.ts';

/** What is kept of the seals in a request's turns. */
export interface Recalled {
  readonly turns: KeptTurns;
  /** The seals themselves by their values: those that passed through a client as bytes do not say who issued them. */
  readonly seals: ReadonlyMap<string, Opaque>;
}

export function issuerOfTarget(target: Target, speaker: AnyProviderDialect): string {
  return speaker.issuerOf?.(target.model) ?? target.issuer ?? speaker.issuer ?? target.provider;
}

export function sealTaker(
  target: Target,
  speaker: AnyProviderDialect,
  dialects: ReadonlyMap<DialectId, AnyDialect>,
  recalled: Recalled | undefined,
): SealTaker {
  const self = issuerOfTarget(target, speaker);
  const takesUnknown = speaker.handsSealsOn?.(target.quirks) === true;
  return {
    dialect: target.dialect,
    issuer: self,
    hasOwn: speaker.issuer !== undefined,
    issuerOf: ({ issuer, value, dialect }) => {
      const told = issuer ?? recalled?.seals.get(value)?.issuer;
      if (told !== undefined || takesUnknown) return told ?? self;
      // A language that we do not speak is its own issuer.
      return dialects.get(dialect)?.provider?.issuer ?? dialect;
    },
  };
}

/** A decoder whose seals say that `issuer` issued them. */
export function stamping(decoder: StreamDecoder, issuer: string): StreamDecoder {
  const stamp = (events: readonly ChatEvent[]): readonly ChatEvent[] =>
    events.some(isSealed) ? events.map((event) => stampEvent(event, issuer)) : events;
  return { push: (frame) => stamp(decoder.push(frame)), finish: () => stamp(decoder.finish()) };
}

function isSealed(event: ChatEvent): boolean {
  return event.kind === 'close' && event.seals !== undefined && event.seals.length > 0;
}

function stampEvent(event: ChatEvent, issuer: string): ChatEvent {
  if (event.kind !== 'close' || event.seals === undefined) return event;
  return { ...event, seals: event.seals.map((seal) => ({ ...seal, issuer })) };
}

export function stampResponse(response: AnswerFacts, issuer: string): AnswerFacts {
  if (response.choices === undefined) return response;
  const choices = response.choices.map((choice) => ({
    ...choice,
    parts: choice.parts.map((part) => stampPart(part, issuer)),
  }));
  return { ...response, choices };
}

function stampPart(part: Part, issuer: string): Part {
  if (part.kind === 'tool-call' && part.seal !== undefined)
    return { ...part, seal: { ...part.seal, issuer } };
  if (part.kind !== 'reasoning' || part.seals === undefined) return part;
  return { ...part, seals: part.seals.map((seal) => ({ ...seal, issuer })) };
}
