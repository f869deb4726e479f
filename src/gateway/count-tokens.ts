// The tokens of a request, counted here and not asked of a provider: for clients whose language has a call for that. No
// plan is carried out and nothing is billed, so no record is kept.

import { parseJson } from '#base/json.ts';
import type { AnyClientDialect, TokenCounting } from '#dialects/dialect.ts';
import { failure } from '#canonical/failure.ts';
import { countTokens, prepareCounting } from '#providers/tokens/count-tokens.ts';
import { makePlan } from '#routing/make-plan.ts';
import { arrive } from './record.ts';
import { mayAsk } from './may-ask.ts';
import type { Gateway, Incoming, Outgoing } from './gateway.ts';
import { encodeFailed } from './reply.ts';

/** The count goes with its method in `x-clew-token-count`, such as `o200k_base` or `estimate:llama`. */
export async function countRequest(
  incoming: Incoming,
  dialect: AnyClientDialect,
  counting: TokenCounting,
  gateway: Gateway,
): Promise<Outgoing> {
  const { id } = arrive(incoming, dialect.id, gateway);
  const { snapshot, keyring } = gateway.current();
  const caller = keyring.admit(incoming.header);
  if (!caller.ok) return encodeFailed(caller.error, dialect, id);
  const text = await incoming.readText(snapshot.server);
  if (!text.ok) return encodeFailed(text.error, dialect, id);
  const body = parseJson(text.value);
  if (body === undefined) {
    return encodeFailed(failure('invalid_request', 'The body is not valid JSON.'), dialect, id);
  }
  const decoded = counting.decodeRequest(body, incoming);
  if (!decoded.ok) return encodeFailed(decoded.error, dialect, id);
  const { allows } = caller.value;
  const request = decoded.value;
  if (!mayAsk(request.model, allows, snapshot)) {
    const message = `This key may not ask for \`${request.model.slice(0, 200)}\`.`;
    return encodeFailed(failure('permission_denied', message, { field: 'model' }), dialect, id);
  }
  const languages = gateway.languages.get(dialect.id) ?? [];
  const plan = makePlan(request, { routes: snapshot, allows, draw: gateway.draw, languages });
  if (!plan.ok) return encodeFailed(plan.error, dialect, id);
  // As the first target counts: which of them would answer is not decided here.
  const model = plan.value.targets[0]?.target.model ?? request.model;
  await prepareCounting(model);
  const { tokens, method } = countTokens(request, model);
  return {
    status: 200,
    headers: { 'content-type': 'application/json', 'x-clew-token-count': method },
    body: JSON.stringify(counting.encodeCount(tokens)),
  };
}
