// From a request to a script: which answer, in which language, with which fault.

import { readForm } from '#base/form.ts';
import { isObject, parseJson, type Json } from '#base/json.ts';
import { composeAnswer, countTokens, type SyntheticAnswer, type SyntheticRequest } from './answer.ts';
import { readBehaviour, type Behaviour } from './behaviour.ts';
import type { BytesAnswer, SimulatedDialect } from './dialects/dialect.ts';
import { SIMULATED } from './dialects/index.ts';
import type { ChosenFault } from './faults.ts';
import type { FaultContext, Pace } from './faults/fault.ts';
import { httpScript, wholeReply } from './http-reply.ts';
import type { HttpRequest } from './http-request.ts';
import type { Overrides } from './overrides.ts';
import { onePiece, type Reply, type Script } from './script.ts';

/** Further languages: a file under dialects/ and a line here. */

const LISTED_MODELS: readonly string[] = [
  'hello',
  'echo',
  'words-200',
  'words-200+rate-50',
  'reason',
  'tools',
];

/** A script, and what the log should say of it. */
export interface Performance {
  readonly script: Script;
  readonly model: string | null;
  readonly stream: boolean;
  readonly status: number | null;
  readonly fault: string | null;
  readonly recording: string | null;
  /** Null when nothing is billed. */
  readonly billed: { readonly promptTokens: number; readonly cachedTokens: number } | null;
}

export interface Stage {
  readonly name: string;
  readonly seed: number;
  readonly overrides: Overrides;
}

export const UNBILLED = { model: null, stream: false, fault: null, recording: null, billed: null } as const;

export function perform(request: HttpRequest, stage: Stage): Performance {
  const dialect = SIMULATED.find((candidate) => candidate.answers(request.path));
  if (dialect === undefined) return performList(request);
  const fail = (trouble: Trouble) => errorPerformance(request, trouble, dialect);
  if (request.method !== 'POST') return fail({ status: 405, message: 'Use POST.' });
  const body = bodyOf(request);
  if (!isObject(body)) return fail({ status: 400, message: 'The body is not a JSON object.' });
  const model = dialect.modelOf(body, request.path);
  if (model === undefined) return fail({ status: 400, message: 'You must provide a model.', field: 'model' });
  const behaviour = behaviourOf(request, stage.overrides, model);
  if ('unknownFault' in behaviour) {
    const message = `There is no fault ${behaviour.unknownFault}, or not with this number: clew simulate --faults.`;
    return fail({ status: 400, message, field: 'model' });
  }
  const read = dialect.readRequest(body, model, request.path);
  if (!read.ok) return fail({ status: 400, ...read.error });
  if (!behaviour.takesPrefill && read.value.begun?.last === true) {
    return fail({
      status: 400,
      message: 'The conversation must end with a user message.',
      field: 'messages',
    });
  }
  return performAnswer(request, stage, { dialect, wanted: read.value, behaviour, fault: behaviour.fault });
}

/** JSON, or the fields of a form; of a file its length and a checksum, so that a test sees whether it arrived whole. */
function bodyOf({ headers, body }: HttpRequest): Json | undefined {
  const type = headers.get('content-type') ?? '';
  if (!type.startsWith('multipart/')) return parseJson(body.toString());
  const bytes = new Uint8Array(body);
  const form = readForm(bytes, type);
  if (form === undefined) return undefined;
  const files = form.places.filter(({ file }) => file);
  const told = files.map(({ name, from, to }) => [
    name,
    `${to - from} bytes, checksum ${Bun.hash.crc32(bytes.subarray(from, to))}`,
  ]);
  return { ...form.fields, ...Object.fromEntries(told) };
}

function performList(request: HttpRequest): Performance {
  for (const dialect of request.method === 'GET' ? SIMULATED : []) {
    const list = dialect.models(request.path, LISTED_MODELS);
    if (list === undefined) continue;
    return { ...UNBILLED, status: 200, script: jsonScript(request, 200, JSON.stringify(list)) };
  }
  const message = `Nothing is served at ${request.method} ${request.path}.`;
  return errorPerformance(request, { status: 404, message });
}

function performAnswer(request: HttpRequest, stage: Stage, wish: Wish): Performance {
  const { wanted, behaviour, fault } = wish;
  const told = { ...UNBILLED, model: wanted.model, stream: wanted.stream, fault: fault?.name ?? null };
  if (fault?.fault.connection !== undefined) {
    return { ...told, status: null, script: fault.fault.connection(fault.argument) };
  }
  const composed = composeAnswer(wanted, {
    behaviour,
    seed: seedOf(stage.seed, wanted),
    speaker: stage.name,
  });
  const { reply, pace, context } = applyFault(wish, composed);
  const script = httpScript(withName(reply, stage.name), request.keepAlive, pace.headMs);
  const cachedTokens = composed.usage?.cachedTokens ?? 0;
  return {
    ...told,
    status: reply.status,
    script: fault?.fault.wire?.(script, context) ?? script,
    billed: reply.billed === true ? { promptTokens: wanted.promptTokens, cachedTokens } : null,
  };
}

/** From what is asked, not from how it is written: a gateway may write the same request differently. */
function seedOf(seed: number, { model, lastUserText, promptTokens }: SyntheticRequest): number {
  return (seed + Bun.hash.crc32(`${model}\n${lastUserText}\n${promptTokens}`)) >>> 0;
}

/** The model's name over what was set for the model; a header over both. */
function behaviourOf(request: HttpRequest, overrides: Overrides, model: string) {
  let behaviour = readBehaviour(overrides.termsFor(model) ?? '');
  for (const terms of [model, request.headers.get('x-sim') ?? '']) {
    if ('unknownFault' in behaviour) return behaviour;
    behaviour = readBehaviour(terms, behaviour);
  }
  if ('unknownFault' in behaviour) return behaviour;
  const set = overrides.takeFault(model);
  return set === null ? behaviour : { ...behaviour, fault: set };
}

interface Wish {
  readonly dialect: SimulatedDialect;
  readonly wanted: SyntheticRequest;
  readonly behaviour: Behaviour;
  readonly fault: ChosenFault | null;
}

function applyFault(
  wish: Wish,
  composed: SyntheticAnswer,
): { reply: Reply; pace: Pace; context: FaultContext } {
  const { dialect, wanted, behaviour, fault } = wish;
  const before: FaultContext = { argument: fault?.argument ?? 0, dialect, request: wanted, totalTokens: 0 };
  const said = fault?.fault.answer?.(composed, before) ?? composed;
  const totalTokens = said.choices.reduce((sum, choice) => sum + countTokens(choice), 0);
  // A fault changes what is said; the report stays true to it.
  const answer =
    said.usage === undefined ? said : { ...said, usage: { ...said.usage, outputTokens: totalTokens } };
  const context: FaultContext = { ...before, totalTokens };
  const own: Pace = behaviour;
  const pace = fault?.fault.pace?.(own, context.argument) ?? own;
  if (fault?.fault.reply !== undefined) return { reply: fault.fault.reply(context), pace, context };
  const whole = wanted.stream ? streamReply(wish, answer, pace) : unaryReply(wish, answer, totalTokens);
  const headMs = wanted.stream ? pace.headMs : pace.headMs + unaryMs(pace, totalTokens);
  const events = fault?.fault.events;
  // What happens to the body changes its length, so that is no longer told.
  const { length: _, ...unsized } = whole;
  const changed = events === undefined ? whole : { ...unsized, body: events(whole.body, context) };
  return { reply: fault?.fault.frame?.(changed, context) ?? changed, pace: { ...pace, headMs }, context };
}

function unaryMs(pace: Pace, tokens: number): number {
  return pace.firstTokenMs + (pace.rate === null ? 0 : (Math.max(tokens - 1, 0) * 1_000) / pace.rate);
}

function unaryReply({ dialect, wanted, behaviour }: Wish, answer: SyntheticAnswer, tokens: number): Reply {
  const bytes = dialect.bytes?.(answer, wanted);
  if (bytes !== undefined) return bytesReply(bytes, behaviour);
  const text = JSON.stringify(dialect.unary(answer, wanted));
  const reply = wholeReply(200, text);
  return { ...reply, body: onePiece(text, 0, tokens), billed: true };
}

function bytesReply({ type, blocks, sized }: BytesAnswer, { rate }: Pace): Reply {
  const length = blocks.reduce((sum, block) => sum + block.length, 0);
  return {
    status: 200,
    headers: [['content-type', type]],
    body: inBlocks(blocks, rate === null ? 0 : 1_000 / rate),
    ...(sized ? { length } : {}),
    billed: true,
  };
}

function* inBlocks(blocks: readonly Uint8Array[], blockMs: number): Script {
  for (const bytes of blocks) yield { bytes, afterMs: blockMs, tokens: 1, role: 'content' };
  return 'keep';
}

function streamReply({ dialect, wanted }: Wish, answer: SyntheticAnswer, pace: Pace): Reply {
  return {
    status: 200,
    headers: [
      ['content-type', dialect.streamType],
      ['cache-control', 'no-cache'],
    ],
    body: paced(dialect, answer, wanted, pace),
    billed: true,
  };
}

function* paced(
  dialect: SimulatedDialect,
  answer: SyntheticAnswer,
  wanted: SyntheticRequest,
  pace: Pace,
): Script {
  const tokenMs = pace.rate === null ? 0 : 1_000 / pace.rate;
  let begun = false;
  for (const { role, text, tokens } of dialect.stream(answer, wanted)) {
    const isContent = role === 'content';
    const afterMs = isContent ? (begun ? tokens * tokenMs : pace.firstTokenMs) : 0;
    begun ||= isContent;
    yield { bytes: text, afterMs, tokens, role };
  }
  return 'keep';
}

function withName(reply: Reply, name: string): Reply {
  return { ...reply, headers: [...reply.headers, ['x-simulator', name]] };
}

export function jsonScript(request: HttpRequest, status: number, body: string): Script {
  return httpScript(wholeReply(status, body), request.keepAlive, 0);
}

export interface Trouble {
  readonly status: number;
  readonly message: string;
  readonly field?: string;
}

/** In the words of the first language where the path belongs to none. */
export function errorPerformance(
  request: HttpRequest,
  { status, message, field }: Trouble,
  dialect: SimulatedDialect = SIMULATED[0],
): Performance {
  const complaint = status === 404 ? 'not-found' : 'invalid';
  const body = JSON.stringify(dialect.error(complaint, status, message, field));
  return { ...UNBILLED, status, script: jsonScript(request, status, body) };
}
