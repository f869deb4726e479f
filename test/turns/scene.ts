// The conversation that every pair of vendors has: a question, two calls at once, their results (one with a picture), one
// more call that fails, an answer, and a last word. What a vendor writes in turn `n` is the same wherever it stands, so that
// whatever arrives at one of them can be told to be whole.

import type { Json, JsonObject } from '#base/json.ts';

export const PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

export const SYSTEM = 'You are the guide of the labyrinth.';
export const QUESTION = 'Where is the thread, and how warm is it there? Bitte genau: 20 °C?';
export const LAST_WORD = 'Thank you. And tomorrow?';

export interface Call {
  readonly name: string;
  readonly arguments: JsonObject;
}

/** What the model says in each of its turns. */
export interface Said {
  readonly thought: string;
  readonly text: string;
  readonly calls: readonly Call[];
}

export const SAID: readonly Said[] = [
  {
    thought: 'Two things are asked; both need a tool.',
    text: 'I look for both.',
    calls: [
      { name: 'look_up', arguments: { word: 'clew', note: 'naïve ☂ "quoted"' } },
      { name: 'weather', arguments: { city: 'Knossos', days: [1, 2], unit: null } },
    ],
  },
  {
    thought: 'The second place is missing.',
    text: '',
    calls: [{ name: 'weather', arguments: { city: 'Athens', days: [], unit: 'C' } }],
  },
  { thought: 'Now all is known.', text: 'The thread lies in Knossos, where it is 21 °C.', calls: [] },
  { thought: 'Only a guess is asked.', text: 'Tomorrow it will be the same.', calls: [] },
];

/** Results of the calls of each turn, by their place. */
export interface Result {
  readonly text: string;
  readonly image?: string;
  readonly isError?: boolean;
}

export const RESULTS: readonly (readonly Result[])[] = [
  [{ text: 'A ball of thread.' }, { text: 'A map of the heat', image: PNG }],
  [{ text: 'No such city.', isError: true }],
  [],
];

export const TOOLS = [
  {
    name: 'look_up',
    description: 'Looks a word up.',
    schema: {
      type: 'object',
      properties: { word: { type: 'string' }, note: { type: 'string' } },
      required: ['word'],
    },
  },
  {
    name: 'weather',
    description: 'The weather in a city.',
    schema: {
      type: 'object',
      properties: {
        city: { type: 'string' },
        days: { type: 'array', items: { type: 'integer' } },
        unit: { type: 'string' },
      },
      required: ['city'],
    },
  },
];

/** How many turns of the conversation have been before the answer in turn `n` is asked for. */
export const TURNS = SAID.length;

/** One vendor: how it answers in its own words, and what it takes as a request. */
export interface Vendor {
  /** Name of the provider in clew.yaml. */
  readonly provider: string;
  readonly model: string;
  /** Whose seals it takes; undefined where it has none. */
  readonly issuer?: string;
  serves(path: string): boolean;
  /** How often the model has spoken in this request. */
  turnOf(body: JsonObject): number;
  answer(turn: number): JsonObject;
  /** The answer in the vendor's stream, as bytes. */
  stream(turn: number): { readonly type: string; readonly body: string | Uint8Array };
  /** What the vendor would refuse; empty when it takes the request. */
  check(body: JsonObject, path: string): readonly string[];
  /** Values of its own seals that it issued in `turn`. */
  sealsOf(turn: number): readonly string[];
}

/** Every string that stands anywhere in it, end to end: what the conversation holds, in whatever fields and pieces. */
export function stringsIn(value: Json | undefined): string {
  const found: string[] = [];
  const walk = (at: Json | undefined): void => {
    if (typeof at === 'string') found.push(at);
    else if (Array.isArray(at)) for (const item of at as readonly Json[]) walk(item);
    else if (typeof at === 'object' && at !== null)
      for (const [field, item] of Object.entries(at as JsonObject))
        if (field !== 'type' && field !== 'role') walk(item);
  };
  walk(value);
  return found.join('');
}

export function sse(events: readonly (JsonObject | string)[], named = false): string {
  return events
    .map((event) => {
      if (typeof event === 'string') return `data: ${event}\n\n`;
      const name = named ? `event: ${event['type'] as string}\n` : '';
      return `${name}data: ${JSON.stringify(event)}\n\n`;
    })
    .join('');
}

/** In two pieces, so that what comes in pieces is put together. */
export function halves(text: string): readonly string[] {
  const at = Math.ceil(text.length / 2);
  return [text.slice(0, at), text.slice(at)];
}
