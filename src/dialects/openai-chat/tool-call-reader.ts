// Tool calls in a stream. Providers leave out the index, give the same one to all, repeat or omit ids, send a call whole or
// in pieces, and call nothing `null`: this puts the fragments of each call together, and gives the calls one after another.

import { asArray, asNumber, asObject, asString, isObject, parseJson } from '#base/json.ts';
import type { Json, JsonObject } from '#base/json.ts';
import type { Foreign } from '#canonical/foreign.ts';
import type { EventSink } from './event-sink.ts';
import { FieldReader, ours } from './spelling.ts';
import { argumentsText, legacyCallId, madeUpCallId } from './tools.ts';

/** More calls than any model makes in one answer. Further ones are ignored. */
const CALLS_MAX = 512;
const CALL_FIELDS: ReadonlySet<string> = new Set(['index', 'id', 'type', 'function', 'custom']);

interface Call {
  index: number | undefined;
  id: string;
  name: string;
  form: 'function' | 'custom';
  /** All arguments so far. */
  text: string;
  /** How much of `text` was given out. */
  given: number;
  /** Part number once the call was opened. */
  part: number;
  phase: 'waiting' | 'open' | 'closed';
  extras: Foreign | undefined;
}

interface Fragment {
  readonly index: number | undefined;
  readonly id: string;
  readonly name: string;
  readonly text: string;
}

export class ToolCallReader {
  readonly #sink: EventSink;
  readonly #choice: number;
  readonly #calls: Call[] = [];
  /** The first call that is not closed. */
  #current = 0;

  constructor(sink: EventSink, choice: number) {
    this.#sink = sink;
    this.#choice = choice;
  }

  get any(): boolean {
    return this.#calls.length > 0;
  }

  /** Whether a call is open or waits: then nothing else may open. */
  get busy(): boolean {
    return this.#current < this.#calls.length;
  }

  read(list: Json, responseId: string): void {
    for (const fragment of asArray(list) ?? [])
      if (isObject(fragment)) this.#readFragment(fragment, responseId);
  }

  /** The legacy `function_call`, of which an answer has one at most. */
  readLegacy(fragment: JsonObject, responseId: string): void {
    const name = asString(fragment['name']) ?? '';
    const first = this.#calls[0];
    const call = first ?? this.#add(undefined, legacyCallId(name), name);
    if (call === undefined) return;
    call.extras = ours({ legacy: true });
    this.#append(call, argumentsText(fragment['arguments']), responseId);
  }

  /** Closes the open call if its arguments are whole, so that another part may follow. */
  yieldTurn(responseId: string): void {
    if (this.busy) this.#advance(responseId, false);
  }

  /**
   * The answer is over: gives out what waits. `cut` when the provider stopped for length: then the arguments of the last
   * call stay as they are, since a brace of ours would make a cut call look whole.
   */
  finish(responseId: string, cut: boolean): void {
    for (; this.#current < this.#calls.length; this.#current += 1) {
      const call = this.#calls[this.#current] as Call;
      this.#give(call, responseId, true);
      this.#close(call, cut && this.#current === this.#calls.length - 1);
    }
  }

  #readFragment(fragment: JsonObject, responseId: string): void {
    const inner = asObject(fragment['function']) ?? asObject(fragment['custom']);
    const id = meaningful(fragment['id']);
    const name = meaningful(inner?.['name']);
    const text = argumentsText(inner?.['arguments'] ?? inner?.['input']);
    const call = this.#find({ index: asNumber(fragment['index']), id, name, text });
    if (call === undefined || isRepetition(call, id, name, text)) return;
    if (call.phase === 'waiting') {
      if (call.id === '') call.id = id;
      if (call.name === '') call.name = name;
      if (isObject(fragment['custom'])) call.form = 'custom';
      call.extras ??= new FieldReader(fragment).extras(CALL_FIELDS);
    }
    this.#append(call, text, responseId);
  }

  /** The call that a fragment belongs to: a new one where nothing says that it goes on with another. */
  #find(fragment: Fragment): Call | undefined {
    const { index, id, name } = fragment;
    const known = id === '' ? undefined : this.#calls.findLast((call) => isSameCall(call, fragment));
    return known ?? this.#continued(fragment) ?? this.#add(index, id, name);
  }

  /** By index where there is one, else the latest call; unless the fragment begins another call. */
  #continued(fragment: Fragment): Call | undefined {
    const { index, id, name } = fragment;
    const before =
      index === undefined ? this.#calls.at(-1) : this.#calls.findLast((call) => call.index === index);
    if (before === undefined) return undefined;
    // A new id on a used index is a new call, but some servers make up an id for each fragment, without a name.
    if (id !== '' && before.id !== '')
      return name === '' && index !== undefined && !isWhole(before) ? before : undefined;
    return beginsAnother(before, fragment) ? undefined : before;
  }

  #add(index: number | undefined, id: string, name: string): Call | undefined {
    if (this.#calls.length >= CALLS_MAX) return undefined;
    const call: Call = {
      index,
      id,
      name,
      form: 'function',
      text: '',
      given: 0,
      part: -1,
      phase: 'waiting',
      extras: undefined,
    };
    this.#calls.push(call);
    return call;
  }

  #append(call: Call, text: string, responseId: string): void {
    if (call.phase === 'closed') return;
    call.text += text;
    this.#sink.held += text.length;
    this.#advance(responseId, true);
  }

  /** Gives out what the current call has, and goes on to the next one when it is whole and another waits. */
  #advance(responseId: string, needsNext: boolean): void {
    while (this.#current < this.#calls.length) {
      const call = this.#calls[this.#current] as Call;
      this.#give(call, responseId, false);
      const last = this.#current === this.#calls.length - 1;
      if (call.phase !== 'open' || (last && needsNext) || !isWhole(call)) return;
      this.#close(call, false);
      this.#current += 1;
    }
  }

  #give(call: Call, responseId: string, force: boolean): void {
    if (call.phase === 'waiting') {
      if (!force && (call.id === '' || call.name === '')) return;
      if (call.id === '') call.id = madeUpCallId(responseId, this.#calls.indexOf(call));
      const { id, name, form } = call;
      call.part = this.#sink.open(this.#choice, { kind: 'tool-call', id, name, form }, call.extras);
      call.phase = 'open';
    }
    // `null`, in pieces or whole, and blanks are ways to say that there are no arguments: what follows decides.
    if (call.given === 0 && call.form === 'function' && isNothingYet(call.text)) return;
    if (call.given === call.text.length) return;
    const fresh = call.given === 0 ? call.text : call.text.slice(call.given);
    this.#sink.delta(call.part, fresh);
    this.#sink.held -= fresh.length;
    call.given = call.text.length;
  }

  #close(call: Call, cut: boolean): void {
    if (call.given === 0 && call.form === 'function') {
      const text = call.text.trim();
      const nothing = text === '' || text === 'null';
      if (!nothing) this.#sink.delta(call.part, call.text);
      else if (!cut) this.#sink.delta(call.part, '{}');
      this.#sink.held -= call.text.length;
    }
    this.#sink.close(call.part);
    call.phase = 'closed';
  }
}

/** A known id is the same call, unless ids are reused: then a function is named again, under another index or anew. */
function isSameCall(call: Call, { index, id, name, text }: Fragment): boolean {
  if (call.id !== id) return false;
  if (name === '') return true;
  if (index !== undefined && call.index !== undefined && index !== call.index) return false;
  return text === '' || text === call.text || !isWhole(call);
}

function beginsAnother(before: Call, { name, text }: Fragment): boolean {
  if (name === '' || before.name === '') return false;
  return name !== before.name || (text !== '' && isWhole(before));
}

/** Some providers say the whole call once more at the end. */
function isRepetition(call: Call, id: string, name: string, text: string): boolean {
  return id !== '' && id === call.id && name !== '' && text !== '' && text === call.text && isWhole(call);
}

/** Empty, and the text `null` that one provider's server writes for it, say nothing. */
function meaningful(value: Json | undefined): string {
  const text = asString(value) ?? '';
  return text === 'null' ? '' : text;
}

function isNothingYet(text: string): boolean {
  return text.length < 64 && 'null'.startsWith(text.trim());
}

function isWhole(call: Call): boolean {
  if (call.form === 'custom') return true;
  // Arguments are an object; the last character spares most attempts.
  return call.text.trimEnd().endsWith('}') && parseJson(call.text) !== undefined;
}
