// Blocks of content as parts, of requests and of answers alike. A block that cannot be read is a foreign part: it goes
// back as it came, to this language only. Blocks of hosted tools are all of that kind.

import { asArray, asBoolean, asObject, asString, isObject } from '#base/json.ts';
import type { Json, JsonObject } from '#base/json.ts';
import type { Opaque } from '#canonical/foreign.ts';
import type {
  ForeignPart,
  MediaPart,
  MediaSource,
  Part,
  ReasoningPart,
  TextPart,
  ToolCallPart,
  ToolResultPart,
} from '#canonical/part.ts';
import { decodeCache } from './cache-marks.ts';
import { Leftovers } from './notes.ts';
import { isMark, readMark } from './seals.ts';
import { argumentsOf } from './tool-input.ts';
import { BILLING_LINE, BLOCK_FIELDS, ID } from './wire.ts';

const READERS: ReadonlyMap<string, (block: JsonObject) => Part | undefined> = new Map<
  string,
  (block: JsonObject) => Part | undefined
>([
  ['text', decodeText],
  ['image', decodeImage],
  ['document', decodeDocument],
  ['thinking', decodeThinking],
  ['redacted_thinking', decodeRedacted],
  ['tool_use', decodeCall],
  ['tool_result', decodeResult],
]);

export function decodeBlock(value: Json): Part {
  const part = isObject(value) ? READERS.get(asString(value['type']) ?? '')?.(value) : undefined;
  return part ?? foreign(value);
}

function foreign(value: Json): ForeignPart {
  return { kind: 'foreign', dialect: ID, value };
}

function decodeText(block: JsonObject): Part | undefined {
  const text = asString(block['text']);
  if (text === undefined) return undefined;
  if (text.startsWith(BILLING_LINE)) return foreign(block);
  const left = new Leftovers(block, BLOCK_FIELDS.text);
  const cache = decodeCache(block, left);
  const citations = asArray(block['citations']);
  if (citations === undefined || citations.length === 0) left.leave('citations');
  const extras = left.extras();
  const part: TextPart = {
    kind: 'text',
    text,
    ...(citations !== undefined && citations.length > 0 && { annotations: citations }),
    ...(cache && { cache }),
    ...(extras && { extras }),
  };
  return part;
}

function decodeImage(block: JsonObject): MediaPart | undefined {
  const source = decodeSource(block['source']);
  if (source === undefined) return undefined;
  const left = new Leftovers(block, BLOCK_FIELDS.image);
  return { kind: 'image', source, ...marked(block, left) };
}

/** PDFs by bytes or address, and texts; what is made of blocks stays foreign. */
function decodeDocument(block: JsonObject): MediaPart | undefined {
  const written = asObject(block['source']);
  const source =
    written?.['type'] === 'text' ? decodeTextSource(written) : decodeSource(written, 'application/pdf');
  if (source === undefined) return undefined;
  const left = new Leftovers(block, BLOCK_FIELDS.document);
  const name = left.read('title', asString);
  if (written?.['type'] === 'text') left.note('source', 'text');
  return { kind: 'document', source, ...(name === undefined ? {} : { name }), ...marked(block, left) };
}

function marked(block: JsonObject, left: Leftovers): Pick<MediaPart, 'cache' | 'extras'> {
  const cache = decodeCache(block, left);
  const extras = left.extras();
  return { ...(cache && { cache }), ...(extras && { extras }) };
}

/** Undefined for a source of another shape, and for one that says more than we know. */
function decodeSource(value: Json | undefined, urlMime?: string): MediaSource | undefined {
  const source = asObject(value);
  if (source === undefined) return undefined;
  const { type, ...fields } = source;
  const [mime, data, url, id] = ['media_type', 'data', 'url', 'file_id'].map((key) => asString(fields[key]));
  const count = Object.keys(fields).length;
  if (type === 'base64' && mime !== undefined && data !== undefined && count === 2)
    return { from: 'base64', mime, data };
  if (type === 'url' && url !== undefined && count === 1)
    return { from: 'url', url, ...(urlMime === undefined ? {} : { mime: urlMime }) };
  if (type === 'file' && id !== undefined && count === 1) return { from: 'file', id, dialect: ID };
  return undefined;
}

/** A text document is kept as the bytes of its text, which is what other languages call a file. */
function decodeTextSource(source: JsonObject): MediaSource | undefined {
  const { type: _type, media_type: mime, data, ...rest } = source;
  if (mime !== 'text/plain' || typeof data !== 'string' || Object.keys(rest).length > 0) return undefined;
  let binary = '';
  for (const byte of new TextEncoder().encode(data)) binary += String.fromCharCode(byte);
  return { from: 'base64', mime, data: btoa(binary) };
}

/** Without text and with a signature it is a thought that its author hides: it must go back as it is. */
function decodeThinking(block: JsonObject): ReasoningPart | undefined {
  const text = asString(block['thinking']);
  const signature = asString(block['signature']) ?? '';
  if (text === undefined) return undefined;
  if (isMark(signature)) {
    const { seals } = readMark(signature);
    return { kind: 'reasoning', text, ...(seals.length > 0 && { seals }) };
  }
  const left = new Leftovers(block, BLOCK_FIELDS.thinking);
  if (signature === '') left.note('signature', block['signature'] === undefined ? 'absent' : 'empty');
  return sealed(text, signature === '' ? [] : [{ dialect: ID, form: 'signature', value: signature }], left);
}

function decodeRedacted(block: JsonObject): ReasoningPart | undefined {
  const data = asString(block['data']);
  if (data === undefined) return undefined;
  const left = new Leftovers(block, BLOCK_FIELDS.redacted);
  return sealed('', [{ dialect: ID, form: 'redacted', value: data }], left);
}

function sealed(text: string, seals: readonly Opaque[], left: Leftovers): ReasoningPart {
  const extras = left.extras();
  return { kind: 'reasoning', text, ...(seals.length > 0 && { seals }), ...(extras && { extras }) };
}

function decodeCall(block: JsonObject): ToolCallPart | undefined {
  const id = asString(block['id']);
  const name = asString(block['name']);
  if (id === undefined || name === undefined) return undefined;
  const left = new Leftovers(block, BLOCK_FIELDS.call);
  const extras = left.extras();
  const text = argumentsOf(block['input']);
  return { kind: 'tool-call', id, name, arguments: text, form: 'function', ...(extras && { extras }) };
}

function decodeResult(block: JsonObject): ToolResultPart | undefined {
  const id = asString(block['tool_use_id']);
  if (id === undefined) return undefined;
  const left = new Leftovers(block, BLOCK_FIELDS.result);
  const parts = decodeContent(block['content'], left);
  if (parts === undefined) return undefined;
  const isError = left.read('is_error', asBoolean);
  const cache = decodeCache(block, left);
  const extras = left.extras();
  return {
    kind: 'tool-result',
    id,
    parts,
    ...(isError === undefined ? {} : { isError }),
    ...(cache && { cache }),
    ...(extras && { extras }),
  };
}

/**
 * A text or a list of blocks. The note `content` says how it was written where our usual way differs: a text for one
 * plain text, nothing for nothing.
 */
export function decodeContent(content: Json | undefined, left: Leftovers): readonly Part[] | undefined {
  if (content === undefined) return [];
  if (typeof content === 'string') {
    if (content === '') left.note('content', 'empty');
    else return [{ kind: 'text', text: content }];
    return [];
  }
  const parts = asArray(content)?.map(decodeBlock);
  if (parts !== undefined && (isPlain(parts) || parts.length === 0)) left.note('content', 'list');
  return parts;
}

export function isPlain(parts: readonly Part[]): boolean {
  const only = parts[0];
  if (parts.length !== 1 || only?.kind !== 'text') return false;
  return only.cache === undefined && only.extras === undefined && only.annotations === undefined;
}

/** The seals of tool calls that travelled in thoughts of their own: by the id of the call. */
export function sealsOfCalls(blocks: readonly Json[]): ReadonlyMap<string, Opaque> {
  const found = new Map<string, Opaque>();
  for (const block of blocks) {
    const signature =
      isObject(block) && block['type'] === 'thinking' ? asString(block['signature']) : undefined;
    if (signature === undefined || !isMark(signature)) continue;
    const { call, seals } = readMark(signature);
    const seal = seals[0];
    if (call !== undefined && seal !== undefined) found.set(call, seal);
  }
  return found;
}

export function isSealOfCall(block: Json): boolean {
  const signature = asString(asObject(block)?.['signature']) ?? '';
  return isMark(signature) && readMark(signature).call !== undefined;
}
