// The models that a caller may ask for: the list, and one of them, each in the language of whoever asks; and for clients
// that choose among the ways to serve a model, these.

import type { Caller } from '#access/keyring.ts';
import { modelInPath } from '#base/path-table.ts';
import { failure } from '#canonical/failure.ts';
import { stripVariant } from '#canonical/variants.ts';
import type { Snapshot } from '#config/snapshot.ts';
import type { AnyClientDialect, CatalogueAnswers, Head, ListedModel } from '#dialects/dialect.ts';
import type { Target } from '#providers/target.ts';
import type { EndpointPorts, Endpoints } from './endpoints.ts';
import type { Gateway, Incoming, Outgoing } from './gateway.ts';
import { listedEndpoint } from './listed-endpoint.ts';
import { encodeFailed } from './reply.ts';
import { speakerOf } from './speaker.ts';

/** Where lists of models are asked for; one of them is below it, by its name. */
const MODEL_LISTS = ['/v1/models', '/api/v1/models', '/v1beta/models'] as const;

type Ports = Pick<EndpointPorts, 'gateway' | 'dialects'>;
/** What a request for models is answered with; undefined where what it names is not there. */
type Use = (models: readonly ListedModel[], dialect: AnyClientDialect, incoming: Incoming) => unknown;

export function addModels(table: Endpoints, ports: Ports): void {
  for (const path of MODEL_LISTS) {
    addTo(table, path, ports, (models, dialect, incoming) => dialect.encodeModels(models, incoming));
    const one = `${path}/{model}`;
    addTo(table, one, ports, (models, dialect, incoming) => {
      const model = named(models, incoming, one);
      return model === undefined ? undefined : dialect.encodeModel(model);
    });
  }
  for (const { catalogue } of ports.dialects) {
    if (catalogue !== undefined) addCatalogue(table, ports, catalogue);
  }
}

function addCatalogue(table: Endpoints, ports: Ports, catalogue: CatalogueAnswers): void {
  const { base } = catalogue;
  const ways = `${base}/models/{model}/endpoints`;
  addTo(table, ways, ports, (models, _, incoming) => {
    const model = named(models, incoming, ways);
    return model === undefined ? undefined : catalogue.encodeEndpoints(model);
  });
  const one = `${base}/model/{model}`;
  addTo(table, one, ports, (models, dialect, incoming) => {
    const model = named(models, incoming, one);
    return model === undefined ? undefined : dialect.encodeModel(model);
  });
  addTo(table, `${base}/models/count`, ports, (models, _, incoming) =>
    catalogue.encodeCount(models, incoming),
  );
  addTo(table, `${base}/providers`, ports, () => catalogue.encodeProviders(providersOn(ports.gateway)));
  for (const [path, query] of Object.entries(catalogue.kinds)) {
    addTo(table, `${base}/${path}`, ports, (models, dialect, incoming) =>
      dialect.encodeModels(models, withQuery(incoming, query)),
    );
  }
}

function addTo(table: Endpoints, path: string, ports: Ports, use: Use): void {
  table.set(path, { GET: (incoming) => answer(incoming, ports, use) });
}

function answer(incoming: Incoming, { gateway, dialects }: Ports, use: Use): Outgoing {
  const dialect = speakerOf(incoming, dialects);
  const { snapshot, keyring } = gateway.current();
  const caller = keyring.admit(incoming.header);
  if (!caller.ok) return encodeFailed(caller.error, dialect, 'none');
  const body = use([...listedModels(snapshot, caller.value, gateway)], dialect, incoming);
  if (body !== undefined)
    return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const name = incoming.path.slice(0, 200);
  return encodeFailed(failure('not_found', `No model in the list is meant by ${name}.`), dialect, 'none');
}

/** The model that a path names, with a suffix or without. */
function named(models: readonly ListedModel[], { path }: Head, pattern: string): ListedModel | undefined {
  let name = modelInPath(path, pattern);
  while (name !== undefined) {
    const wanted = name;
    const found = models.find(({ id }) => id === wanted);
    if (found !== undefined) return found;
    name = stripVariant(name)?.name;
  }
  return undefined;
}

function withQuery(head: Head, more: string): Head {
  const query = [head.query, more].filter((text) => text !== '').join('&');
  return { path: head.path, query, header: (name) => head.header(name) };
}

function providersOn(gateway: Gateway): readonly { readonly id: string; readonly name: string }[] {
  const { providers } = gateway.current().snapshot;
  return [...providers.values()].map(({ entry }) => ({ id: entry.id, name: entry.name }));
}

function* listedModels(snapshot: Snapshot, caller: Caller, gateway: Gateway): Generator<ListedModel> {
  for (const { name, targets } of snapshot.models.values()) {
    if (caller.allows(name)) yield listedModel(name, 'clew', targets, gateway);
  }
  for (const provider of snapshot.providers.values()) {
    for (const target of provider.targets.values()) {
      if (caller.allows(target.id)) yield listedModel(target.id, target.provider, [target], gateway);
    }
  }
}

function listedModel(
  id: string,
  owner: string,
  targets: readonly Target[],
  { dialects }: Gateway,
): ListedModel {
  const { contextTokens, maxOutputTokens }: Partial<Target> = targets[0] ?? {};
  return {
    id,
    owner,
    ...(contextTokens === undefined ? {} : { contextTokens }),
    ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
    endpoints: () => targets.map((target) => listedEndpoint(target, dialects)),
  };
}
