// An exchange that may be shared: a request with an `idempotency-key`, or one that wants to be answered together with its like.
// All others go straight on.

import { sha256 } from '#base/digest.ts';
import { boundaryOf } from '#base/form.ts';
import { ok } from '#base/result.ts';
import { failure } from '#canonical/failure.ts';
import type { AnyClientDialect } from '#dialects/dialect.ts';
import { exchange } from '../exchange.ts';
import type { Gateway, Incoming, Outgoing } from '../gateway.ts';
import { encodeFailed } from '../reply.ts';
import type { Sharing } from './shared-answers.ts';

type Bytes = Uint8Array<ArrayBuffer>;

const NO_BYTES: Bytes = new Uint8Array(0);
const KEY = 'idempotency-key';
const SINGLE_FLIGHT = 'x-clew-single-flight';
/** Characters; the longest that others take too. */
const KEY_LENGTH_MAX = 255;

export function shared(incoming: Incoming, dialect: AnyClientDialect, gateway: Gateway): Promise<Outgoing> {
  const key = incoming.header(KEY);
  if (key === undefined && incoming.header(SINGLE_FLIGHT) !== 'on')
    return exchange(incoming, dialect, gateway);
  return share(incoming, key, dialect, gateway);
}

async function share(
  incoming: Incoming,
  key: string | undefined,
  dialect: AnyClientDialect,
  gateway: Gateway,
): Promise<Outgoing> {
  const { snapshot, keyring } = gateway.current();
  const caller = keyring.admit(incoming.header);
  if (!caller.ok) return encodeFailed(caller.error, dialect, 'none');
  if (key !== undefined && (key === '' || key.length > KEY_LENGTH_MAX)) {
    const message = `\`${KEY}\` has 1 to ${KEY_LENGTH_MAX} characters.`;
    return encodeFailed(failure('invalid_request', message, { field: KEY }), dialect, 'none');
  }
  const form = dialect.forms === true && boundaryOf(incoming.header('content-type') ?? '') !== undefined;
  const body = form ? await incoming.readBytes(snapshot.server) : await incoming.readText(snapshot.server);
  if (!body.ok) return encodeFailed(body.error, dialect, 'none');
  const said = typeof body.value === 'string' ? body.value : sha256(body.value);
  const fingerprint = sha256(`${incoming.path}?${incoming.query}\n${said}`);
  const owner = caller.value.key ?? '';
  const sharing: Sharing =
    key === undefined
      ? { name: `${owner}\n=${fingerprint}`, fingerprint, replays: false }
      : { name: `${owner}\n${key}`, fingerprint, replays: true };
  const joined = await gateway.shared.join(sharing, incoming);
  if (joined === 'mismatch') {
    const message = `This \`${KEY}\` was used for another request; a new request needs a new one.`;
    return encodeFailed(failure('idempotency_mismatch', message, { field: KEY }), dialect, 'none');
  }
  if (joined !== undefined) return joined;
  return gateway.shared.lead(sharing, incoming, (signal) =>
    exchange(standIn(incoming, body.value, signal), dialect, gateway),
  );
}

/** The request as the exchange sees it: read already, and there for as long as anybody waits. */
function standIn(incoming: Incoming, body: string | Bytes, signal: AbortSignal): Incoming {
  const { method, path, query, header } = incoming;
  return {
    method,
    path,
    query,
    header,
    signal,
    readText: async () => ok(typeof body === 'string' ? body : ''),
    readBytes: async () => ok(typeof body === 'string' ? NO_BYTES : body),
    // The connection is told by whoever shows the answer to it.
    ended: () => {},
  };
}
