// Canonical requests and answers as clients might mean them: everything that the centre has words for, in every order.

import fc from 'fast-check';
import type { Arbitrary } from 'fast-check';

import type { Json } from '#base/json.ts';
import type { MediaPart, Part, TextPart, ToolCallPart, ToolResultPart } from '#canonical/part.ts';
import type { ChatRequest, Message, OutputFormat, Tool, ToolChoice } from '#canonical/request.ts';
import type { ChatResponse } from '#canonical/response.ts';

/** Every property runs from this seed, so that a failure is the same failure tomorrow. */
export const SEEDED = { seed: 20_261_125 } as const;

export const text: Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 30 }),
  fc.constantFrom('', ' ', '\n', 'Hello.', '{"a":1}', '<think>x</think>', '\u0000', 'a\u2028b', '__proto__'),
);
const word = fc.stringMatching(/^[a-z][a-z0-9_]{0,11}$/);
const callId = fc.stringMatching(/^call_[A-Za-z0-9]{1,12}$/);

export const json: Arbitrary<Json> = fc.jsonValue({ maxDepth: 3 });

const schema: Arbitrary<Json> = fc.record({
  type: fc.constant('object'),
  properties: fc.dictionary(
    word,
    fc.oneof(
      fc.record({ type: fc.constantFrom('string', 'integer', 'boolean') }),
      fc.record({ type: fc.constant('array'), items: fc.record({ type: fc.constant('string') }) }),
      fc.record({
        type: fc.constant('object'),
        properties: fc.dictionary(word, fc.record({ type: fc.constant('number') }), { maxKeys: 2 }),
        required: fc.array(word, { maxLength: 2 }),
      }),
    ),
    { minKeys: 1, maxKeys: 3 },
  ),
  required: fc.array(word, { maxLength: 2 }),
});

const cache = fc.option(fc.constantFrom({}, { ttl: '5m' } as const, { ttl: '1h' } as const), {
  nil: undefined,
  freq: 6,
});

/** Members without a value are left out, as decoders do. */
function record<Value extends object>(model: {
  [Key in keyof Value]: Arbitrary<Value[Key] | undefined>;
}): Arbitrary<Value> {
  return fc
    .record(model as { [Key in keyof Value]: Arbitrary<Value[Key]> })
    .map(
      (value) =>
        Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== undefined)) as Value,
    );
}

const maybe = <Value>(of: Arbitrary<Value>): Arbitrary<Value | undefined> =>
  fc.option(of, { nil: undefined, freq: 4 });

const textPart: Arbitrary<TextPart> = record<TextPart>({
  kind: fc.constant('text'),
  text,
  cache,
});

const media: Arbitrary<MediaPart> = fc
  .tuple(
    fc.constantFrom('image', 'document', 'audio', 'video'),
    fc.constantFrom('base64', 'url', 'file'),
    fc.constantFrom('a file', 'report', undefined),
    cache,
  )
  .map(([kind, from, name, mark]) => ({
    kind,
    source: sourceOf(kind, from),
    ...(name !== undefined && { name }),
    ...(mark !== undefined && { cache: mark }),
  }));

const MIMES = {
  image: 'image/png',
  document: 'application/pdf',
  audio: 'audio/wav',
  video: 'video/mp4',
} as const;
const BEGINNINGS = {
  image: 'iVBORw0KGgoAAA==',
  document: 'JVBERi0xLjQ=',
  audio: 'UklGRiQAAABXQVZF',
  video: 'AAAAIGZ0eXA=',
} as const;

function sourceOf(kind: MediaPart['kind'], from: 'base64' | 'url' | 'file'): MediaPart['source'] {
  if (from === 'base64') return { from, mime: MIMES[kind], data: BEGINNINGS[kind] };
  if (from === 'url') return { from, url: `https://example.com/a.${MIMES[kind].split('/')[1]}` };
  return { from, id: 'file_1', dialect: 'someone-else' };
}

const foreign: Arbitrary<Part> = json.map((value) => ({ kind: 'foreign', dialect: 'someone-else', value }));
const annotated: Arbitrary<TextPart> = text.map((said) => ({
  kind: 'text',
  text: said,
  annotations: [{ type: 'url_citation', url_citation: { url: 'https://example.com', title: 't' } }],
}));
const reasoning: Arbitrary<Part> = fc.tuple(text, fc.boolean()).map(([said, sealed]) => ({
  kind: 'reasoning',
  text: said,
  ...(sealed && { seals: [{ dialect: 'someone-else', form: 'signature', value: 'c2VhbA==' } as const] }),
}));

const call: Arbitrary<ToolCallPart> = fc
  .tuple(callId, word, fc.dictionary(word, json, { maxKeys: 3 }), fc.constantFrom('function', 'custom'), text)
  .map(([id, name, args, form, input]) => ({
    kind: 'tool-call',
    id,
    name,
    form,
    arguments: form === 'function' ? JSON.stringify(args) : input,
  }));

function resultFor(id: string): Arbitrary<ToolResultPart> {
  return record<ToolResultPart>({
    kind: fc.constant('tool-result'),
    id: fc.constant(id),
    parts: fc.array(fc.oneof({ weight: 4, arbitrary: textPart }, { weight: 1, arbitrary: media }), {
      maxLength: 3,
    }),
    isError: maybe(fc.boolean()),
    cache,
  });
}

/** A turn of the assistant, and the results of its calls in any order. */
const exchange: Arbitrary<readonly Message[]> = fc
  .tuple(
    fc.array(fc.oneof(textPart, reasoning, annotated), { maxLength: 3 }),
    fc.uniqueArray(call, { maxLength: 3, selector: ({ id }) => id }),
  )
  .chain(([said, calls]) =>
    fc
      .tuple(...calls.map(({ id }) => resultFor(id)))
      .chain((results) => fc.shuffledSubarray(results, { minLength: results.length }))
      .map((results): readonly Message[] => [
        { role: 'assistant', parts: [...said, ...calls] },
        ...(results.length === 0 ? [] : [{ role: 'tool', parts: results } as const]),
      ]),
  );

const spoken: Arbitrary<Message> = fc.oneof(
  record<Message>({
    role: fc.constant('user'),
    parts: fc.array(fc.oneof(textPart, media, foreign), { minLength: 1, maxLength: 3 }),
    name: maybe(word),
  }),
  record<Message>({
    role: fc.constantFrom('system', 'developer'),
    parts: fc.array(textPart, { minLength: 1, maxLength: 2 }),
  }),
);

const tool: Arbitrary<Tool> = fc.oneof(
  {
    weight: 5,
    arbitrary: record<Tool & { form: 'function' }>({
      form: fc.constant('function'),
      name: word,
      description: maybe(text),
      schema,
      strict: maybe(fc.boolean()),
      cache,
    }),
  },
  {
    weight: 1,
    arbitrary: record<Tool & { form: 'custom' }>({
      form: fc.constant('custom'),
      name: word,
      description: maybe(text),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.constant({
      form: 'hosted',
      name: 'search',
      dialect: 'someone-else',
      value: { type: 'search' },
    } as const),
  },
);

function choiceAmong(tools: readonly Tool[]): Arbitrary<ToolChoice> {
  const callable = tools.filter((one) => one.form !== 'hosted');
  const named = callable.map(({ name, form }): ToolChoice => ({ kind: 'named', name, form }));
  const plain = (['auto', 'none', 'required'] as const).map((kind): ToolChoice => ({ kind }));
  return fc.constantFrom<ToolChoice>(...plain, ...named, {
    kind: 'foreign',
    dialect: 'someone-else',
    value: { type: 'x' },
  });
}

const output: Arbitrary<OutputFormat> = fc.oneof(
  fc.constantFrom<OutputFormat>({ kind: 'text' }, { kind: 'json' }),
  record<OutputFormat & { kind: 'json-schema' }>({
    kind: fc.constant('json-schema'),
    schema,
    name: maybe(word),
    description: maybe(word),
    strict: maybe(fc.boolean()),
  }),
);

const number = (min: number, max: number): Arbitrary<number> =>
  fc.integer({ min: min * 100, max: max * 100 }).map((hundredths) => hundredths / 100);

const sampling: Arbitrary<ChatRequest['sampling']> = record<ChatRequest['sampling']>({
  temperature: maybe(number(0, 2)),
  topP: maybe(number(0, 1)),
  topK: maybe(fc.integer({ min: 0, max: 500 })),
  minP: maybe(number(0, 1)),
  seed: maybe(fc.integer({ min: 0, max: 2 ** 31 })),
  frequencyPenalty: maybe(number(-2, 2)),
  presencePenalty: maybe(number(-2, 2)),
  repetitionPenalty: maybe(number(0, 2)),
  logitBias: maybe(fc.constant({ '50256': -100 })),
});

export const request: Arbitrary<ChatRequest> = fc
  .tuple(
    fc.array(
      fc.oneof(
        spoken.map((message) => [message]),
        exchange,
      ),
      { minLength: 1, maxLength: 5 },
    ),
    fc.uniqueArray(tool, { maxLength: 3, selector: ({ name }) => name }),
  )
  .chain(([turns, tools]) =>
    record<ChatRequest>({
      model: fc.constant('m'),
      messages: fc.constant([{ role: 'user', parts: [{ kind: 'text', text: 'Begin.' }] }, ...turns.flat()]),
      tools: fc.constant(tools),
      toolChoice: maybe(choiceAmong(tools)),
      parallelToolCalls: maybe(fc.boolean()),
      output: maybe(output),
      reasoning: maybe(
        record<NonNullable<ChatRequest['reasoning']>>({
          effort: maybe(fc.constantFrom('none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max', 'odd')),
          budgetTokens: maybe(fc.integer({ min: 1, max: 60_000 })),
          enabled: maybe(fc.boolean()),
          hidden: maybe(fc.boolean()),
          summary: maybe(fc.constantFrom('auto', 'concise', 'detailed')),
        }),
      ),
      sampling,
      maxOutputTokens: maybe(fc.integer({ min: 1, max: 64_000 })),
      stop: maybe(fc.array(text, { minLength: 1, maxLength: 6 })),
      choices: maybe(fc.integer({ min: 1, max: 4 })),
      logprobs: maybe(fc.constantFrom({}, { top: 3 })),
      stream: fc.boolean(),
      cacheKey: maybe(word),
      serviceTier: maybe(fc.constantFrom('auto', 'default', 'flex', 'priority', 'odd')),
      user: maybe(word),
      metadata: maybe(fc.dictionary(word, fc.oneof(text, fc.integer()), { maxKeys: 3 })),
      extras: maybe(
        fc.constant({ dialect: 'someone-else', fields: { prediction: { type: 'content' }, $note: 1 } }),
      ),
    }),
  );

const usage = fc
  .tuple(fc.nat(9_999), fc.nat(9_999), fc.nat(9_999), fc.nat(9_999))
  .map(([fresh, cacheRead, visible, thought]) => ({
    inputTotal: fresh + cacheRead,
    outputTotal: visible + thought,
    ...(cacheRead > 0 && { cacheRead }),
    ...(thought > 0 && { reasoning: thought }),
  }));

/** What every language can say: text, thoughts, calls, how it ended, and what it used. */
export const response: Arbitrary<ChatResponse> = fc
  .tuple(
    fc.array(reasoning, { maxLength: 1 }),
    fc.array(
      text.map((said): Part => ({ kind: 'text', text: said })),
      { maxLength: 1 },
    ),
    fc.uniqueArray(
      call.filter(({ form }) => form === 'function'),
      { maxLength: 3, selector: ({ id }) => id },
    ),
    fc.constantFrom('stop', 'length', 'content-filter'),
    usage,
  )
  .map(([thoughts, said, calls, reason, used]) => ({
    id: 'resp_1',
    model: 'm',
    createdSec: 1_700_000_000,
    choices: [
      {
        parts: [...thoughts, ...said, ...calls],
        finish: { reason: calls.length > 0 ? ('tool-calls' as const) : reason },
      },
    ],
    usage: used,
    losses: [],
  }));
