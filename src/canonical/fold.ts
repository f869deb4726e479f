// A stream of events as the whole answer it tells: the inverse of canonical/unfold.ts.

import { isObject } from '#base/json.ts';
import type { Json, JsonDraft } from '#base/json.ts';
import { err, ok } from '#base/result.ts';
import type { Result } from '#base/result.ts';
import { TextSoFar } from '#base/text-so-far.ts';
import type { ChatEvent, CloseEvent, OpenEvent } from '#canonical/event.ts';
import { failure } from '#canonical/failure.ts';
import type { Failure } from '#canonical/failure.ts';
import type { Finish } from '#canonical/finish.ts';
import type { Foreign } from '#canonical/foreign.ts';
import type { Loss } from '#canonical/loss.ts';
import type { Part } from '#canonical/part.ts';
import type { ChatResponse, Choice } from '#canonical/response.ts';
import type { Usage } from '#canonical/usage.ts';

const UNKNOWN: Finish = { reason: 'unknown' };

interface PartSoFar {
  readonly open: OpenEvent;
  readonly text: TextSoFar;
  close: CloseEvent | undefined;
}

interface ChoiceSoFar {
  readonly parts: PartSoFar[];
  logprobs: Json | undefined;
  extras: Foreign | undefined;
}

/** Takes events one by one. Holds as much text as the answer has; the caller bounds the stream. */
export class Fold {
  /** At the places of their numbers, which are small: a map of one would be larger than the rest. */
  readonly #choices: (ChoiceSoFar | undefined)[] = [];
  readonly #parts: (PartSoFar | undefined)[] = [];
  #id = '';
  #model = '';
  #createdSec: number | undefined;
  #losses: readonly Loss[] = [];
  #usage: Usage | undefined;
  #extras: Foreign | undefined;
  #finishes: readonly Finish[] = [];
  #over = false;
  failure: Failure | undefined;

  /** True when the answer came to its end, in either way. */
  get over(): boolean {
    return this.#over || this.failure !== undefined;
  }

  push(event: ChatEvent): void {
    switch (event.kind) {
      case 'start':
        this.#id = event.id;
        this.#model = event.model;
        this.#createdSec = event.createdSec;
        this.#losses = event.losses;
        this.#extras = event.extras;
        break;
      case 'open':
        this.#open(event);
        break;
      case 'delta':
        this.#delta(event.part, event.text, event.logprobs);
        break;
      case 'close': {
        const part = this.#parts[event.part];
        if (part !== undefined) part.close = event;
        break;
      }
      case 'usage':
        this.#usage = event.usage;
        break;
      case 'foreign':
        this.#foreign(event.foreign, event.choice);
        break;
      case 'end':
        this.#finishes = event.finishes;
        this.#over = true;
        break;
      case 'failure':
        this.failure = event.failure;
        break;
    }
  }

  /** The answer as far as it came; parts that are still open hold the text so far. */
  response(): ChatResponse {
    const count = Math.max(this.#finishes.length, this.#choices.length);
    return {
      id: this.#id,
      model: this.#model,
      ...(this.#createdSec === undefined ? {} : { createdSec: this.#createdSec }),
      choices: Array.from({ length: count }, (_, index) => this.#choice(index)),
      ...(this.#usage === undefined ? {} : { usage: this.#usage }),
      losses: this.#losses,
      ...(this.#extras === undefined ? {} : { extras: this.#extras }),
    };
  }

  #open(event: OpenEvent): void {
    const part: PartSoFar = { open: event, text: new TextSoFar(), close: undefined };
    this.#parts[event.part] = part;
    this.#choiceSoFar(event.choice).parts.push(part);
  }

  #delta(number: number, text: string, logprobs: Json | undefined): void {
    const part = this.#parts[number];
    if (part === undefined) return;
    part.text.add(text);
    if (logprobs === undefined) return;
    const choice = this.#choiceSoFar(part.open.choice);
    choice.logprobs = joinLists(choice.logprobs, logprobs);
  }

  #foreign(foreign: Foreign, index: number | undefined): void {
    if (index === undefined) {
      this.#extras = mergeForeign(this.#extras, foreign);
      return;
    }
    const choice = this.#choiceSoFar(index);
    choice.extras = mergeForeign(choice.extras, foreign);
  }

  #choiceSoFar(index: number): ChoiceSoFar {
    let choice = this.#choices[index];
    if (choice === undefined) {
      choice = { parts: [], logprobs: undefined, extras: undefined };
      this.#choices[index] = choice;
    }
    return choice;
  }

  #choice(index: number): Choice {
    const choice = this.#choices[index];
    const finish = this.#finishes[index] ?? UNKNOWN;
    if (choice === undefined) return { parts: [], finish };
    return {
      parts: choice.parts.map(partOf),
      finish,
      ...(choice.logprobs === undefined ? {} : { logprobs: choice.logprobs }),
      ...(choice.extras === undefined ? {} : { extras: choice.extras }),
    };
  }
}

/** The whole answer, or the failure it ended in. Events that stop without an end are a cut stream. */
export function fold(events: Iterable<ChatEvent>): Result<ChatResponse, Failure> {
  const folding = new Fold();
  for (const event of events) folding.push(event);
  if (folding.failure !== undefined) return err(folding.failure);
  if (!folding.over) return err(failure('stream_cut', 'The answer broke off without its end.'));
  return ok(folding.response());
}

function partOf({ open, text: said, close }: PartSoFar): Part {
  const what = open.what;
  const text = said.read();
  const merged = close?.extras === undefined ? open.extras : mergeForeign(open.extras, close.extras);
  const extras = merged === undefined ? undefined : { extras: merged };
  switch (what.kind) {
    case 'text':
      return { kind: 'text', text, ...(close?.annotations && { annotations: close.annotations }), ...extras };
    case 'refusal':
      return { kind: 'refusal', text, ...extras };
    case 'reasoning':
      return { ...what, text, ...(close?.seals && { seals: close.seals }), ...extras };
    case 'tool-call': {
      const seal = close?.seals?.[0];
      return { ...what, arguments: text, ...(seal && { seal }), ...extras };
    }
    case 'foreign':
      return what;
    default:
      return { ...what, ...extras };
  }
}

/** Later fields win; objects merge. Fields of another dialect than the first are of no use beside it. */
function mergeForeign(before: Foreign | undefined, more: Foreign): Foreign {
  if (before === undefined) return more;
  if (before.dialect !== more.dialect) return before;
  const fields = mergeFields(before.fields, more.fields);
  return isObject(fields) ? { dialect: before.dialect, fields } : before;
}

function mergeFields(before: Json | undefined, more: Json): Json {
  if (!isObject(before) || !isObject(more)) return more;
  const merged: JsonDraft = { ...before };
  for (const [key, value] of Object.entries(more)) {
    if (value !== undefined && key !== '__proto__') merged[key] = mergeFields(merged[key], value);
  }
  return merged;
}

/** Log probabilities come as objects of lists, a piece for each delta. */
function joinLists(before: Json | undefined, more: Json): Json {
  if (before === undefined || before === null) return more;
  if (more === null) return before;
  if (Array.isArray(before) && Array.isArray(more)) return [...(before as Json[]), ...(more as Json[])];
  if (!isObject(before) || !isObject(more)) return more;
  const joined: JsonDraft = { ...before };
  for (const [key, value] of Object.entries(more)) {
    if (value !== undefined && key !== '__proto__') joined[key] = joinLists(joined[key], value);
  }
  return joined;
}
