// The models that a caller may ask for: the list, and one of them, each in the language of whoever asks.

import type { Caller } from '#access/keyring.ts';
import { modelInPath } from '#base/path-table.ts';
import { failure } from '#canonical/failure.ts';
import type { Snapshot } from '#config/snapshot.ts';
import type { ListedModel } from '#dialects/dialect.ts';
import type { EndpointPorts } from './endpoints.ts';
import type { Incoming, Outgoing } from './gateway.ts';
import { encodeFailed } from './reply.ts';
import { speakerOf } from './speaker.ts';

/** Where lists of models are asked for; one of them is below it, by its name. */
export const MODEL_LISTS = ['/v1/models', '/api/v1/models', '/v1beta/models'] as const;

export function listModels(incoming: Incoming, { gateway, dialects }: EndpointPorts): Outgoing {
  const dialect = speakerOf(incoming, dialects);
  const { snapshot, keyring } = gateway.current();
  const caller = keyring.admit(incoming.header);
  if (!caller.ok) return encodeFailed(caller.error, dialect, 'none');
  return answer(dialect.encodeModels([...listedModels(snapshot, caller.value)]));
}

export function showModel(incoming: Incoming, { gateway, dialects }: EndpointPorts, list: string): Outgoing {
  const dialect = speakerOf(incoming, dialects);
  const { snapshot, keyring } = gateway.current();
  const caller = keyring.admit(incoming.header);
  if (!caller.ok) return encodeFailed(caller.error, dialect, 'none');
  const name = modelInPath(incoming.path, `${list}/{model}`);
  for (const model of listedModels(snapshot, caller.value)) {
    if (model.id === name) return answer(dialect.encodeModel(model));
  }
  const problem = failure('model_not_found', `No model \`${(name ?? '').slice(0, 200)}\` in the list.`);
  return encodeFailed(problem, dialect, 'none');
}

function* listedModels(snapshot: Snapshot, caller: Caller): Generator<ListedModel> {
  for (const { name, targets } of snapshot.models.values()) {
    if (caller.allows(name)) yield listedModel(name, 'clew', targets[0]);
  }
  for (const provider of snapshot.providers.values()) {
    for (const target of provider.targets.values()) {
      if (caller.allows(target.id)) yield listedModel(target.id, target.provider, target);
    }
  }
}

interface Known {
  readonly contextTokens?: number;
  readonly maxOutputTokens?: number;
}

function listedModel(id: string, owner: string, { contextTokens, maxOutputTokens }: Known = {}): ListedModel {
  return {
    id,
    owner,
    ...(contextTokens === undefined ? {} : { contextTokens }),
    ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
  };
}

function answer(body: unknown): Outgoing {
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}
