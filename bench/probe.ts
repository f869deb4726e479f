// Before anything is measured: asks a subject for one whole answer of each kind, reads it as a client would and checks
// the text, the finish reason and the usage. What it returns is what a right answer looks like from outside.

import type { Running } from './subjects.ts';
import { expectedText, requestBody, USAGE, type BenchModel } from './wire.ts';

export interface Whole {
  /** Bytes in the body of a unary answer. */
  readonly unaryBytes: number;
  /** SSE events in a stream. */
  readonly streamEvents: number;
}

type Target = Pick<Running, 'port' | 'key' | 'modelName'>;

interface Choice {
  message?: { content?: string };
  delta?: { content?: string };
  finish_reason: string | null;
}
interface Piece {
  choices: readonly Choice[];
  usage?: Partial<typeof USAGE> | null;
}

async function ask(target: Target, model: BenchModel, stream: boolean): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${target.port}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${target.key}` },
    body: requestBody(target.modelName(model), stream),
  });
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${model}: status ${response.status}: ${text.slice(0, 500)}`);
  return text;
}

/** Throws when the pieces do not add up to the answer that the provider gave. */
function check(model: BenchModel, pieces: readonly Piece[]): void {
  const choices = pieces.flatMap((piece) => piece.choices);
  const text = choices.map((choice) => choice.message?.content ?? choice.delta?.content ?? '').join('');
  const finish = choices.map((choice) => choice.finish_reason).filter((reason) => reason !== null);
  const usage = pieces.map((piece) => piece.usage).findLast((value) => value);
  if (text !== expectedText(model))
    throw new Error(`${model}: the text is not what the provider said: ${text}`);
  if (finish.join() !== 'stop') throw new Error(`${model}: finish reason ${finish.join()}`);
  if (usage?.prompt_tokens !== USAGE.prompt_tokens || usage.completion_tokens !== USAGE.completion_tokens) {
    throw new Error(`${model}: usage ${JSON.stringify(usage)}`);
  }
}

async function probeStream(target: Target, model: BenchModel): Promise<number> {
  const events = (await ask(target, model, true)).split('\n\n');
  if (events.pop() !== '' || events.pop() !== 'data: [DONE]') throw new Error(`${model}: no terminal event`);
  check(
    model,
    events.map((event) => JSON.parse(event.slice('data: '.length)) as Piece),
  );
  return events.length + 1;
}

/** Throws when an answer is wrong. */
export async function probe(target: Target): Promise<Whole> {
  const unary = await ask(target, 'unary', false);
  check('unary', [JSON.parse(unary) as Piece]);
  const [flood, bulk] = await Promise.all([probeStream(target, 'flood'), probeStream(target, 'bulk')]);
  if (flood !== bulk) throw new Error(`a stream has ${flood} or ${bulk} events, depending on how it arrives`);
  return { unaryBytes: Buffer.byteLength(unary), streamEvents: flood };
}
