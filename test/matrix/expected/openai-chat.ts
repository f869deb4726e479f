// Chat Completions, as OpenAI and the many who speak it answer.

import { asArray, asNumber, asObject, asString } from '#base/json.ts';
import type { Json, JsonObject } from '#base/json.ts';
import { argumentsOf } from '../seen.ts';
import type { SeenCall, SeenUsage } from '../seen.ts';
import { DONE, endedForCalls, NOTHING } from './expected.ts';
import type { ApiReader, Ending, Expected, StreamEvent } from './expected.ts';

const ENDINGS: Readonly<Record<string, Ending>> = {
  stop: 'stop',
  eos: 'stop',
  length: 'length',
  tool_calls: 'tool-calls',
  function_call: 'tool-calls',
  content_filter: 'content-filter',
};

export const openaiChat: ApiReader = {
  whole(body) {
    const answer = asObject(body) ?? {};
    const choice = asObject(asArray(answer['choices'])?.[0]);
    // An error object in an answer that has status 200.
    if (choice === undefined || choice['error'] !== undefined)
      return { ...NOTHING, failed: { status: undefined } };
    const message = asObject(choice['message']) ?? {};
    const functions = (asArray(message['tool_calls']) ?? []).map((call) => callOf(asObject(call) ?? {}));
    const legacy = asObject(message['function_call']);
    return told({
      text: partsOf(message['content'], 'text'),
      reasoning: reasoningOf(message),
      refusal: asString(message['refusal']) ?? '',
      // Some fill what they do not mean with empty texts.
      toolCalls: [...functions, ...(legacy === undefined ? [] : [callOf({ function: legacy })])].filter(
        ({ name }) => name !== '',
      ),
      word: asString(choice['finish_reason']) ?? null,
      usage: usageOf(answer['usage']),
    });
  },
  stream(events) {
    let text = '';
    let reasoning = '';
    let refusal = '';
    let word: string | null = null;
    let usage: SeenUsage | null = null;
    const calls: Piece[] = [];
    const over = events.at(-1)?.name === DONE;
    for (const chunk of chunksOf(events)) {
      if (chunk['error'] !== undefined) return { ...NOTHING, text, failed: { status: undefined } };
      usage = usageOf(chunk['usage'] ?? asObject(chunk['x_groq'])?.['usage']) ?? usage;
      for (const choice of asArray(chunk['choices']) ?? []) {
        const { index, delta, finish_reason: said } = asObject(choice) ?? {};
        // What follows the end of a choice repeats it or is a blank.
        if ((index ?? 0) !== 0 || word !== null) continue;
        const fields = asObject(delta) ?? {};
        text += partsOf(fields['content'], 'text');
        reasoning += reasoningOf(fields);
        refusal += asString(fields['refusal']) ?? '';
        for (const call of asArray(fields['tool_calls']) ?? []) addPiece(calls, asObject(call) ?? {});
        word = asString(said) ?? word;
      }
    }
    const toolCalls = calls.map(({ name, text: written }) => ({ name, arguments: argumentsOf(written) }));
    // Whoever stops without saying why, or that it is all, has broken off.
    if (word === null && !over) return { ...NOTHING, text, reasoning, failed: { status: undefined } };
    return told({ text, reasoning, refusal, toolCalls, word, usage });
  },
};

function chunksOf(events: readonly StreamEvent[]): readonly JsonObject[] {
  return events.map(({ data }) => asObject(data) ?? {});
}

function told(rest: Omit<Expected, 'ending'>): Expected {
  return { ...rest, ending: endedForCalls(ENDINGS[rest.word ?? ''] ?? null, rest.toolCalls) };
}

/** A text, or a list of parts in which reasoning stands beside the text. */
function partsOf(content: Json | undefined, wanted: 'text' | 'thinking'): string {
  if (typeof content === 'string') return wanted === 'text' ? content : '';
  return (asArray(content) ?? [])
    .map((part) => {
      const { type, text, thinking } = asObject(part) ?? {};
      if (type !== wanted) return '';
      return wanted === 'text' ? (asString(text) ?? '') : partsOf(thinking, 'text');
    })
    .join('');
}

/** Each says it in a field of its own, some in two at once. */
function reasoningOf(message: JsonObject): string {
  const plain = asString(message['reasoning']) ?? asString(message['reasoning_content']) ?? '';
  if (plain !== '') return plain;
  const details = (asArray(message['reasoning_details']) ?? []).map((detail) => {
    const { text, summary } = asObject(detail) ?? {};
    return asString(text) ?? asString(summary) ?? '';
  });
  return details.join('') + partsOf(message['content'], 'thinking');
}

function callOf(call: JsonObject): SeenCall {
  const asked = asObject(call['function']) ?? {};
  const custom = asObject(call['custom']);
  if (call['type'] === 'custom' && custom !== undefined)
    return { name: asString(custom['name']) ?? '', arguments: custom['input'] ?? '' };
  const written = asked['arguments'];
  return {
    name: asString(asked['name']) ?? '',
    arguments: typeof written === 'string' ? argumentsOf(written) : (written ?? {}),
  };
}

interface Piece {
  readonly index: number;
  readonly id: string;
  name: string;
  text: string;
}

/** A piece goes on with the call of its index, unless it names another id: some number all calls 0. */
function addPiece(calls: Piece[], piece: JsonObject): void {
  const index = asNumber(piece['index']) ?? 0;
  const id = asString(piece['id']) ?? '';
  const { name, arguments: written } = asObject(piece['function']) ?? {};
  const text =
    typeof written === 'string' || written === null ? (written ?? '') : JSON.stringify(written ?? '');
  const open = calls.findLast((call) => call.index === index);
  if (open !== undefined && (id === '' || id === open.id)) {
    open.text += written === undefined ? '' : text;
    open.name ||= asString(name) ?? '';
  } else {
    calls.push({ index, id, name: asString(name) ?? '', text: written === undefined ? '' : text });
  }
}

/** The sum tells whether reasoning stands inside the completion or beside it. */
function usageOf(value: Json | undefined): SeenUsage | null {
  const usage = asObject(value);
  if (usage === undefined) return null;
  const count = (name: string): number | undefined => asNumber(usage[name]);
  const reasoning = asNumber(asObject(usage['completion_tokens_details'])?.['reasoning_tokens']);
  const input = count('prompt_tokens') ?? 0;
  const completion = count('completion_tokens') ?? 0;
  const beside = reasoning !== undefined && count('total_tokens') === input + completion + reasoning;
  return {
    input,
    output: beside ? completion + reasoning : completion,
    cached:
      asNumber(asObject(usage['prompt_tokens_details'])?.['cached_tokens']) ??
      count('prompt_cache_hit_tokens') ??
      count('num_cached_tokens') ??
      null,
    reasoning: reasoning ?? count('reasoning_tokens') ?? null,
  };
}
