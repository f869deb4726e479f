// The record of an exchange, for the one who asked for it: in the shape of an API with official clients, and what it keeps of
// why it went the way it did, in the words of a dry run.

import { viewGeneration } from '#accounting/generation-view.ts';
import type { AttemptRecord, Cost, Generation } from '#accounting/generation.ts';
import { nanoToDollars } from '#base/money.ts';
import { err, ok } from '#base/result.ts';
import type { Result } from '#base/result.ts';
import { failure } from '#canonical/failure.ts';
import type { Explanation } from '#routing/explanation.ts';
import { viewRoute } from '#routing/route-view.ts';
import type { RouteView } from '#routing/route-view.ts';
import type { EndpointPorts } from './endpoints.ts';
import type { Incoming, Outgoing } from './gateway.ts';
import { encodeFailed } from './reply.ts';
import { speakerOf } from './speaker.ts';

/** `GET /generation?id=`. */
export async function showGeneration(incoming: Incoming, ports: EndpointPorts): Promise<Outgoing> {
  const found = await find(incoming, ports);
  if (!found.ok) return found.error;
  const { providers } = ports.gateway.current().snapshot;
  return json(viewGeneration(found.value, (provider) => providers.get(provider)?.entry.name ?? provider));
}

/** `GET /generation/explanation?id=`. */
export async function showExplanation(incoming: Incoming, ports: EndpointPorts): Promise<Outgoing> {
  const found = await find(incoming, ports);
  return found.ok ? json({ data: viewExplanation(found.value) }) : found.error;
}

export interface ExplanationView extends RouteView {
  readonly id: string;
  /** Who answered; null: nobody. */
  readonly target: string | null;
  readonly attempts: readonly AttemptView[];
  /** What the prompt cache saved, and what the best one would have saved beyond that; null where there was none. */
  readonly cache: { readonly saved_usd: number | null; readonly missed_usd: number | null };
}

/** Times are milliseconds after the request came. */
export interface AttemptView {
  readonly target: string;
  readonly as: string | null;
  readonly started_ms: number;
  readonly first_content_ms: number | null;
  readonly ended_ms: number;
  readonly status: number | null;
  readonly failure: string | null;
  readonly cost_usd: number | null;
}

function viewExplanation(generation: Generation): ExplanationView {
  const { id, model, target, attempts, cacheSaved, cacheMissed } = generation;
  const explanation = generation.explanation as Explanation | undefined;
  return {
    ...viewRoute(model, explanation ?? { choices: [], removed: [] }),
    id,
    target: target ?? null,
    attempts: attempts.map(viewAttempt),
    cache: { saved_usd: dollarsOf(cacheSaved), missed_usd: dollarsOf(cacheMissed) },
  };
}

function viewAttempt(attempt: AttemptRecord): AttemptView {
  const { target, as, startedMs, firstContentMs, endedMs, status, cost } = attempt;
  return {
    target,
    as: as ?? null,
    started_ms: startedMs,
    first_content_ms: firstContentMs ?? null,
    ended_ms: endedMs,
    status: status ?? null,
    failure: attempt.failure ?? null,
    cost_usd: dollarsOf(cost),
  };
}

function dollarsOf(cost: Cost | undefined): number | null {
  return cost === undefined || cost === 'unknown' ? null : nanoToDollars(cost);
}

/** A caller sees its own generations only; another's is as if it did not exist. */
async function find(
  incoming: Incoming,
  { gateway, dialects, records }: EndpointPorts,
): Promise<Result<Generation, Outgoing>> {
  const dialect = speakerOf(incoming, dialects);
  const caller = gateway.current().keyring.admit(incoming.header);
  if (!caller.ok) return err(encodeFailed(caller.error, dialect, 'none'));
  const id = new URLSearchParams(incoming.query).get('id') ?? '';
  const text = await records.find(id);
  const generation = text === undefined ? undefined : (JSON.parse(text) as Generation);
  if (generation !== undefined && generation.key === caller.value.key) return ok(generation);
  return err(encodeFailed(failure('not_found', 'No generation with this id.'), dialect, 'none'));
}

function json(body: unknown): Outgoing {
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}
