// A streamed answer, from events to a client's frames: each a whole response with the next piece. Calls and media are told
// when they are complete. Nothing marks the end but the reason and the last counts.

import type { Frame } from '#base/frame.ts';
import type { Json, JsonDraft, JsonObject } from '#base/json.ts';
import { unreachable } from '#base/result.ts';
import { TextSoFar } from '#base/text-so-far.ts';
import type { ChatEvent, CloseEvent, DeltaEvent, OpenEvent } from '#canonical/event.ts';
import { fieldsFor } from '#canonical/foreign.ts';
import type { Foreign } from '#canonical/foreign.ts';
import type { Finish } from '#canonical/finish.ts';
import type { Part } from '#canonical/part.ts';
import type { Usage } from '#canonical/usage.ts';
import type { StreamEncoder } from '../dialect.ts';
import { groundingOf } from './annotations.ts';
import { ON } from './decode-part.ts';
import { encodeParts } from './encode-part.ts';
import { BROKEN_CALL, isBrokenText, TO_CLIENT } from './encode-response.ts';
import { errorBody } from './failures.ts';
import { addCarried, noted, present } from './fields.ts';
import { encodeFinish } from './finish.ts';
import { encodeLogprobs } from './logprobs.ts';
import { encodeUsage } from './usage.ts';
import { ID } from './wire.ts';

const NOTHING: readonly Frame[] = [];

interface PartState {
  readonly open: OpenEvent;
  /** Text that waits for its part to be complete. */
  readonly held: TextSoFar;
  told: boolean;
}

interface ChoiceState {
  /** Fields that wait for the next frame. */
  fields: JsonDraft | undefined;
  readonly text: TextSoFar;
  readonly annotations: Json[];
  broken: boolean;
  refused: boolean;
}

export class GeminiStreamEncoder implements StreamEncoder {
  readonly #parts = new Map<number, PartState>();
  readonly #choices = new Map<number, ChoiceState>();
  #envelope: JsonObject = {};
  #envelopeText = '';
  #ours = false;
  #fields: JsonDraft | undefined;
  #usage: Usage | undefined;

  push(event: ChatEvent): readonly Frame[] {
    switch (event.kind) {
      case 'delta':
        return this.#delta(event);
      case 'start':
        this.#ours = fieldsFor(ID, event.extras) !== undefined;
        this.#envelope = present({
          modelVersion: event.model === '' ? undefined : event.model,
          responseId: event.id === '' ? undefined : event.id,
          ...addCarried({}, fieldsFor(ID, event.extras)),
        });
        this.#envelopeText = JSON.stringify(this.#envelope).slice(1);
        return NOTHING;
      case 'open':
        this.#parts.set(event.part, { open: event, held: new TextSoFar(), told: false });
        return NOTHING;
      case 'close':
        return this.#close(event);
      case 'usage':
        this.#usage = event.usage;
        return NOTHING;
      case 'foreign':
        this.#foreign(event.foreign, event.choice);
        return NOTHING;
      case 'end':
        return this.#end(event.finishes);
      case 'failure':
        return [{ data: JSON.stringify(errorBody(event.failure)) }];
      default:
        return unreachable(event);
    }
  }

  #delta(event: DeltaEvent): readonly Frame[] {
    const part = this.#parts.get(event.part);
    if (part === undefined || event.text === '') return NOTHING;
    const { what, choice } = part.open;
    const streamed = what.kind === 'text' || what.kind === 'refusal' || what.kind === 'reasoning';
    if (!streamed) {
      part.held.add(event.text);
      return NOTHING;
    }
    part.told = true;
    const state = this.#choice(choice);
    if (what.kind === 'refusal') state.refused = true;
    if (what.kind === 'text' && !this.#ours) state.text.add(event.text);
    const thought = what.kind === 'reasoning' && noted(part.open.extras, ON) === undefined;
    const plain = event.logprobs === undefined && state.fields === undefined && this.#fields === undefined;
    const carried = fieldsFor(ID, part.open.extras);
    if (plain && (carried === undefined || thought)) return [this.#text(event.text, choice, thought)];
    const body = addCarried({ text: event.text, ...(thought ? { thought: true } : {}) }, carried);
    const logprobs = encodeLogprobs(event.logprobs);
    return [this.#frame([body], choice, logprobs === undefined ? undefined : { logprobsResult: logprobs })];
  }

  /** Nearly every event: written without building it. */
  #text(text: string, choice: number, thought: boolean): Frame {
    const mark = thought ? ',"thought":true' : '';
    const parts = `{"text":${JSON.stringify(text)}${mark}}`;
    const rest = this.#envelopeText === '}' ? '}' : `,${this.#envelopeText}`;
    const content = `{"parts":[${parts}],"role":"model"}`;
    return { data: `{"candidates":[{"content":${content},"index":${choice}}]${rest}` };
  }

  #close(event: CloseEvent): readonly Frame[] {
    const part = this.#parts.get(event.part);
    if (part === undefined) return NOTHING;
    this.#parts.delete(event.part);
    const { choice } = part.open;
    const state = this.#choice(choice);
    if (event.annotations !== undefined && !this.#ours) state.annotations.push(...event.annotations);
    const whole = wholePart(part, event);
    if (whole === undefined) return NOTHING;
    if (whole.kind === 'tool-call' && whole.form === 'function' && isBrokenText(whole.arguments))
      state.broken = true;
    const bodies = encodeParts([whole], TO_CLIENT);
    return bodies.length === 0 ? NOTHING : [this.#frame(bodies, choice)];
  }

  #foreign(foreign: Foreign, choice: number | undefined): void {
    const fields = fieldsFor(ID, foreign);
    if (fields === undefined) return;
    if (choice === undefined) this.#fields = { ...this.#fields, ...addCarried({}, fields) };
    else {
      const state = this.#choice(choice);
      state.fields = { ...state.fields, ...addCarried({}, fields) };
    }
  }

  #end(finishes: readonly Finish[]): readonly Frame[] {
    const candidates = finishes.map((finish, index) => {
      const state = this.#choice(index);
      const broken = state.broken && !this.#ours;
      const body: JsonDraft = {
        content: { parts: [{ text: '' }], role: 'model' },
        finishReason: broken ? BROKEN_CALL : this.#ours ? finish.raw : encodeFinish(finish, state.refused),
        index,
        groundingMetadata: groundingOf(state.annotations, state.text.read()),
      };
      return present(addCarried(body, state.fields));
    });
    const usageMetadata = this.#usage === undefined ? undefined : encodeUsage(this.#usage);
    const body: JsonDraft = { candidates, usageMetadata, ...this.#envelope, ...this.#fields };
    return [{ data: JSON.stringify(present(body)) }];
  }

  #frame(parts: readonly JsonObject[], choice: number, more?: JsonObject): Frame {
    const state = this.#choice(choice);
    const content = { parts, role: 'model' };
    const candidate = addCarried({ content, index: choice, ...more }, state.fields);
    state.fields = undefined;
    const fields = this.#fields;
    this.#fields = undefined;
    return { data: JSON.stringify({ candidates: [candidate], ...this.#envelope, ...fields }) };
  }

  #choice(index: number): ChoiceState {
    let state = this.#choices.get(index);
    if (state === undefined) {
      state = { fields: undefined, text: new TextSoFar(), annotations: [], broken: false, refused: false };
      this.#choices.set(index, state);
    }
    return state;
  }
}

/** What is left to tell of a part when it closes: a call, media, a seal. Undefined when its text said all. */
function wholePart({ open, held, told }: PartState, close: CloseEvent): Part | undefined {
  const { what } = open;
  const extras = open.extras === undefined ? {} : { extras: open.extras };
  switch (what.kind) {
    case 'text':
    case 'refusal':
      return undefined;
    case 'reasoning': {
      if (close.seals === undefined || close.seals.length === 0) return undefined;
      // The text went before; a seal on the text before this part stands on an empty one now.
      const on = noted(open.extras, ON);
      const place =
        on === undefined || told ? extras : { extras: { dialect: ID, fields: { [ON]: 'itself' } } };
      return { kind: 'reasoning', text: '', seals: close.seals, ...place };
    }
    case 'tool-call': {
      const seal = close.seals?.[0];
      const { id, name, form } = what;
      return { kind: 'tool-call', id, name, form, arguments: held.read(), ...(seal && { seal }), ...extras };
    }
    case 'foreign':
      return what;
    default:
      return { kind: what.kind, source: what.source, ...extras };
  }
}
