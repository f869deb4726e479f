// The parts of a streamed answer, one open at a time.

import { asArray, asObject, asString } from '#base/json.ts';
import type { Json, JsonObject } from '#base/json.ts';
import { annotationsOf } from './citations.ts';
import type { EventSink } from '../event-sink.ts';
import { ID, ours } from './wire.ts';
import type { ReasoningPlace } from './wire.ts';

type Said = ReasoningPlace | 'text';

interface Open {
  readonly kind: Said | 'call';
  readonly part: number;
  readonly citations: Json[];
  /** Arguments that may yet turn out to be nothing: `null`, or blanks. Undefined once they are something. */
  held: string | undefined;
}

export class PartReader {
  readonly #sink: EventSink;
  #open: Open | undefined;
  hasCalls = false;

  constructor(sink: EventSink) {
    this.#sink = sink;
  }

  say(kind: Said, text: string): void {
    if (text === '') return;
    if (this.#open?.kind !== kind) {
      this.close();
      const what = kind === 'text' ? { kind } : ({ kind: 'reasoning' } as const);
      const extras = kind === 'text' ? undefined : ours({ in: kind });
      this.#open = { kind, part: this.#sink.open(what, extras), citations: [], held: undefined };
    }
    this.#sink.delta(this.#open.part, text);
  }

  startCall(call: JsonObject): void {
    this.close();
    const inside = asObject(call['function']);
    const id = asString(call['id']);
    const name = asString(inside?.['name']);
    if (id === undefined || name === undefined) {
      this.#sink.whole({ kind: 'foreign', dialect: ID, value: { tool_calls: call } });
      return;
    }
    this.hasCalls = true;
    const part = this.#sink.open({ kind: 'tool-call', id, name, form: 'function' });
    this.#open = { kind: 'call', part, citations: [], held: '' };
    this.addArguments(asString(inside?.['arguments']) ?? '');
  }

  addArguments(text: string): void {
    const open = this.#open;
    if (open?.kind !== 'call' || text === '') return;
    const whole = open.held === undefined ? text : open.held + text;
    // `n`, `nu`, `nul` and `null` may be the word for nothing: that is known only at the end of the call.
    if (open.held !== undefined && 'null'.startsWith(whole.trim())) {
      open.held = whole;
      return;
    }
    open.held = undefined;
    this.#sink.delta(open.part, whole);
  }

  cite(citations: Json | undefined): void {
    const open = this.#open;
    if (open?.kind !== 'text' || citations === undefined) return;
    open.citations.push(...(asArray(citations) ?? [citations]));
  }

  close(): void {
    const open = this.#open;
    this.#open = undefined;
    if (open === undefined) return;
    if (open.kind === 'call' && open.held !== undefined) this.#sink.delta(open.part, nothingOr(open.held));
    if (open.citations.length === 0) {
      this.#sink.close(open.part);
      return;
    }
    const annotations = annotationsOf(open.citations);
    const told = annotations.length === 0 ? {} : { annotations };
    this.#sink.close(open.part, { ...told, extras: ours({ citations: open.citations }) });
  }
}

function nothingOr(held: string): string {
  const text = held.trim();
  return text === '' || text === 'null' ? '{}' : held;
}
