// The simulated providers: each call meets the weather of its target, and what it says is on a bill of their own.

import type { Draw } from '#base/random.ts';
import { err, ok } from '#base/result.ts';
import type { ChatEvent } from '#canonical/event.ts';
import type { Failure } from '#canonical/failure.ts';
import type { ChatRequest, Message } from '#canonical/request.ts';
import type { Usage } from '#canonical/usage.ts';
import type { Call, CallOrder } from '#execution/call.ts';
import { CLOSE, END, OPEN, ScriptedStream, START, text, untilOrAborted } from '../support/scripted.ts';
import type { Beat } from '../support/scripted.ts';
import type { VirtualClock } from '../support/virtual-clock.ts';
import { refusal } from './weather.ts';
import type { Mood, Weather } from './weather.ts';

const LINES = 5;

/** The whole answer to a question, the same from everybody. */
export function answerTo(question: string): string {
  return Array.from({ length: LINES }, (_, line) => `Line ${line} of the answer to ${question}.`).join('\n');
}

export interface CallMade {
  /** Its own, among all calls of the hour: what it reports as its input, so that no report can be taken for another. */
  readonly number: number;
  readonly order: CallOrder;
  readonly at: number;
  readonly question: string;
  /** What was reported to the caller, and so is on the bill. */
  usage: Usage | undefined;
}

export interface ProviderWorld {
  readonly clock: VirtualClock;
  readonly draw: Draw;
  readonly weathers: ReadonlyMap<string, Weather>;
  readonly prompt: ChatRequest;
  /** When the calls that a target has taken will have ended. */
  readonly busyUntil: Map<string, number[]>;
  /** The number of the next call. */
  readonly nextNumber: () => number;
  readonly onCall: (made: CallMade) => void;
}

export function providerOf(world: ProviderWorld): Call {
  const { clock, draw, weathers, prompt, nextNumber, onCall } = world;
  const question = wordsOf(prompt.messages[0]);
  return async (order, signal) => {
    const made: CallMade = { number: nextNumber(), order, at: clock.now(), question, usage: undefined };
    onCall(made);
    const mood = weathers.get(order.target.id)?.at(clock.now()) ?? 'well';
    const met = refusal(mood, draw, othersAt(order.target.id, world));
    await untilOrAborted(met === 'silence' ? 1e9 : 5 + draw() * 80, clock, signal);
    if (signal.aborted) return err({ failure: signal.reason as Failure });
    if (met !== undefined && met !== 'silence') return err({ failure: met, status: met.upstreamStatus ?? 0 });
    const told = beats(order.request ?? prompt, mood, made, draw);
    world.busyUntil.get(order.target.id)?.push(clock.now() + lengthOf(told));
    const stream = new ScriptedStream(told, clock, signal);
    return ok({ kind: 'stream', stream, losses: [], status: 200 });
  };
}

/** Calls of which the answers have not ended, as far as a provider knows that did not notice who left. */
function othersAt(id: string, { clock, busyUntil }: ProviderWorld): number {
  const busy = (busyUntil.get(id) ?? []).filter((until) => until > clock.now());
  busyUntil.set(id, busy);
  return busy.length;
}

function lengthOf(told: readonly Beat[]): number {
  let ms = 0;
  for (const beat of told) if (typeof beat === 'number' && beat < 1e6) ms += beat;
  return ms;
}

function beats(request: ChatRequest, mood: Mood, made: CallMade, draw: Draw): readonly Beat[] {
  const words = said(request, made.question).match(/.{1,40}/gsu) ?? [];
  const breaks = mood === 'cuts' || mood === 'stalls';
  const until = breaks ? Math.floor(draw() * words.length) : words.length;
  const list: Beat[] = [[START], firstMs(mood, draw), [OPEN]];
  for (const word of words.slice(0, until)) list.push([text(word)], draw() * 200);
  if (mood === 'cuts') return [...list, 'cut'];
  if (mood === 'stalls') return [...list, 1e9];
  const usage: Usage = { inputTotal: made.number, outputTotal: words.length };
  const report: ChatEvent = { kind: 'usage', usage };
  made.usage = usage;
  return [...list, [CLOSE, report, END]];
}

function firstMs(mood: Mood, draw: Draw): number {
  return mood === 'slow' ? 2_000 + draw() * 20_000 : 50 + draw() * 400;
}

/** The answer, or the rest of it, as a model gives it that does what it is told. */
function said({ messages }: ChatRequest, question: string): string {
  const whole = answerTo(question);
  const begun = messages.findLast(({ role }) => role === 'assistant');
  if (begun === undefined) return whole;
  const shown = wordsOf(begun);
  if (!whole.startsWith(shown)) throw new Error(`the beginning is not one of the answer: ${shown}`);
  const quote = /<<<([^]*)>>>$/u.exec(wordsOf(messages.at(-1)))?.[1] ?? '';
  return quote + whole.slice(shown.length);
}

function wordsOf(message: Message | undefined): string {
  return (message?.parts ?? []).map((part) => (part.kind === 'text' ? part.text : '')).join('');
}
