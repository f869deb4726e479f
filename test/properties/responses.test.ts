// Made-up answers to clients of each language and back: in one piece and as a stream, the same text, calls, end and counts.

import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';

import { parseJson } from '#base/json.ts';
import type { ChatEvent } from '#canonical/event.ts';
import { fold } from '#canonical/fold.ts';
import type { ChatResponse } from '#canonical/response.ts';
import { unfold } from '#canonical/unfold.ts';
import { CHAT_DIALECTS } from '#dialects/index.ts';
import { grammarProblems } from '../recordings/reading.ts';
import { encodeContext } from '../support/encode-context.ts';
import { response, SEEDED } from './arbitraries.ts';

const RUNS = 200;
const SPOKEN = [...CHAT_DIALECTS.values()].flatMap(({ id, client, provider }) =>
  client === undefined || provider === undefined ? [] : [{ id, client, provider }],
);

/** What every language can show. */
function told({ choices, usage }: ChatResponse): object {
  const [choice] = choices;
  const parts = choice?.parts ?? [];
  return {
    text: parts.map((part) => (part.kind === 'text' ? part.text : '')).join(''),
    reasoning: parts.map((part) => (part.kind === 'reasoning' ? part.text : '')).join(''),
    calls: parts.flatMap((part) =>
      part.kind === 'tool-call' ? [[part.id, part.name, parseJson(part.arguments)]] : [],
    ),
    // One language has one word for both.
    finish: choice?.finish.reason === 'content-filter' ? 'refusal' : choice?.finish.reason,
    usage: [usage?.inputTotal, usage?.outputTotal, usage?.cacheRead ?? 0],
  };
}

describe.each(SPOKEN.map((dialect) => [dialect.id, dialect] as const))('%s', (_, { client, provider }) => {
  test('an answer in one piece', () => {
    fc.assert(
      fc.property(response, (made) => {
        const read = provider.decodeResponse(client.encodeResponse(made, encodeContext()), {});
        expect(read.ok && told(read.value)).toEqual(told(made));
      }),
      { ...SEEDED, numRuns: RUNS },
    );
  });

  test('a stream', () => {
    fc.assert(
      fc.property(response, (made) => {
        const encoder = client.openEncoder(encodeContext());
        const frames = unfold(made).flatMap((event) => encoder.push(event));
        const decoder = provider.openDecoder({});
        const events: ChatEvent[] = [...frames.flatMap((frame) => decoder.push(frame)), ...decoder.finish()];
        expect(grammarProblems(events)).toEqual([]);
        const folded = fold(events);
        expect(folded.ok && told(folded.value)).toEqual(told(made));
      }),
      { ...SEEDED, numRuns: RUNS },
    );
  });
});
