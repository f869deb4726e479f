// What a canonical request says, as facts that can be looked for in another request: whatever two languages spell alike or
// apart, the facts are the same. Ids of calls are replaced by the number of the call, since only who answers whom is meant.

import { isObject, parseJson } from '#base/json.ts';
import type { Json } from '#base/json.ts';
import type { Foreign } from '#canonical/foreign.ts';
import type { MediaPart, Part, ToolCallPart, ToolResultPart } from '#canonical/part.ts';
import type { ChatRequest, Message } from '#canonical/request.ts';
import { settingsOf } from './settings.ts';

export interface Fact {
  /** Where it stands in the canonical request. */
  readonly path: string;
  /** Facts are looked for among those about the same. */
  readonly about: string;
  /** Canonical JSON: members in order of their names. */
  readonly value: string;
  /** Whether its place among what was said is part of its meaning. */
  readonly said?: true;
  /** Paths of losses that speak of it too. */
  readonly also?: readonly string[];
}

export function factsOf(request: ChatRequest): readonly Fact[] {
  const facts: Fact[] = [...settingsOf(request)];
  const reader = new MessageReader(facts);
  request.messages.forEach((message, index) => reader.read(message, `messages[${index}]`));
  return facts;
}

export function canonical(value: unknown): string {
  return JSON.stringify(sorted(value as Json)) ?? 'undefined';
}

function sorted(value: Json): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map(sorted);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== undefined)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner as Json)]),
  );
}

/** Fields that only their own language knows; notes on spelling, which begin with `$`, say nothing. */
export function foreignFacts(extras: Foreign | undefined, path: string): readonly Fact[] {
  if (extras === undefined) return [];
  return Object.entries(extras.fields).flatMap(([key, value]) => {
    if (key.startsWith('$') || LABELS.has(key) || value === undefined || saysNothing(value)) return [];
    if (NEEDS_NO_WORD[`${extras.dialect} ${key}`]?.test(canonical(value)) === true) return [];
    if (isObject(value) && Object.keys(value).some((inner) => inner.startsWith('$')))
      return foreignFacts({ dialect: extras.dialect, fields: value }, path).map((fact) => ({
        ...fact,
        path: fact.path.replace(`${path}.extras.`, `${path}.extras.${key}.`),
      }));
    return [{ path: `${path}.extras.${key}`, about: `extras ${extras.dialect}`, value: canonical(value) }];
  });
}

/** Clew itself keeps answers and shows what is sealed, whoever answers; an empty object is all read. */
const NEEDS_NO_WORD: Readonly<Record<string, RegExp>> = {
  'openai-responses store': /^(?:true|false)$/,
  'openai-responses include':
    /^\[(?:,?"(?:reasoning\.encrypted_content|message\.output_text\.logprobs)")*\]$/,
  'openai-responses reasoning': /^\{\}$/,
  'gemini generationConfig': /^\{\}$/,
};

/** Names of pieces, and how they were written: no meaning to anyone else. */
const LABELS: ReadonlySet<string> = new Set(['id', 'status', 'index', 'role', 'beside', 'legacy', 'stream']);

function saysNothing(value: Json): boolean {
  if (value === null || value === '') return true;
  const keys = typeof value === 'object' ? Object.keys(value) : ['some'];
  return keys.length === 0 ? Array.isArray(value) : keys.every((key) => key.startsWith('$'));
}

/** What stands where a vendor refuses an empty result. */
const NO_OUTPUT = '(no output)';

/** Types of two names. */
const MIMES: Readonly<Record<string, string>> = {
  'image/jpg': 'image/jpeg',
  'audio/mp3': 'audio/mpeg',
  'audio/x-wav': 'audio/wav',
  'audio/wave': 'audio/wav',
};

/** `system` and `developer` are one rank wherever a vendor has one; `tool` speaks for the user. */
function rankOf({ role }: Message): string {
  if (role === 'developer') return 'system';
  return role === 'tool' ? 'user' : role;
}

class MessageReader {
  readonly #facts: Fact[];
  #calls = 0;
  /** By id, the number of the call that was made last under it. */
  readonly #numbers = new Map<string, number>();

  constructor(facts: Fact[]) {
    this.#facts = facts;
  }

  read(message: Message, path: string): void {
    const rank = rankOf(message);
    if (message.name !== undefined) this.#add(`${path}.name`, 'name', message.name);
    this.#facts.push(...foreignFacts(message.extras, path));
    message.parts.forEach((part, index) => {
      const at = `${path}.parts[${index}]`;
      if (part.kind === 'tool-result') this.#result(part, at);
      else if (part.kind === 'tool-call') this.#call(part, at);
      else this.#piece(part, at, { rank, also: [`${path}.role`] });
    });
  }

  #add(path: string, about: string, value: unknown, more: Partial<Fact> = {}): void {
    this.#facts.push({ path, about, value: canonical(value), ...more });
  }

  #piece(part: Part, path: string, { rank, also }: { rank: string; also: readonly string[] }): void {
    if ('extras' in part && part.kind !== 'reasoning') this.#facts.push(...foreignFacts(part.extras, path));
    if ('cache' in part && part.cache !== undefined)
      this.#add(`${path}.cache`, 'cache', part.cache.ttl ?? '5m', { also: ['cache'] });
    switch (part.kind) {
      case 'text':
      case 'refusal':
        if (part.text !== '') this.#add(`${path}.text`, `${rank} text`, part.text, { said: true, also });
        if (part.kind === 'text')
          part.annotations?.forEach((annotation, index) =>
            this.#add(`${path}.annotations[${index}]`, 'annotation', annotation),
          );
        break;
      case 'reasoning':
        if (part.text !== '') this.#add(`${path}.text`, 'reasoning', part.text);
        part.seals?.forEach((seal, index) => this.#add(`${path}.seals[${index}]`, 'seal', seal.value));
        break;
      case 'foreign':
        this.#add(path, 'foreign', part.value, { said: true });
        break;
      case 'image':
      case 'document':
      case 'audio':
      case 'video':
        this.#media(part, path, rank);
        break;
      default:
    }
  }

  #media(part: MediaPart, path: string, rank: string): void {
    const { source } = part;
    const [field, value] =
      source.from === 'base64'
        ? ['data', source.data]
        : source.from === 'url'
          ? ['url', source.url]
          : ['id', source.id];
    // Results answer their calls in any order, and what they show with them.
    this.#add(`${path}.source.${field}`, `${rank} media`, value, rank === 'result' ? {} : { said: true });
    if (source.from === 'base64') this.#add(`${path}.source.mime`, 'mime', MIMES[source.mime] ?? source.mime);
    if (part.name !== undefined) this.#add(`${path}.name`, 'file name', part.name);
  }

  #call(part: ToolCallPart, path: string): void {
    const number = this.#calls;
    this.#calls += 1;
    this.#numbers.set(part.id, number);
    this.#add(`${path}.name`, 'call', part.name, { said: true });
    this.#add(`${path}.arguments`, 'arguments', [number, argumentsOf(part)]);
    if (part.seal !== undefined) this.#add(`${path}.seal`, 'seal', part.seal.value);
    this.#facts.push(...foreignFacts(part.extras, path));
  }

  #result(part: ToolResultPart, path: string): void {
    const number = this.#numbers.get(part.id) ?? 'no call';
    const texts = part.parts.flatMap((piece) =>
      piece.kind === 'text' && piece.text.trim() !== '' ? [piece.text] : [],
    );
    const lines = texts.flatMap((piece) => piece.split('\n')).map((line) => line.trim());
    const text = lines.filter((line) => line !== '').join('\n');
    const value = [number, text === NO_OUTPUT ? '' : text];
    this.#add(`${path}.parts`, 'result', value, { also: [`${path}.isError`] });
    if (part.isError === true) this.#add(`${path}.isError`, 'error', [number, true]);
    if (part.cache !== undefined)
      this.#add(`${path}.cache`, 'cache', part.cache.ttl ?? '5m', { also: ['cache'] });
    this.#facts.push(...foreignFacts(part.extras, path));
    part.parts.forEach((piece, index) => {
      if (piece.kind !== 'text') this.#piece(piece, `${path}.parts[${index}]`, { rank: 'result', also: [] });
      else if (piece.cache !== undefined)
        this.#add(`${path}.parts[${index}].cache`, 'cache', piece.cache.ttl ?? '5m', { also: ['cache'] });
    });
  }
}

/** What a function without arguments was called with; a custom tool's text is the member `input` of a function's. */
function argumentsOf(part: ToolCallPart): Json {
  if (part.form === 'custom') return { input: part.arguments };
  const text = part.arguments.trim();
  if (text === '' || text === 'null') return {};
  return parseJson(text) ?? part.arguments;
}
