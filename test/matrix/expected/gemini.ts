// generateContent. Each event of a stream is an answer of its own; together they are one.

import { asArray, asNumber, asObject, asString } from '#base/json.ts';
import type { Json, JsonObject } from '#base/json.ts';
import type { SeenCall, SeenUsage } from '../seen.ts';
import { endedForCalls, NOTHING } from './expected.ts';
import type { ApiReader, Ending, Expected } from './expected.ts';

const ENDINGS: Readonly<Record<string, Ending>> = {
  STOP: 'stop',
  MAX_TOKENS: 'length',
  SAFETY: 'content-filter',
  RECITATION: 'content-filter',
  LANGUAGE: 'content-filter',
  BLOCKLIST: 'content-filter',
  PROHIBITED_CONTENT: 'content-filter',
  SPII: 'content-filter',
  IMAGE_SAFETY: 'content-filter',
  MALFORMED_FUNCTION_CALL: 'malformed-call',
  UNEXPECTED_TOOL_CALL: 'malformed-call',
};

export const gemini: ApiReader = {
  // An array is a stream that was not asked for as events.
  whole: (body) => read(asArray(body) ?? [body]),
  stream: (events) => read(events.map(({ data }) => data)),
};

function read(answers: readonly Json[]): Expected {
  let text = '';
  let reasoning = '';
  let word: string | undefined;
  let usage: SeenUsage | null = null;
  const calls: JsonObject[] = [];
  for (const answer of answers) {
    const { candidates, usageMetadata, promptFeedback, error } = asObject(answer) ?? {};
    if (error !== undefined || asObject(promptFeedback)?.['blockReason'] !== undefined)
      return { ...NOTHING, text, failed: { status: error === undefined ? 400 : undefined } };
    const candidate = asObject(asArray(candidates)?.[0]) ?? {};
    for (const one of asArray(asObject(candidate['content'])?.['parts']) ?? []) {
      const part = asObject(one) ?? {};
      const said = asString(part['text']) ?? '';
      if (part['thought'] === true) reasoning += said;
      else text += said;
      const call = asObject(part['functionCall']);
      if (call !== undefined) calls.push(call);
    }
    word = asString(candidate['finishReason']) ?? word;
    usage = usageOf(asObject(usageMetadata)) ?? usage;
  }
  const toolCalls = callsOf(calls);
  const ending = ENDINGS[word ?? ''] ?? null;
  const told = toolCalls.length > 0 && ending === 'malformed-call' ? 'tool-calls' : ending;
  return {
    ...NOTHING,
    text,
    reasoning,
    toolCalls,
    ending: endedForCalls(told, toolCalls),
    word: word ?? null,
    usage,
  };
}

/** A call may come in pieces: its name first, then values for places in its arguments, texts in pieces again. */
function callsOf(pieces: readonly JsonObject[]): readonly SeenCall[] {
  const calls: { name: string; arguments: Json }[] = [];
  for (const { name, args, partialArgs } of pieces) {
    if (typeof name === 'string') calls.push({ name, arguments: args ?? {} });
    const call = calls.at(-1);
    if (call === undefined) continue;
    for (const one of asArray(partialArgs) ?? []) {
      const { jsonPath, stringValue, numberValue, boolValue } = asObject(one) ?? {};
      const steps = (asString(jsonPath) ?? '').match(/[^$.[\]]+/g) ?? [];
      call.arguments = placed(call.arguments, steps, stringValue ?? numberValue ?? boolValue ?? null);
    }
  }
  return calls;
}

function placed(whole: Json | undefined, [step, ...rest]: readonly string[], value: Json): Json {
  if (step === undefined)
    return typeof whole === 'string' && typeof value === 'string' ? whole + value : value;
  if (/^\d+$/.test(step)) {
    const list = [...(asArray(whole) ?? [])];
    list[Number(step)] = placed(list[Number(step)], rest, value);
    return list;
  }
  const object = asObject(whole) ?? {};
  return { ...object, [step]: placed(object[step], rest, value) };
}

/** Thoughts stand beside the candidates' tokens, what tools brought beside the prompt's. */
function usageOf(usage: JsonObject | undefined): SeenUsage | null {
  // A report without the prompt's tokens is none.
  if (usage?.['promptTokenCount'] === undefined) return null;
  const count = (name: string): number => asNumber(usage[name]) ?? 0;
  return {
    input: count('promptTokenCount') + count('toolUsePromptTokenCount'),
    output: count('candidatesTokenCount') + count('thoughtsTokenCount'),
    cached: asNumber(usage['cachedContentTokenCount']) ?? null,
    reasoning: asNumber(usage['thoughtsTokenCount']) ?? null,
  };
}
