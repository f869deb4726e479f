// What would be done with a request, without doing it: the same plan from the same function, told in the same words. Nobody
// is called, nothing is recorded, and nobody's turn is taken.

import type { Caller } from '#access/keyring.ts';
import { asObject, asString, parseJson } from '#base/json.ts';
import type { JsonObject } from '#base/json.ts';
import { err, ok } from '#base/result.ts';
import type { Result } from '#base/result.ts';
import { isChat } from '#canonical/asked.ts';
import type { Asked } from '#canonical/asked.ts';
import { clientStatusOf, failure } from '#canonical/failure.ts';
import type { Failure } from '#canonical/failure.ts';
import type { Snapshot } from '#config/snapshot.ts';
import type { AnyClientDialect, Head } from '#dialects/dialect.ts';
import { viewRefused, viewRoute } from '#routing/route-view.ts';
import type { RouteView } from '#routing/route-view.ts';
import type { Gateway, Incoming, Outgoing } from './gateway.ts';
import { withHeaderWishes } from './header-wishes.ts';
import { recall } from './kept-answers.ts';
import { mayAsk, notAllowed } from './may-ask.ts';
import { planFor } from './plan-for.ts';
import type { PlanPorts } from './plan-for.ts';
import { encodeFailed } from './reply.ts';
import { speakerOf } from './speaker.ts';
import { refusalIn } from './told-route.ts';

type Dialects = readonly [AnyClientDialect, ...AnyClientDialect[]];

/** Which language the body is in. */
const DIALECT = 'x-clew-dialect';

export interface RouteQuestion {
  /** A request in any language of clients; `dialect` in it may name the language. */
  readonly text: string;
  readonly head: Head;
  readonly caller: Caller;
  readonly snapshot: Snapshot;
  readonly dialects: Dialects;
  /** Puts in front what was said before; absent where nobody remembers. */
  readonly recall?: (request: Asked, dialect: AnyClientDialect) => Promise<Asked>;
}

export type DryRun = RouteView & { readonly dialect: string };

/** A refusal by the plan is an answer too; a failure is what keeps the request from being read at all. */
export async function explainRoute(
  question: RouteQuestion,
  ports: PlanPorts,
): Promise<Result<DryRun, Failure>> {
  const { head, caller, snapshot } = question;
  const read = readRequest(question);
  if (!read.ok) return read;
  const { dialect, asked } = read.value;
  const wished = withHeaderWishes(asked, head);
  if (!wished.ok) return wished;
  const request = wished.value;
  if (!mayAsk(request.model, caller.allows, snapshot)) return err(notAllowed(request.model));
  const whole = request.continues === undefined ? request : await question.recall?.(request, dialect);
  const asking = { incoming: head, dialect, caller, snapshot, dry: true };
  const plan = planFor(whole ?? request, asking, ports);
  const { model } = request;
  if (plan.ok) return ok({ ...viewRoute(model, plan.value.explanation), dialect: dialect.id });
  const { code, message } = plan.error;
  const refused = { code, message, status: clientStatusOf(plan.error) };
  const removed = refusalIn(plan.error)?.removed ?? [];
  const why = { removed, snapshot: snapshot.version };
  return ok({ ...viewRefused(model, refused, why), dialect: dialect.id });
}

interface Read {
  readonly dialect: AnyClientDialect;
  readonly asked: Asked;
}

/** In the language that is named; else in the one that the head tells, else in the first that can make sense of it. */
function readRequest({ text, head, dialects }: RouteQuestion): Result<Read, Failure> {
  const parsed = asObject(parseJson(text));
  if (parsed === undefined) {
    return err(failure('invalid_request', 'The body is not JSON, or no object with fields.'));
  }
  const { dialect: written, ...body } = parsed;
  const name = head.header(DIALECT) ?? new URLSearchParams(head.query).get('dialect') ?? asString(written);
  if (name !== undefined) {
    const named = dialects.find(({ id }) => id === name);
    return named === undefined ? err(unknownDialect(name, dialects)) : readAs(named, body, head);
  }
  const likely = speakerOf(head, dialects);
  const first = readAs(likely, body, head);
  if (first.ok && says(first.value, head)) return first;
  for (const dialect of dialects) {
    const read = dialect.id === likely.id ? first : readAs(dialect, body, head);
    if (read.ok && says(read.value, head)) return read;
  }
  return first;
}

/** A language that makes sense of a model's name alone has found nothing in the body that is its own. */
function says({ dialect, asked }: Read, head: Head): boolean {
  const bare = readAs(dialect, { model: asked.model }, head);
  if (!bare.ok) return true;
  const nothing = bare.value.asked;
  if (!isChat(asked) || !isChat(nothing)) return false;
  return JSON.stringify(asked.messages) !== JSON.stringify(nothing.messages);
}

/** Where the path names the model, and whether a stream is wanted, it is made from the fields that say so elsewhere. */
function readAs(dialect: AnyClientDialect, body: JsonObject, head: Head): Result<Read, Failure> {
  const { model, stream, ...rest } = body;
  let found: Result<Read, Failure> | undefined;
  for (const pattern of dialect.paths.length === 0 ? [head.path] : dialect.paths) {
    const named = pattern.includes('{model}');
    const path = named
      ? pattern.replace('{model}', () => encodeURIComponent(asString(model) ?? ''))
      : pattern;
    const at = { path, query: head.query, header: (name: string) => head.header(name) };
    const asked = dialect.decodeRequest(named ? rest : body, at);
    if (asked.ok && (!named || asked.value.stream === (stream === true)))
      return ok({ dialect, asked: asked.value });
    found ??= asked.ok ? ok({ dialect, asked: asked.value }) : asked;
  }
  return found ?? err(failure('invalid_request', 'Nobody speaks this language.'));
}

function unknownDialect(name: string, dialects: Dialects): Failure {
  const known = [...new Set(dialects.map(({ id }) => id))].join(', ');
  const message = `No dialect \`${name.slice(0, 60)}\`. Clients may speak ${known}.`;
  return failure('invalid_request', message, { field: 'dialect' });
}

/** `POST /v1/route`. */
export async function showRoute(incoming: Incoming, dialects: Dialects, gateway: Gateway): Promise<Outgoing> {
  const speaker = speakerOf(incoming, dialects);
  const { snapshot, keyring } = gateway.current();
  const caller = keyring.admit(incoming.header);
  if (!caller.ok) return encodeFailed(caller.error, speaker, 'none');
  const text = await incoming.readText(snapshot.server);
  if (!text.ok) return encodeFailed(text.error, speaker, 'none');
  const ports = drawnPorts(incoming, gateway);
  if (!ports.ok) return encodeFailed(ports.error, speaker, 'none');
  const { key } = caller.value;
  const question: RouteQuestion = {
    text: text.value,
    head: incoming,
    caller: caller.value,
    snapshot,
    dialects,
    recall: (request, dialect) => recall(request, dialect, key, gateway),
  };
  const explained = await explainRoute(question, ports.value);
  if (!explained.ok) return encodeFailed(explained.error, speaker, 'none');
  return {
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(explained.value),
  };
}

/** With `draw` in the query there is no chance: the same number, the same plan. */
function drawnPorts(incoming: Incoming, gateway: Gateway): Result<PlanPorts, Failure> {
  const written = new URLSearchParams(incoming.query).get('draw');
  if (written === null) return ok(gateway);
  const drawn = Number(written);
  if (written.trim() === '' || !(drawn >= 0 && drawn < 1)) {
    return err(failure('invalid_request', '`draw` must be a number from 0 to below 1.', { field: 'draw' }));
  }
  const { statistics, engine, clock, languages, dialects } = gateway;
  return ok({ draw: () => drawn, statistics, engine, clock, languages, dialects });
}
