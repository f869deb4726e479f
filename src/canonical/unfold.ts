// A whole answer as the stream of events that tells it: the inverse of canonical/fold.ts. For clients that asked for a
// stream where the provider gave one piece.

import type { ChatEvent, CloseEvent, OpenEvent, Opening } from '#canonical/event.ts';
import type { Part } from '#canonical/part.ts';
import type { ChatResponse, Choice } from '#canonical/response.ts';
import { unreachable } from '#base/result.ts';

export function unfold(response: ChatResponse): readonly ChatEvent[] {
  const events: ChatEvent[] = [
    {
      kind: 'start',
      id: response.id,
      model: response.model,
      ...(response.createdSec === undefined ? {} : { createdSec: response.createdSec }),
      losses: response.losses,
      ...(response.extras === undefined ? {} : { extras: response.extras }),
    },
  ];
  let part = 0;
  response.choices.forEach((choice, index) => {
    if (choice.extras !== undefined) events.push({ kind: 'foreign', foreign: choice.extras, choice: index });
    part = unfoldChoice(choice, index, part, events);
  });
  if (response.usage !== undefined) events.push({ kind: 'usage', usage: response.usage });
  events.push({ kind: 'end', finishes: response.choices.map((choice) => choice.finish) });
  return events;
}

/** The number of the next part. */
function unfoldChoice(choice: Choice, index: number, firstPart: number, events: ChatEvent[]): number {
  let part = firstPart;
  // The log probabilities of the whole choice ride on its first delta, where one exists.
  let logprobs = choice.logprobs;
  for (const piece of choice.parts) {
    const { what, text, close } = unfoldPart(piece);
    const extras = 'extras' in piece && piece.extras !== undefined ? { extras: piece.extras } : {};
    const open: OpenEvent = { kind: 'open', part, choice: index, what, ...extras };
    events.push(open);
    if (text !== '') {
      events.push({ kind: 'delta', part, text, ...(logprobs === undefined ? {} : { logprobs }) });
      logprobs = undefined;
    }
    events.push({ kind: 'close', part, ...close });
    part += 1;
  }
  return part;
}

export interface Shown {
  readonly what: Opening;
  readonly text: string;
  readonly close?: Partial<Pick<CloseEvent, 'seals' | 'annotations'>>;
}

/** What a part opens with, the text of its one delta, and what closes it. */
export function unfoldPart(part: Part): Shown {
  switch (part.kind) {
    case 'text': {
      const close = part.annotations === undefined ? {} : { annotations: part.annotations };
      return { what: { kind: 'text' }, text: part.text, close };
    }
    case 'refusal':
      return { what: { kind: 'refusal' }, text: part.text };
    case 'reasoning': {
      const summary = part.summary === undefined ? {} : { summary: part.summary };
      const close = part.seals === undefined ? {} : { seals: part.seals };
      return { what: { kind: 'reasoning', ...summary }, text: part.text, close };
    }
    case 'tool-call': {
      const { id, name, form } = part;
      const close = part.seal === undefined ? {} : { seals: [part.seal] };
      return { what: { kind: 'tool-call', id, name, form }, text: part.arguments, close };
    }
    case 'tool-result':
      // No answer of a model holds one: results of hosted tools are foreign parts.
      return { what: { kind: 'text' }, text: '' };
    case 'foreign':
      return { what: part, text: '' };
    case 'image':
    case 'document':
    case 'audio':
    case 'video':
      return { what: { kind: part.kind, source: part.source }, text: '' };
    default:
      return unreachable(part);
  }
}
