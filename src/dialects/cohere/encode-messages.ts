// The conversation, from the centre's words to Cohere's.

import { isObject } from '#base/json.ts';
import type { Json, JsonDraft, JsonObject } from '#base/json.ts';
import { fieldsFor } from '#canonical/foreign.ts';
import type {
  MediaPart,
  Part,
  ReasoningPart,
  TextPart,
  ToolCallPart,
  ToolResultPart,
} from '#canonical/part.ts';
import type { Message } from '#canonical/request.ts';
import { ERROR_IN_WORDS, partsTellingError } from '../failed-result.ts';
import { ID, present } from './wire.ts';
import { canThink, lose } from './writing.ts';
import type { Writing } from './writing.ts';

export function encodeMessages(messages: readonly Message[], writing: Writing): readonly JsonObject[] {
  const written: JsonObject[] = [];
  let lifted: Json[] = [];
  for (const [index, message] of messages.entries()) {
    const path = `messages[${index}]`;
    if (message.name !== undefined)
      lose(writing, `${path}.name`, 'dropped', 'Cohere has no names on messages.');
    if (message.role !== 'tool' && lifted.length > 0) {
      written.push({ role: 'user', content: lifted });
      lifted = [];
    }
    if (message.role === 'assistant') written.push(encodeAssistant(message, path, writing));
    else written.push(...encodeOther(message, path, writing, lifted));
  }
  if (lifted.length > 0) written.push({ role: 'user', content: lifted });
  return written;
}

/** Results become a message each, wherever they stand; what else the message holds follows them. */
function encodeOther(
  message: Message,
  path: string,
  writing: Writing,
  lifted: Json[],
): readonly JsonObject[] {
  const results: JsonObject[] = [];
  const blocks: Json[] = [];
  for (const [index, part] of message.parts.entries()) {
    const at = `${path}.parts[${index}]`;
    if (part.kind === 'tool-result') results.push(encodeResult(part, at, writing, lifted));
    else blocks.push(...encodePart(part, at, writing));
  }
  if (message.role === 'tool') return results;
  const role = message.role === 'user' ? 'user' : 'system';
  if (blocks.length === 0 && (results.length > 0 || message.parts.length > 0)) return results;
  return [...results, { role, content: joined(blocks) }];
}

function encodeAssistant(message: Message, path: string, writing: Writing): JsonObject {
  const calls = message.parts.filter((part): part is ToolCallPart => part.kind === 'tool-call');
  const blocks: Json[] = [];
  const citations: Json[] = [];
  let plan = '';
  for (const [index, part] of message.parts.entries()) {
    const at = `${path}.parts[${index}]`;
    if (part.kind === 'reasoning') {
      const place = placeOf(part, calls.length > 0, writing);
      if (place === 'tool_plan') plan += part.text;
      else if (place === 'thinking') blocks.push({ type: 'thinking', thinking: part.text });
      else lose(writing, at, 'dropped', 'The model takes no reasoning back outside of a plan for tools.');
    } else if (part.kind !== 'tool-call') {
      blocks.push(...encodePart(part, at, writing));
      if (part.kind === 'text')
        citations.push(...((fieldsFor(ID, part.extras)?.['citations'] ?? []) as Json[]));
    }
  }
  const body: JsonDraft = {
    role: 'assistant',
    content: blocks.length === 0 && calls.length > 0 ? undefined : joined(blocks),
    tool_plan: plan === '' ? undefined : plan,
    tool_calls: calls.length === 0 ? undefined : calls.map((call) => encodeCall(call)),
    citations: citations.length === 0 ? undefined : citations,
  };
  return present(body);
}

/** What was thought before calls is a plan for them; other thoughts are taken back by models that think. */
function placeOf(
  part: ReasoningPart,
  beforeCalls: boolean,
  { model }: Writing,
): 'tool_plan' | 'thinking' | undefined {
  if (part.text === '') return undefined;
  const written = fieldsFor(ID, part.extras)?.['in'];
  if (written === 'tool_plan' || written === 'thinking') return written;
  if (beforeCalls) return 'tool_plan';
  return canThink(model) ? 'thinking' : undefined;
}

function encodeCall(part: ToolCallPart): JsonObject {
  const text = part.form === 'custom' ? JSON.stringify({ input: part.arguments }) : part.arguments;
  return { id: part.id, type: 'function', function: { name: part.name, arguments: text } };
}

function encodeResult(part: ToolResultPart, path: string, writing: Writing, lifted: Json[]): JsonObject {
  if (part.isError === true) lose(writing, `${path}.isError`, 'approximated', ERROR_IN_WORDS);
  if (part.cache !== undefined) lose(writing, `${path}.cache`, 'dropped', 'Cohere caches by itself.');
  const blocks: Json[] = [];
  for (const [index, inner] of partsTellingError(part).entries()) {
    const at = `${path}.parts[${index}]`;
    const encoded = encodePart(inner, at, writing);
    if (inner.kind !== 'image') blocks.push(...encoded);
    else if (encoded.length > 0) {
      lose(
        writing,
        at,
        'changed',
        'Results of tools hold no pictures; this one follows in a message of the user.',
      );
      lifted.push(...encoded);
    }
  }
  return { role: 'tool', tool_call_id: part.id, content: joined(blocks) };
}

/** Its citations stand beside the content, as they came. */
function isOurs(part: TextPart): boolean {
  return fieldsFor(ID, part.extras)?.['citations'] !== undefined;
}

/** A text alone is written as a text. */
function joined(blocks: readonly Json[]): Json {
  const only = blocks[0];
  if (blocks.length === 0) return '';
  const plain = blocks.length === 1 && isObject(only) && only['type'] === 'text';
  return plain ? (only['text'] ?? '') : blocks;
}

function encodePart(part: Part, path: string, writing: Writing): readonly Json[] {
  if ('cache' in part && part.cache !== undefined)
    lose(writing, `${path}.cache`, 'dropped', 'Cohere caches by itself.');
  switch (part.kind) {
    case 'text':
      if (part.annotations !== undefined && part.annotations.length > 0 && !isOurs(part))
        lose(writing, `${path}.annotations`, 'dropped', 'Citations of another language are not understood.');
      // Some clients give back the empty text that ended a stream.
      if (part.text === '') return [];
      return [{ type: 'text', text: part.text }];
    case 'refusal':
      lose(writing, path, 'changed', 'Cohere has no refusals; the text stays.');
      return [{ type: 'text', text: part.text }];
    case 'foreign':
      if (part.dialect === ID) return [part.value];
      lose(writing, path, 'dropped', `Only ${part.dialect} understands this part.`);
      return [];
    case 'image':
      return encodeImage(part, path, writing);
    case 'document':
      return encodeDocument(part, path, writing);
    default:
      lose(writing, path, 'dropped', 'Cohere takes texts, pictures and documents.');
      return [];
  }
}

function encodeImage({ source, name }: MediaPart, path: string, writing: Writing): readonly Json[] {
  if (name !== undefined) lose(writing, `${path}.name`, 'dropped', 'Pictures have no names here.');
  if (source.from === 'file') {
    lose(writing, path, 'dropped', `A file of ${source.dialect} cannot be read by Cohere.`);
    return [];
  }
  const url = source.from === 'url' ? source.url : `data:${source.mime};base64,${source.data}`;
  return [{ type: 'image_url', image_url: { url } }];
}

/** Texts become documents beside the messages, which the model can cite; other files cannot be read. */
function encodeDocument(part: MediaPart, path: string, writing: Writing): readonly Json[] {
  const text =
    part.source.from === 'base64' && /^text\/|json/.test(part.source.mime)
      ? readText(part.source.data)
      : undefined;
  if (text === undefined) {
    lose(writing, path, 'dropped', 'Cohere takes documents as text only.');
    return [];
  }
  lose(writing, path, 'changed', 'Documents stand beside the conversation.');
  writing.documents.push({ data: present({ title: part.name, text }) });
  return [];
}

function readText(data: string): string | undefined {
  try {
    const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
