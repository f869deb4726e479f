// Seals on reasoning and tool calls mean something to their issuer only: another vendor's API refuses the whole request
// for them, which would make fallback in mid-conversation fail. The language is not enough to tell issuers apart: several
// providers speak one, and one vendor's models are served in several.

import type { DialectId, Opaque } from '#canonical/foreign.ts';
import type { Loss } from '#canonical/loss.ts';
import type { Part, ReasoningPart, ToolCallPart } from '#canonical/part.ts';

/** The side that is to get the seals. */
export interface SealTaker {
  readonly dialect: DialectId;
  readonly issuer: string;
  /** The language has seals of its own. One that has none carries those of all others by name. */
  readonly hasOwn: boolean;
  /** Who issued a seal that came from anywhere. */
  readonly issuerOf: (seal: Opaque) => string;
}

/** The seal as the taker takes it; undefined when it means nothing there. The same object when nothing has to change. */
export function taken(seal: Opaque, taker: SealTaker): Opaque | undefined {
  if (taker.issuerOf(seal) !== taker.issuer) return undefined;
  const dialect = taker.hasOwn ? taker.dialect : seal.dialect;
  if (seal.dialect === dialect && seal.issuer === undefined) return seal;
  // A signature is the same in each language of its issuer; what is encrypted or redacted is packed otherwise.
  if (seal.dialect !== dialect && seal.form !== 'signature') return undefined;
  const { issuer: _, ...bare } = seal;
  return { ...bare, dialect };
}

/** Whether any seal would be dropped or changed. */
export function touchesSeals(parts: readonly Part[], taker: SealTaker): boolean {
  const touched = (seal: Opaque): boolean => taken(seal, taker) !== seal;
  for (const part of parts) {
    if (part.kind === 'reasoning' && part.seals?.some(touched) === true) return true;
    if (part.kind === 'tool-call' && part.seal !== undefined && touched(part.seal)) return true;
    if (part.kind === 'tool-result' && touchesSeals(part.parts, taker)) return true;
  }
  return false;
}

/** The parts with those seals that the taker takes. `path` is that of the list; each seal that goes is a loss. */
export function fitSeals(
  parts: readonly Part[],
  path: string,
  taker: SealTaker,
  losses: Loss[],
): readonly Part[] {
  const kept: Part[] = [];
  for (const [index, part] of parts.entries()) {
    const at = `${path}[${index}]`;
    if (part.kind === 'reasoning') kept.push(...fitReasoning(part, at, taker, losses));
    else if (part.kind === 'tool-call') kept.push(fitCall(part, at, taker, losses));
    else if (part.kind === 'tool-result') {
      kept.push({ ...part, parts: fitSeals(part.parts, `${at}.parts`, taker, losses) });
    } else kept.push(part);
  }
  return kept;
}

/** Reasoning of which the seal was everything goes with it: an empty thought is refused or means nothing. */
function fitReasoning(
  part: ReasoningPart,
  path: string,
  taker: SealTaker,
  losses: Loss[],
): readonly ReasoningPart[] {
  if (part.seals === undefined || part.seals.length === 0) return [part];
  const own: Opaque[] = [];
  for (const [index, seal] of part.seals.entries()) {
    const fitted = taken(seal, taker);
    if (fitted === undefined) losses.push(droppedSeal(`${path}.seals[${index}]`, seal, taker));
    else own.push(fitted);
  }
  if (own.length > 0) return [{ ...part, seals: own }];
  // How its language wrote it would make it look like a thought of its own.
  return part.text === ''
    ? []
    : [{ kind: 'reasoning', text: part.text, ...(part.summary && { summary: true }) }];
}

function fitCall(part: ToolCallPart, path: string, taker: SealTaker, losses: Loss[]): ToolCallPart {
  const { seal, ...bare } = part;
  if (seal === undefined) return part;
  const fitted = taken(seal, taker);
  if (fitted !== undefined) return { ...part, seal: fitted };
  losses.push(droppedSeal(`${path}.seal`, seal, taker));
  return bare;
}

export function droppedSeal(path: string, seal: Opaque, taker: SealTaker): Loss {
  const why = `A ${seal.form} of ${taker.issuerOf(seal)} means nothing to ${taker.issuer}.`;
  return { path, did: 'dropped', why };
}
