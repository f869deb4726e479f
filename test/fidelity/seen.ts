// What a client can see of an answer, whatever the way it came: the same for a stream and for the answer in one piece.

import { parseJson } from '#base/json.ts';
import type { Json } from '#base/json.ts';
import type { ChatResponse, Choice } from '#canonical/response.ts';

export function seen({ choices, usage }: ChatResponse): Json {
  const told = {
    choices: choices.map(seenChoice),
    usage: usage === undefined ? null : { ...usage, raw: undefined },
  };
  return JSON.parse(JSON.stringify(told)) as Json;
}

function seenChoice({ parts, finish }: Choice): object {
  const textsOf = (kind: 'text' | 'reasoning' | 'refusal'): string =>
    parts.map((part) => (part.kind === kind ? part.text : '')).join('');
  return {
    text: textsOf('text'),
    reasoning: textsOf('reasoning'),
    refusal: textsOf('refusal'),
    calls: parts.flatMap((part) =>
      part.kind === 'tool-call' ? [[part.id, part.name, argumentsIn(part.arguments), part.seal?.value]] : [],
    ),
    seals: parts.flatMap((part) =>
      part.kind === 'reasoning' ? (part.seals ?? []).map(({ value }) => sealOf(value)) : [],
    ),
    media: parts.flatMap((part) => ('source' in part ? [part.source] : [])),
    citations: parts.flatMap((part) => (part.kind === 'text' ? (part.annotations ?? []) : [])),
    foreign: parts.filter(({ kind }) => kind === 'foreign').length,
    finish: finish.reason,
  };
}

function argumentsIn(text: string): Json {
  return parseJson(text) ?? text.trim();
}

/** One vendor encrypts a thought anew in each event that tells it. */
function sealOf(value: string): string {
  return value.startsWith('gAAAAA') ? 'encrypted' : value;
}
