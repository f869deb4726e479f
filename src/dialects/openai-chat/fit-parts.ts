// Parts that this language, or the provider by its quirks, cannot take as they are: each is declared.

import type { Loss } from '#canonical/loss.ts';
import type { MediaPart, Part, TextPart } from '#canonical/part.ts';
import type { Quirks } from '#canonical/quirk.ts';
import { isDocumentUrl } from './content.ts';
import { stoodBeside } from './message-media.ts';
import { quirk } from './quirks.ts';
import { ours } from './spelling.ts';
import { ID } from './wire.ts';

export interface Writing {
  readonly quirks: Quirks;
  readonly losses: Loss[];
}

/** `path` is that of the list. The usual list is given back itself. */
export function fitParts(parts: readonly Part[], path: string, writing: Writing): readonly Part[] {
  let changed = false;
  const fitted = parts.flatMap((part, index) => {
    const fit = fitPart(part, `${path}[${index}]`, writing);
    changed ||= fit !== part;
    return fit ?? [];
  });
  return changed ? fitted : parts;
}

function fitPart(part: Part, path: string, writing: Writing): Part | undefined {
  switch (part.kind) {
    case 'text':
      return fitText(part, path, writing);
    case 'foreign':
      if (part.dialect === ID) return part;
      writing.losses.push({ path, did: 'dropped', why: `Only ${part.dialect} knows what this is.` });
      return undefined;
    case 'image':
    case 'document':
    case 'audio':
    case 'video':
      return fitMedia(part, path, writing);
    default:
      return part;
  }
}

function fitText(part: TextPart, path: string, { quirks, losses }: Writing): TextPart {
  if (part.annotations !== undefined && part.annotations.length > 0) {
    const why = 'What was cited cannot be told again: the text stays.';
    losses.push({ path: `${path}.annotations`, did: 'dropped', why });
  }
  if (part.cache === undefined || quirk(quirks, 'cacheMarks') === 'sent') return part;
  losses.push({ path: `${path}.cache`, did: 'dropped', why: 'The provider refuses cache marks.' });
  const { cache: _cache, ...rest } = part;
  return rest;
}

function fitMedia(part: MediaPart, path: string, { quirks, losses }: Writing): MediaPart | undefined {
  const why = whyNot(part);
  if (why !== undefined) {
    losses.push({ path, did: 'dropped', why });
    return undefined;
  }
  if (part.cache !== undefined)
    losses.push({ path: `${path}.cache`, did: 'dropped', why: 'Marks stand on texts and tools.' });
  if (part.name !== undefined && part.kind !== 'document')
    losses.push({ path: `${path}.name`, did: 'dropped', why: 'Only documents have names here.' });
  const asUrl = quirk(quirks, 'documents') === 'document_url' && part.kind === 'document';
  if (!asUrl || part.source.from === 'file' || isDocumentUrl(part)) return part;
  return { ...part, extras: ours({ $spelling: { type: 'document_url', bare: true } }) };
}

/** Why there are no words for it; undefined when there are. */
function whyNot(part: MediaPart): string | undefined {
  const { source, kind } = part;
  if (stoodBeside(part)) return undefined;
  if (source.from === 'file' && source.dialect !== ID) return `Only ${source.dialect} has this file.`;
  if (source.from === 'file' && kind !== 'document') return 'Only documents are named by the id of a file.';
  if (source.from === 'url' && kind === 'audio') return 'Sounds come as bytes, not as an address.';
  return undefined;
}
