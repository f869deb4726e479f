// Messages as the input of a request.

import { asObject } from '#base/json.ts';
import type { Json, JsonDraft, JsonObject } from '#base/json.ts';
import type { Loss } from '#canonical/loss.ts';
import type { Part, ToolResultPart } from '#canonical/part.ts';
import type { Message } from '#canonical/request.ts';
import { ERROR_IN_WORDS, partsTellingError } from '../failed-result.ts';
import { encodeContentPart } from './content.ts';
import { encodeTurn } from './encode-items.ts';
import { withoutForeign } from './foreign.ts';
import { addCarried, present, spelled } from './spelling.ts';

export interface EncodedInput {
  readonly instructions?: string;
  readonly items: readonly JsonObject[];
}

/** `fromUs`: a client of this language has said itself what its instructions are. */
export function encodeMessages(messages: readonly Message[], fromUs: boolean, losses: Loss[]): EncodedInput {
  const writer = new InputWriter(messages, losses);
  const instructions = instructionsOf(messages, fromUs);
  messages.forEach((message, index) => {
    if (index > 0 || instructions === undefined) writer.write(message, `messages[${index}]`);
    else if (message.parts[0] !== undefined) withoutForeign(message.parts[0], 'messages[0].parts[0]', losses);
  });
  return instructions === undefined ? { items: writer.items } : { instructions, items: writer.items };
}

/** A single system message in front, of one text; several, or later ones, keep their places. */
function instructionsOf([first, second]: readonly Message[], fromUs: boolean): string | undefined {
  const [only] = first?.parts ?? [];
  if (first?.role !== 'system' || first.parts.length !== 1 || only?.kind !== 'text') return undefined;
  if (spelled(first.extras, 'in') === 'instructions') return only.text;
  return fromUs || first.name !== undefined || second?.role === 'system' || second?.role === 'developer'
    ? undefined
    : only.text;
}

class InputWriter {
  readonly items: JsonObject[] = [];
  readonly #losses: Loss[];
  /** Ids of calls of custom tools: their results are items of another type. */
  readonly #custom: ReadonlySet<string>;

  constructor(messages: readonly Message[], losses: Loss[]) {
    this.#losses = losses;
    const calls = messages.flatMap(({ parts }) => parts.filter((part) => part.kind === 'tool-call'));
    this.#custom = new Set(calls.filter(({ form }) => form === 'custom').map(({ id }) => id));
  }

  write(message: Message, path: string): void {
    if (message.name !== undefined) this.#lose(`${path}.name`, 'Messages have no names here.');
    if (message.role === 'assistant') {
      this.items.push(...encodeTurn(message.parts, { path, losses: this.#losses }));
      return;
    }
    const said: [part: Part, path: string][] = [];
    message.parts.forEach((part, index) => {
      const at = `${path}.parts[${index}]`;
      if (part.kind === 'tool-result') this.items.push(this.#result(part, at));
      else if (spelled(message.extras, 'items') === true && part.kind === 'foreign') this.#whole(part.value);
      else said.push([part, at]);
    });
    if (said.length > 0 || message.parts.length === 0) this.#say(message, said);
  }

  #whole(value: Json): void {
    const item = asObject(value);
    if (item !== undefined) this.items.push(item);
  }

  #say(message: Message, said: readonly (readonly [Part, string])[]): void {
    if (message.role === 'tool') return;
    const { extras } = message;
    const role = spelled(extras, 'role') ?? message.role;
    const content = this.#content(said, spelled(extras, 'content') === 'list');
    this.items.push(present(addCarried({ type: spelled(extras, 'type'), role, content }, extras)));
  }

  #result(part: ToolResultPart, path: string): JsonObject {
    const custom = spelled(part.extras, 'form') === 'custom' || this.#custom.has(part.id);
    if (part.isError === true)
      this.#losses.push({ path: `${path}.isError`, did: 'approximated', why: ERROR_IN_WORDS });
    if (part.cache !== undefined) this.#lose(`${path}.cache`, 'This API caches by itself.');
    const inner = partsTellingError(part).map((piece, index) => [piece, `${path}.parts[${index}]`] as const);
    const body: JsonDraft = {
      type: custom ? 'custom_tool_call_output' : 'function_call_output',
      call_id: part.id,
      output: this.#content(inner, spelled(part.extras, 'output') === 'list'),
    };
    return addCarried(body, part.extras);
  }

  /** One plain text is written as a text, everything else as a list. */
  #content(said: readonly (readonly [Part, string])[], listed: boolean): Json {
    const content: Json[] = [];
    for (const [part, path] of said) {
      const written = encodeContentPart(withoutForeign(part, path, this.#losses), 'input_text');
      if (written === undefined) this.#lose(path, `The input cannot hold ${describe(part)}.`);
      else content.push(written);
    }
    if (listed) return content;
    if (content.length === 0) return '';
    const only = asObject(content[0]);
    const plain = content.length === 1 && only?.['type'] === 'input_text' && Object.keys(only).length === 2;
    return plain ? (only['text'] ?? '') : content;
  }

  #lose(path: string, why: string): void {
    this.#losses.push({ path, did: 'dropped', why });
  }
}

function describe(part: Part): string {
  if (part.kind === 'foreign') return `what only ${part.dialect} knows`;
  if (!('source' in part)) return part.kind;
  return part.source.from === 'file'
    ? `a file kept by ${part.source.dialect}`
    : `${part.kind} from a ${part.source.from}`;
}
