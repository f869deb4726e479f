// One call of one target: fit, encode, authorise, send, unframe, decode.

import type { Clock } from '#base/clock.ts';
import type { Form } from '#base/form.ts';
import { withField } from '#base/form.ts';
import type { StreamFraming } from '#base/frame.ts';
import type { JsonObject } from '#base/json.ts';
import { parseJson } from '#base/json.ts';
import type { Draw } from '#base/random.ts';
import { err, ok } from '#base/result.ts';
import type { Result } from '#base/result.ts';
import type { Answer, CallFacts, CallFailed } from '#canonical/answer.ts';
import type { Asked } from '#canonical/asked.ts';
import { failure } from '#canonical/failure.ts';
import type { Failure } from '#canonical/failure.ts';
import type { DialectId } from '#canonical/foreign.ts';
import type { Loss } from '#canonical/loss.ts';
import type { ChatRequest } from '#canonical/request.ts';
import { unfold } from '#canonical/unfold.ts';
import type { AnyDialect, AnyProviderDialect, Relay } from '#dialects/dialect.ts';
import { fit } from '#providers/fit.ts';
import type { Target } from '#providers/target.ts';
import { authorise, pickCredential } from './authorise.ts';
import { ByteStream } from './byte-stream.ts';
import type { ConnectWatch } from './connect-watch.ts';
import { discard, readAnswer, readBytes, readError, send } from './http-client.ts';
import { ProviderStream } from './provider-stream.ts';
import { whole } from './whole-stream.ts';

export interface ProviderPorts {
  readonly dialects: ReadonlyMap<DialectId, AnyDialect>;
  readonly clock: Clock;
  readonly draw: Draw;
  readonly connects: ConnectWatch;
}

/** What the client sent: its meaning, and its words in case they may pass through. */
export interface Sent {
  readonly request: Asked;
  readonly dialect: DialectId;
  /** How the client wants a stream laid out: bytes pass through only where the provider's are laid out so too. */
  readonly framing: StreamFraming;
  readonly text: string;
  readonly body: JsonObject;
  /** Set when what the client sent is a form; `text` is empty then. */
  readonly form?: Form;
  /** Bytes may pass through where nothing needs fitting. */
  readonly passthrough: boolean;
  /** Milliseconds that the connection may take. */
  readonly connectMs: number;
}

interface Prepared {
  readonly speaker: AnyProviderDialect;
  readonly body: string | Uint8Array<ArrayBuffer>;
  readonly relay: Relay<Asked> | undefined;
  readonly losses: readonly Loss[];
}

/** Never rejects; see execution/call.ts for what an aborted signal means. */
export async function callProvider(
  sent: Sent,
  target: Target,
  signal: AbortSignal,
  ports: ProviderPorts,
): Promise<Result<Answer, CallFailed>> {
  const dialect = ports.dialects.get(target.dialect);
  if (dialect?.provider === undefined) throw new Error(`no provider dialect ${target.dialect}`);
  const prepared = prepare(sent, target, dialect, dialect.provider);
  const credential = pickCredential(target, ports.draw);
  const url = target.url + prepared.speaker.path(target.model, sent.request.stream, target.quirks);
  const headers: Record<string, string> = {
    'content-type': sent.form?.contentType ?? 'application/json',
    accept: sent.request.stream ? 'text/event-stream' : 'application/json',
    'user-agent': 'clew',
  };
  Object.assign(headers, prepared.speaker.headers?.(sent.request, target.quirks));
  authorise(headers, target.auth, credential);
  const watched = ports.connects.watch(target.url, sent.connectMs, signal);
  const response = await send({ url, headers, body: prepared.body }, watched.signal);
  watched.answered(response.ok);
  const known: CallFacts = credential === undefined ? {} : { credential: credential.id };
  if (!response.ok) return err({ ...known, failure: response.error });
  const facts: CallFacts = { ...known, status: response.value.status };
  const read = await readResponse(response.value, { sent, target, prepared, signal: watched.signal, ports });
  return read.ok ? ok({ ...facts, ...read.value }) : err({ ...facts, failure: read.error });
}

function prepare(sent: Sent, target: Target, dialect: AnyDialect, speaker: AnyProviderDialect): Prepared {
  const { relay } = dialect;
  // A form goes to targets of its own language only, and nobody writes one anew.
  if (sent.form !== undefined) {
    return { speaker, body: withField(sent.form, 'model', target.model), relay, losses: [] };
  }
  const fitted = isChat(sent.request) ? fit(sent.request, target) : { request: sent.request, losses: [] };
  const untouched =
    sent.passthrough &&
    sent.dialect === target.dialect &&
    fitted.request === sent.request &&
    sent.framing === (speaker.streamFraming?.(target.quirks) ?? 'sse');
  if (untouched && relay?.canRelay(sent.request, sent.body, target.quirks) === true) {
    const body = relay.relayRequest(sent.text, sent.body, target.model, target.quirks);
    return { speaker, body, relay, losses: fitted.losses };
  }
  const encoded = speaker.encodeRequest(fitted.request, target.model, target.quirks);
  return {
    speaker,
    body: JSON.stringify(encoded.body),
    relay: undefined,
    losses: fitted.losses.length === 0 ? encoded.losses : [...fitted.losses, ...encoded.losses],
  };
}

function isChat(request: Asked): request is ChatRequest {
  return 'messages' in request;
}

interface Reading {
  readonly sent: Sent;
  readonly target: Target;
  readonly prepared: Prepared;
  readonly signal: AbortSignal;
  readonly ports: ProviderPorts;
}

async function readResponse(response: Response, reading: Reading): Promise<Result<Answer, Failure>> {
  const { sent, target, prepared, signal } = reading;
  if (response.status >= 300) return err(await readFailure(response, reading));
  const type = response.headers.get('content-type') ?? '';
  if (!sent.request.stream) return readWhole(response, reading);
  if (type.startsWith('text/event-stream') && response.body !== null) {
    const decoder = prepared.speaker.openDecoder(target.quirks);
    const relay =
      prepared.relay === undefined ? {} : { relay: { rules: prepared.relay, request: sent.request } };
    const stream = new ProviderStream(response.body, { decoder, signal, ...relay });
    return ok({ kind: 'stream', stream, losses: prepared.losses });
  }
  // Asked for a stream and given one piece: some providers do so for errors, some for everything.
  const answer = await readWhole(response, reading);
  if (!answer.ok || answer.value.kind !== 'whole') return answer;
  const { response: facts, losses } = answer.value;
  if (facts.choices === undefined) return answer;
  return ok({ kind: 'stream', stream: whole(unfold({ ...facts, choices: facts.choices })), losses });
}

async function readWhole(response: Response, reading: Reading): Promise<Result<Answer, Failure>> {
  const { target, prepared, signal } = reading;
  const type = response.headers.get('content-type') ?? '';
  if (type.startsWith('text/event-stream')) {
    discard(response);
    return err(failure('upstream_protocol', 'The provider sent a stream where one answer was asked for.'));
  }
  if (prepared.speaker.describeBytes !== undefined && !/\bjson\b/.test(type)) {
    return relayBytes(response, type, reading);
  }
  const text = await readAnswer(response, signal);
  if (!text.ok) return text;
  const body = parseJson(text.value);
  if (body === undefined) return err(notJson(type, text.value));
  const decoded = prepared.speaker.decodeResponse(body, target.quirks);
  if (!decoded.ok) return decoded;
  const losses = prepared.losses;
  const answer = { kind: 'whole', response: decoded.value, losses } as const;
  return ok(prepared.relay === undefined ? answer : { ...answer, relay: text.value });
}

/** In one piece where the length is told: until the last byte has come another target can still answer instead. */
async function relayBytes(
  response: Response,
  type: string,
  reading: Reading,
): Promise<Result<Answer, Failure>> {
  const { target, prepared, signal } = reading;
  const described = prepared.speaker.describeBytes?.(target.model);
  const { losses } = prepared;
  const bytes = await readBytes(response, signal);
  if (bytes !== undefined && described !== undefined) {
    return bytes.ok
      ? ok({ kind: 'whole', response: described, relay: bytes.value, type, losses })
      : err(bytes.error);
  }
  if (response.body === null) return err(notJson(type, ''));
  const { model, dialect } = target;
  const stream = new ByteStream(response.body, { model, dialect, signal });
  const countable = described?.uncountable === true ? ({ uncountable: true } as const) : {};
  return ok({ kind: 'stream', stream, type, losses, ...countable });
}

async function readFailure(response: Response, { prepared, ports }: Reading): Promise<Failure> {
  const text = await readError(response);
  const header = (name: string): string | undefined => response.headers.get(name) ?? undefined;
  return prepared.speaker.decodeFailure(response.status, header, text, ports.clock.wallMs());
}

/** How much of an unreadable answer is kept for the record. */
const EXCERPT_LENGTH_MAX = 200;

function notJson(type: string, text: string): Failure {
  const what = text.trim() === '' ? 'an empty answer' : `something that is not JSON (${type.slice(0, 80)})`;
  return failure('upstream_protocol', `The provider answered 200 with ${what}.`, {
    detail: text.slice(0, EXCERPT_LENGTH_MAX),
  });
}
