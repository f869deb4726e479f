// Parts as blocks of a request. Each gives its block, or the reason why there is none.

import { asString } from '#base/json.ts';
import type { Json, JsonDraft, JsonObject } from '#base/json.ts';
import { unreachable } from '#base/result.ts';
import type { Part, ReasoningPart, TextPart, ToolCallPart, ToolResultPart } from '#canonical/part.ts';
import type { Loss } from '#canonical/loss.ts';
import { encodeCache } from './cache-marks.ts';
import { encodeMedia } from './media.ts';
import type { Encoded } from './media.ts';
import { addCarried, noted, present } from './notes.ts';
import { ownSeal } from './seals.ts';
import { CUSTOM_FIELD, inputOf } from './tool-input.ts';
import { isPlain } from './decode-block.ts';
import { ID } from './wire.ts';

/** Characters that the API takes in the id of a call. */
const ID_FORM = /^[A-Za-z0-9_-]+$/;

export interface BlockWriting {
  readonly losses: Loss[];
  /** Whether the part came in a turn of this language: then it is written as it came, for the provider to judge. */
  readonly own: boolean;
}

/** The blocks of parts whose path is `path`. */
export function encodeBlocks(
  parts: readonly Part[],
  path: string,
  writing: BlockWriting,
): readonly JsonObject[] {
  const blocks: JsonObject[] = [];
  for (const [index, part] of parts.entries()) {
    const at = `${path}[${index}]`;
    const { block, did, why } = encodeBlock(part, at, writing);
    if (block !== undefined) blocks.push(block);
    if (did !== undefined) writing.losses.push({ path: at, did, why: why ?? '' });
  }
  return blocks;
}

function encodeBlock(part: Part, path: string, writing: BlockWriting): Encoded {
  switch (part.kind) {
    case 'text':
      return encodeText(part, writing.own);
    case 'refusal': {
      const why = 'The API has no word for a refusal in a turn: it is told as text.';
      return { block: { type: 'text', text: part.text }, did: 'changed', why };
    }
    case 'reasoning':
      return encodeReasoning(part);
    case 'tool-call':
      return encodeCall(part);
    case 'tool-result':
      return { block: encodeResult(part, path, writing) };
    case 'image':
    case 'document':
    case 'audio':
    case 'video':
      if (part.kind === 'image' && part.name !== undefined)
        writing.losses.push({ path: `${path}.name`, did: 'dropped', why: 'Images have no names here.' });
      return encodeMedia(part, writing.own);
    case 'foreign':
      return part.dialect === ID && isBlock(part.value)
        ? { block: part.value }
        : { did: 'dropped', why: `Only ${part.dialect} knows what this is.` };
    default:
      return unreachable(part);
  }
}

function isBlock(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function encodeText(part: TextPart, own: boolean): Encoded {
  if (!own && part.text.trim() === '') {
    const bare = part.text === '' && part.cache === undefined && part.annotations === undefined;
    return bare ? {} : { did: 'dropped', why: 'The API refuses texts of nothing but blanks.' };
  }
  const body: JsonDraft = { type: 'text', text: part.text };
  if (own && part.annotations !== undefined) body['citations'] = part.annotations;
  if (part.cache !== undefined) body['cache_control'] = encodeCache(part.cache);
  const block = addCarried(body, part.extras);
  if (own || part.annotations === undefined || part.annotations.length === 0) return { block };
  return {
    block,
    did: 'changed',
    why: 'Annotations of another language say nothing to this one; the text stays.',
  };
}

/** As it came, or not at all: a thought whose seal is missing or not from here is refused. */
function encodeReasoning(part: ReasoningPart): Encoded {
  const redacted = ownSeal(part.seals, 'redacted');
  if (redacted !== undefined)
    return { block: addCarried({ type: 'redacted_thinking', data: redacted.value }, part.extras) };
  const signature = ownSeal(part.seals, 'signature');
  const unsigned = noted(part.extras, 'signature');
  if (signature === undefined && unsigned === undefined)
    return { did: 'dropped', why: 'The API takes back only thoughts that it has signed.' };
  const body: JsonDraft = { type: 'thinking', thinking: part.text };
  if (unsigned !== 'absent') body['signature'] = signature?.value ?? '';
  return { block: addCarried(body, part.extras) };
}

function encodeCall(part: ToolCallPart): Encoded {
  const custom = part.form === 'custom';
  const { input, readable } = custom
    ? { input: { [CUSTOM_FIELD]: part.arguments }, readable: true }
    : inputOf(part.arguments);
  const body: JsonDraft = { type: 'tool_use', id: legalId(part.id), name: part.name, input };
  const block = addCarried(body, part.extras);
  if (readable) return { block };
  return {
    block,
    did: 'changed',
    why: 'The arguments are no JSON object, which the API insists on; they are wrapped.',
  };
}

function encodeResult(part: ToolResultPart, path: string, writing: BlockWriting): JsonObject {
  const body: JsonDraft = {
    type: 'tool_result',
    tool_use_id: legalId(part.id),
    content: encodeContent(
      part.parts,
      noted(part.extras, 'content'),
      encodeBlocks(part.parts, `${path}.parts`, writing),
    ),
    is_error: part.isError,
  };
  if (part.cache !== undefined) body['cache_control'] = encodeCache(part.cache);
  return present(addCarried(body, part.extras));
}

/** As it was written where that is noted; else one plain text as a text, and everything else as a list. */
export function encodeContent(
  parts: readonly Part[],
  spelling: Json | undefined,
  blocks: readonly JsonObject[],
): Json | undefined {
  if (blocks.length === 0) return spelling === 'empty' ? '' : spelling === 'list' ? [] : undefined;
  const plain = spelling !== 'list' && isPlain(parts) ? asString(blocks[0]?.['text']) : undefined;
  return plain ?? blocks;
}

/** Another language's id may have letters that the API refuses. The hash keeps two such ids apart. */
export function legalId(id: string): string {
  if (ID_FORM.test(id)) return id;
  return `${id.replace(/[^A-Za-z0-9_-]/g, '_').slice(0, 40)}_${hash(id)}`;
}

/** FNV-1a, twice with different seeds: ids of one conversation are few. */
function hash(text: string): string {
  let first = 0x811c9dc5;
  let second = 0x01000193;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    first = Math.imul(first ^ code, 0x01000193) >>> 0;
    second = Math.imul(second ^ code, 0x85ebca6b) >>> 0;
  }
  return first.toString(36) + second.toString(36);
}
