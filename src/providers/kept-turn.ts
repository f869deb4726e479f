// What a vendor sealed in one turn of its model, taken out of the turn and put back into it: for clients that give a turn
// back without its seals. Only what is sealed is kept; what the client shows of the turn says where it belongs.

import type { Opaque } from '#canonical/foreign.ts';
import type { Loss } from '#canonical/loss.ts';
import type { Part, ReasoningPart, ToolCallPart } from '#canonical/part.ts';
import type { ChatRequest } from '#canonical/request.ts';
import type { SealTaker } from './seals.ts';

export interface KeptTurn {
  readonly thoughts: readonly KeptThought[];
  readonly calls: readonly KeptCallSeal[];
}

export interface KeptThought {
  readonly part: ReasoningPart;
  /** How many calls of the turn stand before it. */
  readonly calls: number;
  /** Whether text of the turn stands before it. */
  readonly text: boolean;
}

export interface KeptCallSeal {
  /** Which call of the turn it is on, counted from 0. */
  readonly call: number;
  readonly seal: Opaque;
}

/** Undefined when nothing in the turn is sealed. */
export function keptTurn(parts: readonly Part[]): KeptTurn | undefined {
  const thoughts: KeptThought[] = [];
  const sealed: KeptCallSeal[] = [];
  let calls = 0;
  let text = false;
  for (const part of parts) {
    if (part.kind === 'reasoning' && (part.seals?.length ?? 0) > 0) thoughts.push({ part, calls, text });
    else if (part.kind === 'text') text = true;
    else if (part.kind === 'tool-call') {
      if (part.seal !== undefined) sealed.push({ call: calls, seal: part.seal });
      calls += 1;
    }
  }
  return thoughts.length + sealed.length === 0 ? undefined : { thoughts, calls: sealed };
}

export function sealsOfTurn({ thoughts, calls }: KeptTurn): readonly Opaque[] {
  return [...thoughts.flatMap(({ part }) => part.seals ?? []), ...calls.map(({ seal }) => seal)];
}

/** The turn with all that was sealed in it; the same list when nothing is missing. What it holds of this unsealed goes. */
export function restoredTurn(parts: readonly Part[], kept: KeptTurn): readonly Part[] {
  if (isWhole(parts, kept)) return parts;
  const values = new Set(sealsOfTurn(kept).map(({ value }) => value));
  const bare = kept.thoughts.length === 0 ? parts : parts.filter((part) => !isEcho(part, values));
  const waiting = [...kept.thoughts];
  const restored: Part[] = [];
  let calls = 0;
  for (const [index, part] of bare.entries()) {
    const text = part.kind === 'text' && part.text !== '';
    while (
      waiting[0] !== undefined &&
      standsBefore(waiting[0], { text, call: part.kind === 'tool-call', calls })
    )
      restored.push((waiting.shift() as KeptThought).part);
    if (part.kind !== 'tool-call') restored.push(part);
    else {
      restored.push(withSeal(part, kept, calls));
      calls += 1;
    }
    if (index === bare.length - 1) restored.push(...waiting.splice(0).map((thought) => thought.part));
  }
  return [...restored, ...waiting.map((thought) => thought.part)];
}

interface Next {
  readonly text: boolean;
  readonly call: boolean;
  /** Calls before it. */
  readonly calls: number;
}

function standsBefore(thought: KeptThought, { text, call, calls }: Next): boolean {
  if (call) return thought.calls <= calls;
  return text && !thought.text && thought.calls <= calls;
}

function withSeal(part: ToolCallPart, { calls }: KeptTurn, index: number): ToolCallPart {
  const seal = part.seal ?? calls.find(({ call }) => call === index)?.seal;
  return seal === undefined || seal === part.seal ? part : { ...part, seal };
}

/** A thought without a seal tells again what is kept; one with a seal of this turn may have lost its text on the way. */
function isEcho(part: Part, values: ReadonlySet<string>): boolean {
  if (part.kind !== 'reasoning') return false;
  return part.seals === undefined || part.seals.every(({ value }) => values.has(value));
}

function isWhole(parts: readonly Part[], kept: KeptTurn): boolean {
  const thoughts = parts.filter((part) => part.kind === 'reasoning' && (part.seals?.length ?? 0) > 0);
  const calls = parts.filter((part) => part.kind === 'tool-call');
  const same = (a: readonly Opaque[] = [], b: readonly Opaque[] = []): boolean =>
    a.length === b.length && a.every(({ value }, index) => value === b[index]?.value);
  const told =
    thoughts.length === kept.thoughts.length &&
    kept.thoughts.every(({ part }, index) => {
      const echo = thoughts[index] as ReasoningPart;
      return echo.text === part.text && same(echo.seals, part.seals);
    });
  return told && kept.calls.every(({ call, seal }) => calls[call]?.seal?.value === seal.value);
}

/** What is kept of the turns of a request, by the place of their message. */
export type KeptTurns = ReadonlyMap<number, KeptTurn>;

/** The request with the seals of its issuer where the client left them out. What another issued stays away, and is told. */
export function restoreSeals(
  request: ChatRequest,
  kept: KeptTurns,
  taker: SealTaker,
  losses: Loss[],
): ChatRequest {
  let changed = false;
  const messages = request.messages.map((message, index) => {
    const turn = kept.get(index);
    if (turn === undefined) return message;
    const issuer = issuerOfTurn(turn, taker);
    if (issuer !== taker.issuer) {
      if (!isSealed(message.parts))
        losses.push({
          path: `messages[${index}]`,
          did: 'dropped',
          why: `What ${issuer} sealed of its reasoning is kept here and means nothing to ${taker.issuer}.`,
        });
      return message;
    }
    const parts = restoredTurn(message.parts, turn);
    if (parts === message.parts) return message;
    changed = true;
    return { ...message, parts };
  });
  return changed ? { ...request, messages } : request;
}

function issuerOfTurn(turn: KeptTurn, { issuerOf }: SealTaker): string | undefined {
  const [seal] = sealsOfTurn(turn);
  return seal === undefined ? undefined : issuerOf(seal);
}

/** Seals that the client gave back are told of one by one. */
function isSealed(parts: readonly Part[]): boolean {
  return parts.some(
    (part) =>
      (part.kind === 'reasoning' && (part.seals?.length ?? 0) > 0) ||
      (part.kind === 'tool-call' && part.seal !== undefined),
  );
}
