// A streamed answer as OpenRouter gives it: every chunk has its envelope whole, nothing in a delta is null, and one chunk
// with the usage follows the finish, whatever was asked for. A piece of text is written from templates, as in the plain
// encoder (../encode-stream.ts).

import type { Frame } from '#base/frame.ts';
import type { Json, JsonDraft, JsonObject } from '#base/json.ts';
import { unreachable } from '#base/result.ts';
import type { ChatEvent, CloseEvent, DeltaEvent, OpenEvent, StartEvent } from '#canonical/event.ts';
import type { Failure } from '#canonical/failure.ts';
import { fieldsFor } from '#canonical/foreign.ts';
import type { Foreign } from '#canonical/foreign.ts';
import type { Finish } from '#canonical/finish.ts';
import type { ReasoningPart } from '#canonical/part.ts';
import type { Usage } from '#canonical/usage.ts';
import type { EncodeContext, StreamEncoder } from '../../dialect.ts';
import { openDelta } from '../part-writer.ts';
import {
  callSeals,
  encodeDetails,
  foreignDetails,
  formatOfDialect,
  reasoningSpelling,
} from '../reasoning.ts';
import { DONE, ID } from '../wire.ts';
import { errorObject } from '../../openrouter-failures.ts';
import { finishFields } from './finish.ts';
import { encodeAnnotations, encodeLogprobs } from './message.ts';
import { carriedFields, providerField } from './response.ts';
import { encodeUsage } from './usage.ts';

const NOTHING: readonly Frame[] = [];
const TAIL = ',"finish_reason":null,"native_finish_reason":null,"logprobs":null}]}';

interface PartState {
  readonly open: OpenEvent;
  /** Index of a tool call in its choice. */
  readonly call: number;
  hadText: boolean;
}

export class OpenRouterStreamEncoder implements StreamEncoder {
  readonly #context: EncodeContext;
  readonly #parts = new Map<number, PartState>();
  readonly #calls = new Map<number, number>();
  readonly #spoken = new Set<number>();
  #envelope: JsonObject;
  #envelopeText = '';
  #usage: Usage | undefined;

  constructor(context: EncodeContext) {
    this.#context = context;
    // A failure may come before any start.
    this.#envelope = envelopeOf(context);
  }

  push(event: ChatEvent): readonly Frame[] {
    switch (event.kind) {
      case 'delta':
        return this.#delta(event);
      case 'start':
        return this.#start(event);
      case 'open':
        return this.#open(event);
      case 'close':
        return this.#close(event);
      case 'usage':
        this.#usage = event.usage;
        return NOTHING;
      case 'foreign':
        return this.#note(event.foreign);
      case 'end':
        return this.#end(event.finishes);
      case 'failure':
        return [this.#failure(event.failure)];
      default:
        return unreachable(event);
    }
  }

  #start(event: StartEvent): readonly Frame[] {
    this.#envelope = envelopeOf(this.#context, event);
    this.#envelopeText = JSON.stringify(this.#envelope).slice(0, -1);
    return [this.#role(0)];
  }

  #open(event: OpenEvent): readonly Frame[] {
    const { choice, what } = event;
    const frames = this.#spoken.has(choice) ? [] : [this.#role(choice)];
    const call = this.#calls.get(choice) ?? 0;
    this.#parts.set(event.part, { open: event, call, hadText: false });
    if (what.kind === 'tool-call') {
      this.#calls.set(choice, call + 1);
      const body = {
        index: call,
        id: what.id,
        type: 'function',
        function: { name: what.name, arguments: '' },
      };
      frames.push(this.#chunk(choice, { tool_calls: [body] }));
    } else if (what.kind === 'image' || what.kind === 'audio') {
      const delta = openDelta(event, call);
      if (delta !== undefined) frames.push(this.#chunk(choice, delta));
    }
    return frames;
  }

  #delta({ part: id, text, logprobs }: DeltaEvent): readonly Frame[] {
    const part = this.#parts.get(id);
    if (part === undefined) return NOTHING;
    part.hadText = true;
    const { choice, what } = part.open;
    const quoted = JSON.stringify(text);
    const delta = deltaText(part, quoted, this.#context);
    if (delta === undefined) return NOTHING;
    const head = `${this.#envelopeText},"choices":[{"index":${choice},"delta":${delta}`;
    if (logprobs === undefined || what.kind !== 'text') return [{ data: head + TAIL }];
    const told = JSON.stringify(encodeLogprobs(logprobs));
    return [{ data: `${head},"finish_reason":null,"native_finish_reason":null,"logprobs":${told}}]}` }];
  }

  #close(event: CloseEvent): readonly Frame[] {
    const part = this.#parts.get(event.part);
    if (part === undefined) return NOTHING;
    this.#parts.delete(event.part);
    const { choice } = part.open;
    const frames: Frame[] = [];
    const details = sealDetails(part, event);
    if (details.length > 0) frames.push(this.#chunk(choice, { reasoning_details: details }));
    const annotations = encodeAnnotations(event.annotations ?? []);
    if (annotations.length > 0) frames.push(this.#chunk(choice, { annotations }));
    return frames;
  }

  /** Of fields that a provider adds nobody here knows what they are; our own are told. */
  #note(foreign: Foreign): readonly Frame[] {
    const clew = fieldsFor(ID, foreign)?.['clew'];
    if (clew === undefined) return NOTHING;
    return [{ data: JSON.stringify({ ...this.#envelope, clew, choices: [choiceOf(0, { content: '' })] }) }];
  }

  #end(finishes: readonly Finish[]): readonly Frame[] {
    const frames = finishes.map((finish, choice) =>
      this.#chunk(choice, { content: '' }, finishFields(finish)),
    );
    if (this.#usage !== undefined) {
      const usage = encodeUsage(this.#usage, this.#context.served);
      // With a choice: a client in the field looks into the first one.
      const body: JsonDraft = {
        ...this.#envelope,
        choices: [choiceOf(0, { role: 'assistant', content: '' })],
        usage,
      };
      frames.push({ data: JSON.stringify(body) });
    }
    frames.push({ data: DONE });
    return frames;
  }

  /** A whole chunk all the same, and the last frame: no client takes a broken answer for a whole one. */
  #failure(problem: Failure): Frame {
    const ending = { finish_reason: 'error', native_finish_reason: 'error' };
    const choices = [{ index: 0, delta: { content: '' }, ...ending }];
    return { data: JSON.stringify({ ...this.#envelope, error: errorObject(problem), choices }) };
  }

  #role(choice: number): Frame {
    this.#spoken.add(choice);
    return this.#chunk(choice, { role: 'assistant', content: '' });
  }

  #chunk(choice: number, delta: JsonObject, more?: JsonObject): Frame {
    return { data: JSON.stringify({ ...this.#envelope, choices: [choiceOf(choice, delta, more)] }) };
  }
}

function choiceOf(index: number, delta: JsonObject, more?: JsonObject): JsonObject {
  return { index, delta, finish_reason: null, native_finish_reason: null, logprobs: null, ...more };
}

function envelopeOf(context: EncodeContext, start?: StartEvent): JsonObject {
  return {
    id: context.generationId,
    object: 'chat.completion.chunk',
    created: start?.createdSec ?? context.nowSec,
    model: context.served?.target ?? start?.model ?? context.request.model,
    ...providerField(context),
    ...carriedFields(start?.extras),
  };
}

/** The delta as text around a piece that is a JSON string already; undefined for parts without deltas. */
function deltaText({ open, call }: PartState, quoted: string, { served }: EncodeContext): string | undefined {
  const { what } = open;
  switch (what.kind) {
    case 'text':
      return `{"content":${quoted}}`;
    case 'refusal':
      return `{"refusal":${quoted}}`;
    case 'tool-call':
      return `{"tool_calls":[{"index":${call},"function":{"arguments":${quoted}}}]}`;
    case 'reasoning': {
      const detail = detailOf(open, what.summary === true, served?.dialect);
      const field = detail['type'] === 'reasoning.summary' ? 'summary' : 'text';
      const entry = JSON.stringify({ ...detail, [field]: undefined }).slice(0, -1);
      return `{"reasoning":${quoted},"reasoning_details":[${entry},"${field}":${quoted}}]}`;
    }
    default:
      return undefined;
  }
}

/** Clients join the pieces of a thought and keep the format of the first: the seal that comes last must have the same. */
function detailOf(open: OpenEvent, summary: boolean, dialect: string | undefined): JsonObject {
  const own = reasoningSpelling(open.extras)?.detail;
  if (own !== undefined) return own;
  const type = summary ? 'reasoning.summary' : 'reasoning.text';
  return { type, format: formatOfDialect(dialect), index: open.part };
}

/** Seals come in an entry of their own, without text. */
function sealDetails({ open, hadText }: PartState, { seals }: CloseEvent): readonly Json[] {
  if (seals === undefined || seals.length === 0) return [];
  if (open.what.kind === 'tool-call') return foreignDetails(callSeals(open.what.id, seals), open.part);
  if (open.what.kind !== 'reasoning') return [];
  const part: ReasoningPart = { kind: 'reasoning', text: '', seals };
  const own = open.extras;
  if (own !== undefined && reasoningSpelling(own)?.detail !== undefined)
    return encodeDetails([{ ...part, extras: own }]);
  return foreignDetails(part, open.part).map((entry) =>
    hadText || entry['type'] !== 'reasoning.text' ? entry : { ...entry, text: '' },
  );
}
