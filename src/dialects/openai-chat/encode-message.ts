// One message of a request, from the centre's words to a provider's.

import type { Json, JsonDraft, JsonObject } from '#base/json.ts';
import type { MediaPart, Part, ReasoningPart, ToolCallPart } from '#canonical/part.ts';
import type { Message } from '#canonical/request.ts';
import { fieldsFor } from '#canonical/foreign.ts';
import { encodeContent, isRefusalInContent } from './content.ts';
import { encodeResults } from './encode-result.ts';
import type { Results } from './encode-result.ts';
import { fitParts } from './fit-parts.ts';
import type { Writing } from './fit-parts.ts';
import { encodeAnswerAudio, encodeAnswerImage, stoodBeside } from './message-media.ts';
import { quirk } from './quirks.ts';
import { encodeDetails, foreignDetails, reasoningSpelling } from './reasoning.ts';
import { addCarried, ours, present, spelled } from './spelling.ts';
import { encodeToolCall } from './tools.ts';
import { ID, REASONING_FIELDS } from './wire.ts';

/** Results of tools become a message each; what they show follows the last of them. */
export function encodeMessages(messages: readonly Message[], writing: Writing): readonly JsonObject[] {
  const written: JsonObject[] = [];
  let shown: Json[] = [];
  const showAll = (): void => {
    if (shown.length > 0) written.push({ role: 'user', content: shown });
    shown = [];
  };
  messages.forEach((message, index) => {
    const path = `messages[${index}]`;
    const results = message.role === 'assistant' ? NO_RESULTS : encodeResults(message, path, writing);
    written.push(...results.messages);
    shown.push(...results.shown);
    if (message.role === 'tool') return;
    const only = results.messages.length > 0 && message.parts.every(({ kind }) => kind === 'tool-result');
    if (only) return;
    showAll();
    written.push(encodeMessage(message, path, writing));
  });
  showAll();
  return written;
}

const NO_RESULTS: Results = { messages: [], shown: [] };

function encodeMessage(message: Message, path: string, writing: Writing): JsonObject {
  const body: JsonDraft = { role: encodeRole(message, path, writing) };
  if (message.name !== undefined) body['name'] = encodeName(message.name, path, writing);
  const thinks = message.role === 'assistant' && quirk(writing.quirks, 'reasoningText') === 'thinking';
  const fitted = fitParts(message.parts, `${path}.parts`, writing);
  const parts = thinks ? fitted.map(asThinking) : fitted;
  const written = spelled(message.extras, 'content');
  if (message.role === 'assistant') {
    encodeReasoning(message.parts, body, path, writing);
    encodeAssistant(parts, body);
  }
  const content = parts.filter((part) => standsInContent(part));
  body['content'] = encodeContent(content, written, message.role === 'assistant' ? null : '');
  return present(addCarried(body, message.extras));
}

function encodeRole(message: Message, path: string, { quirks, losses }: Writing): string {
  const written = spelled(message.extras, 'role');
  if (typeof written === 'string' && message.role === 'user') return written;
  if (message.role !== 'developer' || quirk(quirks, 'systemRole') !== 'system') return message.role;
  losses.push({
    path: `${path}.role`,
    did: 'changed',
    why: 'The provider knows `system` but not `developer`.',
  });
  return 'system';
}

function encodeName(name: string, path: string, { quirks, losses }: Writing): string | undefined {
  if (quirk(quirks, 'messageNames') === 'sent') return name;
  losses.push({ path: `${path}.name`, did: 'dropped', why: 'The provider refuses names on messages.' });
  return undefined;
}

function standsInContent(part: Part): boolean {
  switch (part.kind) {
    case 'tool-call':
    case 'tool-result':
      return false;
    case 'reasoning':
      return reasoningSpelling(part.extras)?.thinking !== undefined;
    case 'refusal':
      return isRefusalInContent(part);
    default:
      return !stoodBeside(part);
  }
}

function encodeAssistant(parts: readonly Part[], body: JsonDraft): void {
  const refusals = parts.filter((part) => part.kind === 'refusal' && !isRefusalInContent(part));
  if (refusals.length > 0) body['refusal'] = textOf(refusals);
  const images = parts.filter((part) => part.kind === 'image' && stoodBeside(part)) as readonly MediaPart[];
  if (images.length > 0)
    body['images'] = images.map(encodeAnswerImage).filter((image) => image !== undefined);
  const audio = parts.find((part): part is MediaPart => part.kind === 'audio' && stoodBeside(part));
  if (audio !== undefined) body['audio'] = encodeAnswerAudio(audio);
  const calls = parts.filter((part): part is ToolCallPart => part.kind === 'tool-call');
  const legacy = calls.find(isLegacyCall);
  if (legacy !== undefined) body['function_call'] = { name: legacy.name, arguments: legacy.arguments };
  const usual = calls.filter((call) => !isLegacyCall(call));
  if (usual.length > 0) body['tool_calls'] = usual.map(encodeToolCall);
}

export function isLegacyCall(call: ToolCallPart): boolean {
  return fieldsFor(ID, call.extras)?.['legacy'] === true;
}

export function textOf(parts: readonly Part[]): string {
  let text = '';
  for (const part of parts) if ('text' in part) text += part.text;
  return text;
}

function encodeReasoning(parts: readonly Part[], body: JsonDraft, path: string, writing: Writing): void {
  const reasoning = parts.filter((part): part is ReasoningPart => part.kind === 'reasoning');
  const how = quirk(writing.quirks, 'reasoningText');
  if (how === 'reasoning_content_always') body['reasoning_content'] = textOf(reasoning);
  if (reasoning.length === 0) return;
  const lose = (why: string): void => {
    parts.forEach((part, index) => {
      if (part.kind === 'reasoning')
        writing.losses.push({ path: `${path}.parts[${index}]`, did: 'dropped', why });
    });
  };
  if (how === 'none') lose('The provider takes no earlier reasoning.');
  else if (how === 'reasoning_content' || how === 'reasoning') body[how] = textOf(reasoning);
  else if (how === 'reasoning_details') {
    body[how] = reasoning.flatMap((part, index) =>
      reasoningSpelling(part.extras)?.detail === undefined
        ? foreignDetails(part, index)
        : encodeDetails([part]),
    );
  } else if (how === 'as-sent') {
    encodeReasoningAsSent(reasoning, body);
    if (reasoning.every((part) => reasoningSpelling(part.extras) === undefined)) {
      lose('This language has no common field for earlier reasoning.');
    }
  }
}

/** A thought of another language as a piece of the content. */
function asThinking(part: Part): Part {
  if (part.kind !== 'reasoning' || part.text === '' || reasoningSpelling(part.extras)?.thinking !== undefined)
    return part;
  return { ...part, extras: ours({ plain: [], thinking: {} }) };
}

/** Each field gets the text of the parts that stood in it. */
export function encodeReasoningAsSent(reasoning: readonly ReasoningPart[], body: JsonDraft): void {
  for (const field of REASONING_FIELDS) {
    const told = reasoning.filter((part) => reasoningSpelling(part.extras)?.plain.includes(field));
    if (told.length > 0) body[field] = textOf(told);
  }
  const details = encodeDetails(reasoning.filter((part) => reasoningSpelling(part.extras) !== undefined));
  if (details.length > 0) body['reasoning_details'] = details;
}
