// A synthetic answer, before any wire language: what is said, which tools are called, what it costs. The same request
// and seed give the same answer.

import { isObject, type Json, type JsonObject } from '#base/json.ts';
import { seededDraw, type Draw } from '#base/random.ts';
import type { Behaviour } from './behaviour.ts';
import { schemaValue } from './schema-value.ts';
import { pieces, sentence, words } from './words.ts';

/** What a dialect understood of a request: as much as matters to an answer. */
export interface SyntheticRequest {
  readonly model: string;
  readonly stream: boolean;
  /** The client wants a usage report in its stream. */
  readonly streamUsage: boolean;
  readonly lastUserText: string;
  /** A turn of the model's that is the last, or has one message of the user's behind it: it may be an unfinished answer. */
  readonly begun?: Begun;
  /** The last message is a tool's result: the turn of the model to speak. */
  readonly afterToolResult: boolean;
  readonly tools: readonly SyntheticTool[];
  readonly toolChoice:
    | { readonly kind: 'auto' | 'none' | 'required' }
    | { readonly kind: 'named'; readonly name: string };
  readonly parallelToolCalls: boolean;
  /** The answer must be JSON of this schema; `true` for any JSON. */
  readonly schema?: Json;
  readonly choices: number;
  /** How many alternatives beside each token; absent when log probabilities are not asked for. */
  readonly logprobs?: number;
  readonly maxTokens: number;
  readonly stop: readonly string[];
  readonly promptTokens: number;
  /** The whole body, for operations whose answers are made of more than a last text. */
  readonly fields?: JsonObject;
}

export interface Begun {
  /** What the user had said before it. */
  readonly asked: string;
  readonly text: string;
  /** Words of its end that are to be repeated before the rest. */
  readonly quote?: string;
  readonly last: boolean;
}

export interface SyntheticTool {
  readonly form: 'function' | 'custom';
  readonly name: string;
  readonly schema: Json;
}

export interface SyntheticAnswer {
  readonly id: string;
  readonly model: string;
  readonly createdSec: number;
  readonly choices: readonly SyntheticChoice[];
  /** Undefined: the provider says nothing about usage. */
  readonly usage?: SyntheticUsage;
}

/** Texts come in pieces of a token each. */
export interface SyntheticChoice {
  readonly reasoning: readonly string[];
  readonly text: readonly string[];
  /** The text is a refusal. */
  readonly refusal: boolean;
  readonly toolCalls: readonly SyntheticCall[];
  readonly finish: 'stop' | 'length' | 'tool-calls' | 'content-filter';
}

export interface SyntheticCall {
  readonly id: string;
  readonly form: 'function' | 'custom';
  readonly name: string;
  readonly input: readonly string[];
}

export interface SyntheticUsage {
  readonly promptTokens: number;
  readonly cachedTokens: number;
  /** Includes reasoning. */
  readonly outputTokens: number;
  readonly reasoningTokens: number;
}

export interface Saying {
  readonly behaviour: Behaviour;
  /** Of the simulator and the request together. */
  readonly seed: number;
  /** The simulator's name, for its greeting. */
  readonly speaker: string;
}

/** A moment in the past that is the same on every run. */
const CREATED_SEC = 1_760_000_000;

export function composeAnswer(request: SyntheticRequest, saying: Saying): SyntheticAnswer {
  const { seed } = saying;
  const choices: SyntheticChoice[] = [];
  for (let index = 0; index < request.choices; index += 1) {
    choices.push(composeChoice(request, saying, seededDraw(seed + index)));
  }
  return {
    id: `${seed.toString(36)}${words(3, seededDraw(seed)).join('').replaceAll(' ', '')}`,
    model: request.model,
    createdSec: CREATED_SEC + (seed % 1_000_000),
    choices,
    usage: {
      promptTokens: request.promptTokens,
      cachedTokens: Math.min(saying.behaviour.cachedTokens, request.promptTokens),
      outputTokens: choices.reduce((sum, choice) => sum + countTokens(choice), 0),
      reasoningTokens: choices.reduce((sum, choice) => sum + choice.reasoning.length, 0),
    },
  };
}

export function countTokens(choice: SyntheticChoice): number {
  return choice.toolCalls.reduce(
    (sum, call) => sum + call.input.length,
    choice.reasoning.length + choice.text.length,
  );
}

function composeChoice(request: SyntheticRequest, saying: Saying, draw: Draw): SyntheticChoice {
  const reasoning = words(Math.min(saying.behaviour.reasoning, request.maxTokens), draw);
  const left = request.maxTokens - reasoning.length;
  const toolCalls = composeCalls(request, saying.behaviour, draw);
  const said =
    toolCalls.length > 0 ? [] : cutAtStop(composeText(request, saying, draw, left + 1), request.stop);
  const text = said.slice(0, left);
  const calls = limitCalls(toolCalls, left);
  const short = text.length < said.length || calls.cut;
  const finish = short ? 'length' : toolCalls.length > 0 ? 'tool-calls' : 'stop';
  return { reasoning, text, refusal: false, toolCalls: calls.calls, finish };
}

/** At most `atMost` pieces when the length is free; a schema's value and an echo come whole. */
function composeText(
  request: SyntheticRequest,
  { behaviour, speaker }: Saying,
  draw: Draw,
  atMost: number,
): readonly string[] {
  if (request.schema !== undefined) {
    const value = request.schema === true ? { answer: sentence(6, draw) } : schemaValue(request.schema, draw);
    return pieces(JSON.stringify(value));
  }
  if (typeof behaviour.say === 'number') return words(Math.min(behaviour.say, atMost), draw);
  const reply = (asked: string): string =>
    behaviour.say === 'echo' ? asked : `Hello from ${speaker}. You said: ${asked}`;
  return pieces(restOf(request.begun, reply) ?? reply(request.lastUserText));
}

/** What is left of an answer that was begun, which may be nothing; undefined when it is not one of ours. */
function restOf(begun: Begun | undefined, reply: (asked: string) => string): string | undefined {
  if (begun === undefined) return undefined;
  const whole = reply(begun.asked);
  if (!whole.startsWith(begun.text)) return undefined;
  const { text, quote, last } = begun;
  // A whole turn, and the user's next one.
  if (text.length >= whole.length && !last && quote === undefined) return undefined;
  return (quote !== undefined && text.endsWith(quote) ? quote : '') + whole.slice(text.length);
}

/** A stop sequence ends the answer before it. */
function cutAtStop(said: readonly string[], stop: readonly string[]): readonly string[] {
  if (stop.length === 0) return said;
  const text = said.join('');
  const ends = stop.map((sequence) => text.indexOf(sequence)).filter((index) => index >= 0);
  return ends.length === 0 ? said : pieces(text.slice(0, Math.min(...ends)));
}

function composeCalls(request: SyntheticRequest, behaviour: Behaviour, draw: Draw): readonly SyntheticCall[] {
  const { toolChoice, tools } = request;
  if (tools.length === 0 || toolChoice.kind === 'none') return [];
  const forced = toolChoice.kind !== 'auto';
  // Without this an agent that hands every result back would never come to an end.
  if (!forced && (behaviour.toolCalls === null || request.afterToolResult)) return [];
  const allowed = toolChoice.kind === 'named' ? tools.filter((tool) => tool.name === toolChoice.name) : tools;
  const count = request.parallelToolCalls
    ? (behaviour.toolCalls ?? 1)
    : Math.min(behaviour.toolCalls ?? 1, 1);
  const calls: SyntheticCall[] = [];
  for (let index = 0; index < count; index += 1) {
    const tool = allowed[index % allowed.length];
    if (tool === undefined) break;
    const value = schemaValue(tool.schema, draw);
    const input = tool.form === 'custom' ? sentence(5, draw) : JSON.stringify(isObject(value) ? value : {});
    const id = Math.floor(draw() * 2 ** 32)
      .toString(36)
      .padStart(7, '0');
    calls.push({ id: `call_${id}${index}`, form: tool.form, name: tool.name, input: pieces(input) });
  }
  return calls;
}

function limitCalls(calls: readonly SyntheticCall[], maxTokens: number) {
  let left = maxTokens;
  let cut = false;
  const kept: SyntheticCall[] = [];
  for (const call of calls) {
    if (left <= 0) cut = true;
    if (left <= 0) break;
    if (call.input.length > left) cut = true;
    kept.push({ ...call, input: call.input.slice(0, left) });
    left -= call.input.length;
  }
  return { calls: kept, cut };
}

/** A token for each four characters: crude, but everybody can do it. */
export function estimateTokens(text: string): number {
  return Math.ceil(text.length / 4);
}
