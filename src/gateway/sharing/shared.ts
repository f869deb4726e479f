// An exchange that may be shared: a request with an `idempotency-key`, or one that wants to be answered together with its like.
// All others go straight on.

import { sha256 } from '#base/digest.ts';
import type { Result } from '#base/result.ts';
import { failure } from '#canonical/failure.ts';
import type { Failure } from '#canonical/failure.ts';
import type { ClientDialect } from '#dialects/dialect.ts';
import { exchange } from '../exchange.ts';
import type { Gateway, Incoming, Outgoing } from '../gateway.ts';
import { encodeFailed } from '../reply.ts';
import type { Sharing } from './shared-answers.ts';

const KEY = 'idempotency-key';
const SINGLE_FLIGHT = 'x-clew-single-flight';
/** Characters; the longest that others take too. */
const KEY_LENGTH_MAX = 255;

export function shared(incoming: Incoming, dialect: ClientDialect, gateway: Gateway): Promise<Outgoing> {
  const key = incoming.header(KEY);
  if (key === undefined && incoming.header(SINGLE_FLIGHT) !== 'on')
    return exchange(incoming, dialect, gateway);
  return share(incoming, key, dialect, gateway);
}

async function share(
  incoming: Incoming,
  key: string | undefined,
  dialect: ClientDialect,
  gateway: Gateway,
): Promise<Outgoing> {
  const { snapshot, keyring } = gateway.current();
  const caller = keyring.admit(incoming.header);
  if (!caller.ok) return encodeFailed(caller.error, dialect, 'none');
  if (key !== undefined && (key === '' || key.length > KEY_LENGTH_MAX)) {
    const message = `\`${KEY}\` has 1 to ${KEY_LENGTH_MAX} characters.`;
    return encodeFailed(failure('invalid_request', message, { field: KEY }), dialect, 'none');
  }
  const text = await incoming.readText(snapshot.server);
  if (!text.ok) return encodeFailed(text.error, dialect, 'none');
  const fingerprint = sha256(`${incoming.path}?${incoming.query}\n${text.value}`);
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
    exchange(standIn(incoming, text, signal), dialect, gateway),
  );
}

/** The request as the exchange sees it: read already, and there for as long as anybody waits. */
function standIn(incoming: Incoming, text: Result<string, Failure>, signal: AbortSignal): Incoming {
  const { method, path, query, header } = incoming;
  // The connection is told by whoever shows the answer to it.
  return { method, path, query, header, signal, readText: async () => text, ended: () => {} };
}
