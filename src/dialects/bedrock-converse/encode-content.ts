// One part of a message as content blocks, from the centre's words to Bedrock's.

import { isObject, parseJson } from '#base/json.ts';
import type { Json, JsonObject } from '#base/json.ts';
import { fieldsFor } from '#canonical/foreign.ts';
import type {
  CacheMark,
  MediaPart,
  Part,
  ReasoningPart,
  TextPart,
  ToolCallPart,
  ToolResultPart,
} from '#canonical/part.ts';
import { documentName, encodeMedia } from './media.ts';
import { ID, present } from './wire.ts';
import { lose } from './writing.ts';
import type { Writing } from './writing.ts';

/** Bedrock refuses blank texts everywhere. */
export const NO_OUTPUT = '(no output)';

export function encodeParts(parts: readonly Part[], path: string, writing: Writing): readonly JsonObject[] {
  const blocks: JsonObject[] = [];
  for (const [index, part] of parts.entries()) {
    blocks.push(...encodePart(part, `${path}[${index}]`, writing));
    if ('cache' in part && part.cache !== undefined) mark(blocks, part.cache, `${path}[${index}]`, writing);
  }
  return blocks;
}

/** A mark on a part that was left out stands behind the one before it: what it covers is the same. */
function mark(blocks: JsonObject[], cache: CacheMark, path: string, writing: Writing): void {
  const last = blocks.at(-1);
  if (last !== undefined && !('cachePoint' in last)) blocks.push(cachePoint(cache));
  else lose(writing, `${path}.cache`, 'dropped', 'Nothing that is not marked already stands before it.');
}

export function cachePoint(cache: CacheMark): JsonObject {
  return { cachePoint: { type: 'default', ...(cache.ttl === '1h' ? { ttl: '1h' } : {}) } };
}

function encodePart(part: Part, path: string, writing: Writing): readonly JsonObject[] {
  switch (part.kind) {
    case 'text':
      return encodeText(part, path, writing);
    case 'refusal':
      lose(writing, path, 'changed', 'Converse has no refusals; the text stays.');
      return encodeText({ kind: 'text', text: part.text }, path, writing);
    case 'reasoning':
      return encodeReasoning(part, path, writing);
    case 'tool-call':
      return [encodeCall(part, path, writing)];
    case 'tool-result':
      return [encodeResult(part, path, writing)];
    case 'foreign':
      if (part.dialect === ID && isObject(part.value)) return [part.value];
      lose(writing, path, 'dropped', `Only ${part.dialect} understands this part.`);
      return [];
    default:
      return encodeMediaPart(part, path, writing);
  }
}

function encodeText(part: TextPart, path: string, writing: Writing): readonly JsonObject[] {
  const written = fieldsFor(ID, part.extras);
  if (written?.['citations'] !== undefined) return [{ citationsContent: written }];
  if (part.text.trim() === '') {
    if (part.text !== '' || part.annotations !== undefined)
      lose(writing, path, 'dropped', 'Bedrock refuses blank texts.');
    return [];
  }
  if (part.annotations !== undefined && part.annotations.length > 0) {
    lose(writing, `${path}.annotations`, 'dropped', 'Citations of another language are not understood.');
  }
  return [{ text: part.text }];
}

/** Claude refuses reasoning that it did not sign; what came from Bedrock goes back as it came. */
function encodeReasoning(part: ReasoningPart, path: string, writing: Writing): readonly JsonObject[] {
  const own = part.seals?.filter((seal) => seal.dialect === ID) ?? [];
  const redacted = own.filter((seal) => seal.form === 'redacted');
  if (redacted.length > 0) {
    return redacted.map((seal) => ({ reasoningContent: { redactedContent: seal.value } }));
  }
  const signature = own.find((seal) => seal.form === 'signature')?.value;
  if (signature === undefined && fieldsFor(ID, part.extras) === undefined) {
    lose(writing, path, 'dropped', 'Bedrock takes reasoning back only with its own signature.');
    return [];
  }
  return [{ reasoningContent: { reasoningText: present({ text: part.text, signature }) } }];
}

function encodeCall(part: ToolCallPart, path: string, writing: Writing): JsonObject {
  writing.called.add(part.name);
  const more = fieldsFor(ID, part.extras);
  return {
    toolUse: { toolUseId: part.id, name: part.name, input: encodeArguments(part, path, writing), ...more },
  };
}

const EMPTY = new Set(['', 'null']);
/** A number that loses digits when it is read and written again. */
const LONG_NUMBER = /(?<![\w.])-?\d{16,}/;

/** Converse wants an object, where others carry a text. */
function encodeArguments(part: ToolCallPart, path: string, writing: Writing): Json {
  if (part.form === 'custom') return { input: part.arguments };
  if (EMPTY.has(part.arguments.trim())) return {};
  const parsed = parseJson(part.arguments);
  if (!isObject(parsed)) {
    lose(
      writing,
      `${path}.arguments`,
      'changed',
      'Arguments must be a JSON object; they stand in `input` of one.',
    );
    return { input: part.arguments };
  }
  if (LONG_NUMBER.test(part.arguments)) {
    lose(
      writing,
      `${path}.arguments`,
      'approximated',
      'Numbers of more than 15 digits lose their last ones.',
    );
  }
  return parsed;
}

export function encodeResult(part: ToolResultPart, path: string, writing: Writing): JsonObject {
  const blocks = part.parts.flatMap((inner, index) => {
    const at = `${path}.parts[${index}]`;
    if ('cache' in inner && inner.cache !== undefined)
      lose(writing, `${at}.cache`, 'dropped', 'Marks stand behind results, never inside.');
    if (inner.kind !== 'audio' && inner.kind !== 'tool-call' && inner.kind !== 'tool-result') {
      return encodePart(inner, at, writing);
    }
    lose(writing, at, 'dropped', 'The result of a tool cannot hold this.');
    return [];
  });
  const more = fieldsFor(ID, part.extras);
  return {
    toolResult: present({
      toolUseId: part.id,
      content: blocks.length === 0 ? [{ text: NO_OUTPUT }] : blocks,
      status: part.isError === true ? 'error' : undefined,
      ...more,
    }),
  };
}

function encodeMediaPart(part: MediaPart, path: string, writing: Writing): readonly JsonObject[] {
  const name = part.kind === 'document' ? documentName(part.name, writing.documentNames) : '';
  if (part.kind === 'document' && part.name !== undefined && part.name !== name) {
    lose(
      writing,
      `${path}.name`,
      'changed',
      'Bedrock allows few characters in the name of a document, and each once.',
    );
  }
  if (part.kind !== 'document' && part.name !== undefined)
    lose(writing, `${path}.name`, 'dropped', 'Only documents have names here.');
  const encoded = encodeMedia(part, name);
  if ('why' in encoded) {
    lose(writing, path, 'dropped', encoded.why);
    return [];
  }
  if (encoded.relabelled !== undefined) {
    lose(writing, `${path}.source.mime`, 'changed', `The bytes are ${encoded.relabelled}.`);
  }
  return [encoded.block];
}
