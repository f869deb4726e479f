// Seals on reasoning and tool calls mean something to their issuer only: another vendor's API refuses the whole request
// for them, which would make fallback in mid-conversation fail.

import type { DialectId, Opaque } from '#canonical/foreign.ts';
import type { Loss } from '#canonical/loss.ts';
import type { Part, ReasoningPart, ToolCallPart } from '#canonical/part.ts';

export function hasForeignSeal(parts: readonly Part[], dialect: DialectId): boolean {
  for (const part of parts) {
    if (part.kind === 'reasoning' && part.seals?.some((seal) => seal.dialect !== dialect) === true)
      return true;
    if (part.kind === 'tool-call' && part.seal !== undefined && part.seal.dialect !== dialect) return true;
    if (part.kind === 'tool-result' && hasForeignSeal(part.parts, dialect)) return true;
  }
  return false;
}

/** The parts without seals of other dialects than `dialect`. `path` is that of the list; each seal is a loss. */
export function dropForeignSeals(
  parts: readonly Part[],
  path: string,
  dialect: DialectId,
  losses: Loss[],
): readonly Part[] {
  const kept: Part[] = [];
  for (const [index, part] of parts.entries()) {
    const at = `${path}[${index}]`;
    if (part.kind === 'reasoning') kept.push(...unsealReasoning(part, at, dialect, losses));
    else if (part.kind === 'tool-call') kept.push(unsealCall(part, at, dialect, losses));
    else if (part.kind === 'tool-result') {
      const inner = dropForeignSeals(part.parts, `${at}.parts`, dialect, losses);
      kept.push({ ...part, parts: inner });
    } else kept.push(part);
  }
  return kept;
}

/** Reasoning of which the seal was everything goes with it: an empty thought is refused or means nothing. */
function unsealReasoning(
  part: ReasoningPart,
  path: string,
  dialect: DialectId,
  losses: Loss[],
): readonly ReasoningPart[] {
  const own = part.seals?.filter((seal) => seal.dialect === dialect) ?? [];
  if (own.length === (part.seals?.length ?? 0)) return [part];
  for (const [index, seal] of part.seals?.entries() ?? []) {
    if (seal.dialect !== dialect) losses.push(dropped(`${path}.seals[${index}]`, seal, dialect));
  }
  if (own.length > 0) return [{ ...part, seals: own }];
  const { seals: _, ...bare } = part;
  return part.text === '' ? [] : [bare];
}

function unsealCall(part: ToolCallPart, path: string, dialect: DialectId, losses: Loss[]): ToolCallPart {
  const { seal, ...bare } = part;
  if (seal === undefined || seal.dialect === dialect) return part;
  losses.push(dropped(`${path}.seal`, seal, dialect));
  return bare;
}

function dropped(path: string, seal: Opaque, dialect: DialectId): Loss {
  return { path, did: 'dropped', why: `A ${seal.form} of ${seal.dialect} means nothing to ${dialect}.` };
}
