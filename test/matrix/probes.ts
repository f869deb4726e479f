// Cases beside the recorded answers: requests that carry something which must reach the provider, and answers that break.

import { isObject, parseJson } from '#base/json.ts';
import { DIALECTS } from '#dialects/index.ts';
import type { Recording } from '../recordings/fixtures.ts';
import { NOTHING } from './expected/expected.ts';
import { PIXEL, SCHEMA } from './seen.ts';
import type { Case } from './recordings.ts';

/** A picture and a schema to each provider language, whole and streamed: a recorded text answers. */
export function requestCases(cases: readonly Case[]): readonly Case[] {
  const dialects = [...new Set(cases.map(({ dialect }) => dialect))];
  return dialects.flatMap((dialect) =>
    [false, true].flatMap((stream) => {
      const here = cases.filter((one) => one.dialect === dialect && one.stream === stream && isPlain(one));
      return (['image', 'schema'] as const).flatMap((more): readonly Case[] => {
        // Who asked for a schema is given JSON, or the client refuses the answer.
        const answer = here.find(({ expected }) => more === 'image' || isJsonObject(expected.text));
        const id = `${more}-${dialect}-${stream ? 'stream' : 'whole'}`;
        return answer === undefined ? [] : [{ ...answer, more, id }];
      });
    }),
  );
}

function isPlain({ expected }: Case): boolean {
  return expected.failed === undefined && expected.text !== '' && expected.toolCalls.length === 0;
}

function isJsonObject(text: string): boolean {
  return isObject(parseJson(text));
}

/** Gemini takes both alphabets of base 64, and its Python client writes this one. */
function urlSafe(text: string): string {
  return text.replaceAll('+', '-').replaceAll('/', '_');
}

/** What is wrong with the body that the provider was sent. */
export function missingIn(body: string | undefined, { more }: Case): readonly string[] {
  const wanted = more === 'image' ? PIXEL : more === 'schema' ? (SCHEMA.required[0] ?? '') : '';
  if (body !== undefined && urlSafe(body).includes(urlSafe(wanted))) return [];
  return [`${more}: the provider was not sent it: ${body?.slice(0, 200)}`];
}

const FAULTS = ['error-in-stream-40', 'stream-cut-40', 'stream-cut-reset-40'] as const;
/** Words at a pace at which a fault finds some of them sent. */
const SPEECH = 'words-60+rate-600';

/** An error in the middle of a stream, and a stream that stops: from a simulated provider of each language. */
export function faultCases(): readonly Case[] {
  const speakers = [...DIALECTS.values()].filter(({ provider }) => provider !== undefined);
  return speakers
    .map(({ id }, index) => ({ dialect: id, provider: index === 0 ? 'sim' : `sim-${id}` }))
    .filter(({ dialect }) => SIMULATED.has(dialect))
    .flatMap(({ dialect, provider }) =>
      FAULTS.map((fault): Case => ({
        id: `${fault}-${dialect}`,
        recording: simulated(`${dialect} with ${fault}`),
        dialect,
        stream: true,
        expected: { ...NOTHING, failed: { status: undefined } },
        target: `${provider}/${SPEECH}+fault-${fault}`,
      })),
    );
}

/** What the simulator speaks. */
const SIMULATED = new Set(['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini']);

function simulated(name: string): Recording {
  return {
    name,
    provider: 'simulator',
    api: '',
    features: [],
    fidelity: '',
    request: null,
    response: { status: 200, headers: {} },
  };
}
