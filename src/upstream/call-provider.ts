// One call of one target: fit, encode, authorise, send, unframe, decode.

import type { Clock } from '#base/clock.ts';
import { withField } from '#base/form.ts';
import type { Form } from '#base/form.ts';
import type { StreamFraming } from '#base/frame.ts';
import type { JsonObject } from '#base/json.ts';
import { parseJson } from '#base/json.ts';
import type { Draw } from '#base/random.ts';
import { err, ok } from '#base/result.ts';
import type { Result } from '#base/result.ts';
import type { StopSignal } from '#base/stop.ts';
import { asAbortSignal } from '#base/stop.ts';
import type { Answer, CallFacts, CallFailed } from '#canonical/answer.ts';
import type { Asked } from '#canonical/asked.ts';
import { failure } from '#canonical/failure.ts';
import type { Failure } from '#canonical/failure.ts';
import type { DialectId } from '#canonical/foreign.ts';
import type { Loss } from '#canonical/loss.ts';
import { unfold } from '#canonical/unfold.ts';
import type { HeaderReader } from '#canonical/retry-after.ts';
import type { AnyDialect, AnyProviderDialect, AnyRelay } from '#dialects/dialect.ts';
import { restoreResponse } from '#providers/fit-names.ts';
import type { OriginalNames } from '#providers/fit-names.ts';
import { isAmbient } from '#providers/entry.ts';
import type { Target } from '#providers/target.ts';
import { authorise } from './authorise.ts';
import { ByteStream } from './byte-stream.ts';
import type { CloudAuth } from './cloud/cloud-auth.ts';
import type { ConnectWatch } from './connect-watch.ts';
import { fitRequest } from './fit-request.ts';
import { acceptOf, framingOf, isStream, openFramer } from './framings.ts';
import { readAnswer, readBytes, readError, send } from './http-client.ts';
import type { HttpAnswer } from './http/answer.ts';
import { ProviderStream } from './provider-stream.ts';
import { stamping, stampResponse } from './seal-issuers.ts';
import type { Recalled } from './seal-issuers.ts';
import { whole } from './whole-stream.ts';

export interface ProviderPorts {
  readonly dialects: ReadonlyMap<DialectId, AnyDialect>;
  readonly clock: Clock;
  readonly draw: Draw;
  readonly connects: ConnectWatch;
  readonly cloud: CloudAuth;
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
  readonly form?: Form | undefined;
  /** Bytes may pass through where nothing needs fitting. */
  readonly passthrough: boolean;
  /** What is kept of seals in the turns of the request; absent where nothing is. */
  readonly recalled?: Recalled | undefined;
  /** Milliseconds that the connection may take. */
  readonly connectMs: number;
  /** Told the head of each answer, whatever its status. */
  readonly onHeaders?: (order: CallOrder, header: HeaderReader) => void;
}

/** Whom to call, and with which of its credentials; undefined when it needs none. */
export interface CallOrder {
  readonly target: Target;
  readonly credential: Target['credentials'][number] | undefined;
}

const NO_LOSSES: readonly Loss[] = [];

interface Prepared {
  readonly speaker: AnyProviderDialect;
  readonly body: string | Uint8Array<ArrayBuffer>;
  readonly relay: AnyRelay | undefined;
  readonly losses: readonly Loss[];
  readonly toolNames: OriginalNames | undefined;
  /** Set when seals of the answer must say who issued them. */
  readonly stamp: string | undefined;
}

/** Never rejects; see execution/call.ts for what an aborted signal means. */
export async function callProvider(
  sent: Sent,
  order: CallOrder,
  signal: StopSignal,
  ports: ProviderPorts,
): Promise<Result<Answer, CallFailed>> {
  const { target, credential } = order;
  const dialect = ports.dialects.get(target.dialect);
  if (dialect === undefined) throw new Error(`no dialect ${target.dialect}`);
  const prepared = prepare(sent, target, dialect, ports);
  const url = target.url + prepared.speaker.path(target.model, sent.request.stream, target.quirks);
  const headers: Record<string, string> = {
    'content-type': sent.form?.contentType ?? 'application/json',
    accept: sent.request.stream ? acceptOf(prepared.speaker, target.quirks) : 'application/json',
    'user-agent': 'clew',
  };
  Object.assign(headers, prepared.speaker.headers?.(sent.request, target.quirks));
  const known: CallFacts = credential === undefined ? {} : { credential: credential.id };
  const { auth, provider } = target;
  if (isAmbient(auth)) {
    const call = { url, headers, body: prepared.body, provider };
    const refused = await ports.cloud.authorise(call, auth, credential, asAbortSignal(signal));
    if (refused !== undefined) return err({ ...known, failure: refused });
  } else authorise(headers, auth, credential);
  const watched = ports.connects.watch(target.url, sent.connectMs, signal);
  const response = await send({ url, headers, body: prepared.body }, watched.signal);
  watched.answered(response.ok);
  if (!response.ok) return err({ ...known, failure: response.error });
  const { status } = response.value;
  sent.onHeaders?.(order, response.value.header);
  if (isAmbient(auth) && (status === 401 || status === 403)) ports.cloud.refused(auth, provider, credential);
  const reading = readResponse(response.value, { sent, target, prepared, signal: watched.signal, ports });
  const read = reading instanceof Promise ? await reading : reading;
  return read.ok ? ok({ ...known, status, ...read.value }) : err({ ...known, status, failure: read.error });
}

function prepare(
  sent: Sent,
  target: Target,
  dialect: AnyDialect,
  ports: Pick<ProviderPorts, 'dialects'>,
): Prepared {
  const speaker = dialect.provider;
  if (speaker === undefined) throw new Error(`no provider dialect ${target.dialect}`);
  const { relay } = dialect;
  // A form goes to targets of its own language only, and nobody writes one anew.
  if (sent.form !== undefined) {
    const body = withField(sent.form, 'model', target.model);
    return { speaker, body, relay, losses: NO_LOSSES, toolNames: undefined, stamp: undefined };
  }
  const { fitted, stamp } = fitRequest(sent, target, speaker, ports);
  const untouched =
    sent.passthrough &&
    sent.dialect === target.dialect &&
    fitted.request === sent.request &&
    (!sent.request.stream || sent.framing === framingOf(speaker, target.quirks));
  if (untouched && relay?.canRelay(sent.request, sent.body, target.quirks) === true) {
    const body = relay.relayRequest(sent.text, sent.body, target.model, target.quirks);
    return { speaker, body, relay, losses: fitted.losses, toolNames: undefined, stamp };
  }
  const encoded = speaker.encodeRequest(fitted.request, target.model, target.quirks);
  return {
    speaker,
    body: JSON.stringify(encoded.body),
    relay: undefined,
    losses: fitted.losses.length === 0 ? encoded.losses : [...fitted.losses, ...encoded.losses],
    toolNames: fitted.toolNames,
    stamp,
  };
}

interface Reading {
  readonly sent: Sent;
  readonly target: Target;
  readonly prepared: Prepared;
  readonly signal: StopSignal;
  readonly ports: ProviderPorts;
}

/** On the spot wherever that is possible: each wait costs as much as the work. */
function readResponse(
  response: HttpAnswer,
  reading: Reading,
): Result<Answer, Failure> | Promise<Result<Answer, Failure>> {
  const { sent, target, prepared, signal } = reading;
  if (response.status >= 300) return readFailure(response, reading);
  const type = response.header('content-type') ?? '';
  if (!sent.request.stream) return readWhole(response, type, reading);
  const framing = framingOf(prepared.speaker, target.quirks);
  if (isStream(type, framing)) {
    const framer = openFramer(framing);
    const opened = prepared.speaker.openDecoder(target.quirks);
    const decoder = prepared.stamp === undefined ? opened : stamping(opened, prepared.stamp);
    const relay =
      prepared.relay === undefined ? {} : { relay: { rules: prepared.relay, request: sent.request } };
    const names = prepared.toolNames === undefined ? {} : { toolNames: prepared.toolNames };
    const stream = new ProviderStream(response, { framer, decoder, signal, ...relay, ...names });
    return ok({ kind: 'stream', stream, losses: prepared.losses });
  }
  return readWholeAsStream(response, type, reading);
}

/** Asked for a stream and given one piece: some providers do so for errors, some for everything. */
async function readWholeAsStream(
  response: HttpAnswer,
  type: string,
  reading: Reading,
): Promise<Result<Answer, Failure>> {
  const relay = undefined;
  const answer = await readWhole(response, type, { ...reading, prepared: { ...reading.prepared, relay } });
  if (!answer.ok || answer.value.kind !== 'whole') return answer;
  const { response: facts, losses } = answer.value;
  if (facts.choices === undefined) return answer;
  return ok({ kind: 'stream', stream: whole(unfold({ ...facts, choices: facts.choices })), losses });
}

/** On the spot where all of it has come together with its head: the usual case. */
function readWhole(
  response: HttpAnswer,
  type: string,
  reading: Reading,
): Result<Answer, Failure> | Promise<Result<Answer, Failure>> {
  const { prepared, signal } = reading;
  if (type.startsWith('text/event-stream')) {
    response.cancel();
    return err(failure('upstream_protocol', 'The provider sent a stream where one answer was asked for.'));
  }
  if (prepared.speaker.describeBytes !== undefined && !/\bjson\b/.test(type)) {
    return relayBytes(response, type, reading);
  }
  const text = readAnswer(response, signal);
  return text instanceof Promise
    ? text.then((read) => decodeWhole(read, type, reading))
    : decodeWhole(text, type, reading);
}

function decodeWhole(
  text: Result<string, Failure>,
  type: string,
  { target, prepared, sent }: Reading,
): Result<Answer, Failure> {
  if (!text.ok) return text;
  const body = parseJson(text.value);
  if (body === undefined) return err(notJson(type, text.value));
  const { relay, speaker, losses, toolNames, stamp } = prepared;
  const decoded =
    relay?.readAnswer === undefined
      ? speaker.decodeResponse(body, target.quirks)
      : relay.readAnswer(body, target.quirks);
  if (!decoded.ok) return decoded;
  const stamped = stamp === undefined ? decoded.value : stampResponse(decoded.value, stamp);
  const named = toolNames === undefined ? stamped : restoreResponse(stamped, toolNames);
  const answer = { kind: 'whole', response: named, losses } as const;
  const kept = relay !== undefined && relay.keepAnswer?.(named, sent.request) !== false;
  return ok(kept ? { ...answer, relay: text.value } : answer);
}

/** In one piece where the length is told: until the last byte has come another target can still answer instead. */
async function relayBytes(
  response: HttpAnswer,
  type: string,
  { target, prepared, signal }: Reading,
): Promise<Result<Answer, Failure>> {
  const { model, dialect } = target;
  const { losses, speaker } = prepared;
  const described = speaker.describeBytes?.(model);
  // A page where an API should be: the address is wrong, or something stands before it.
  if (type.startsWith('text/html')) return err(notJson(type, await readError(response)));
  const bytes = await readBytes(response, signal);
  if (bytes !== undefined && described !== undefined) {
    if (!bytes.ok) return bytes;
    if (bytes.value.length === 0) return err(notJson(type, ''));
    return ok({ kind: 'whole', response: described, relay: bytes.value, type, losses });
  }
  return ok({
    kind: 'stream',
    stream: new ByteStream(response, { model, dialect, signal }),
    type,
    losses,
  });
}

async function readFailure(
  response: HttpAnswer,
  { prepared, ports }: Reading,
): Promise<Result<Answer, Failure>> {
  const text = await readError(response);
  return err(prepared.speaker.decodeFailure(response.status, response.header, text, ports.clock.wallMs()));
}

/** How much of an unreadable answer is kept for the record. */
const EXCERPT_LENGTH_MAX = 200;

function notJson(type: string, text: string): Failure {
  const what = text.trim() === '' ? 'an empty answer' : `something that is not JSON (${type.slice(0, 80)})`;
  return failure('upstream_protocol', `The provider answered 200 with ${what}.`, {
    detail: text.slice(0, EXCERPT_LENGTH_MAX),
  });
}
