// A checked configuration to a snapshot. What is found wrong here was let through by a check: a bug, hence an exception.

import { sha256 } from '#base/digest.ts';
import type { Secret } from '#base/secret.ts';
import type { Scene } from './checks/scene.ts';
import { deepFreeze } from './freeze.ts';
import { makeLimits } from './limits-schema.ts';
import { makeModel } from './make-model.ts';
import { makePolicy } from './policies/make-policy.ts';
import { makeProvider } from './make-provider.ts';
import type { ProviderConfig } from './provider-schema.ts';
import type { Config } from './schema.ts';
import { serverSettings, storageUrl } from './server-settings.ts';
import { simulatedProvider } from './simulated.ts';
import type {
  ExplanationSettings,
  KeySettings,
  ModelSettings,
  ProviderOn,
  ReasoningState,
  Snapshot,
} from './snapshot.ts';

export function makeSnapshot(config: Config, scene: Scene): Snapshot {
  const providers = new Map<string, ProviderOn>();
  for (const id of scene.on.keys())
    providers.set(id, makeProvider(id, providerConfig(id, config, scene), scene));
  const models = new Map<string, ModelSettings>();
  for (const [name, model] of Object.entries(config.models ?? {})) {
    models.set(name, { ...makeModel(name, model, providers), limits: makeLimits(model) });
  }
  const content = {
    server: serverSettings(config, scene),
    storage: { url: storageUrl(config, scene) },
    ...reasoningState(config),
    explanations: { ...EXPLANATIONS, ...withoutAbsent(config.explanations ?? {}) },
    keys: (config.keys ?? []).map((key) => makeKey(key, scene)),
    providers,
    models,
    policies: (config.policies ?? []).map((policy) => makePolicy(policy, providers)),
  };
  return deepFreeze({ version: versionOf(content, scene), ...content });
}

/** A record of ten candidates has 1.6 KB, of which the numbers are two thirds. */
const EXPLANATIONS: ExplanationSettings = { above: 100, detail: 0.1 };

/** An optional member of the file may be undefined. */
function withoutAbsent(written: NonNullable<Config['explanations']>): Partial<ExplanationSettings> {
  return {
    ...(written.above !== undefined && { above: written.above }),
    ...(written.detail !== undefined && { detail: written.detail }),
  };
}

/** A day is as long as people leave a conversation with tools lying; a turn has some 2,000 characters. */
const REASONING_STATE: ReasoningState = {
  turnsMax: 100_000,
  charactersMax: 64 * 1024 * 1024,
  lifetimeMs: 24 * 60 * 60 * 1000,
};

function reasoningState({ reasoning_state: written = {} }: Config): Pick<Snapshot, 'reasoningState'> {
  if (written === 'off') return {};
  const { turns, size, lifetime } = written;
  const limits = {
    turnsMax: turns ?? REASONING_STATE.turnsMax,
    charactersMax: size ?? REASONING_STATE.charactersMax,
    lifetimeMs: lifetime ?? REASONING_STATE.lifetimeMs,
  };
  return { reasoningState: limits };
}

function providerConfig(id: string, config: Config, scene: Scene): ProviderConfig {
  const { on, simulatorUrl } = scene;
  if (on.get(id) === 'nothing-else' && simulatorUrl !== undefined)
    return simulatedProvider(simulatorUrl, scene);
  const inFile = config.providers?.[id];
  return inFile === undefined || inFile === 'off' ? {} : inFile;
}

/** Secrets print as `[redacted]`, so the version tells nothing about them: what counts is where they come from. */
function versionOf(content: Omit<Snapshot, 'version'>, { raw }: Scene): string {
  const text = JSON.stringify([raw, content], (_, value: unknown) =>
    value instanceof Map ? [...value.entries()] : value,
  );
  return sha256(text).slice(0, 12);
}

function makeKey(key: NonNullable<Config['keys']>[number], scene: Scene): KeySettings {
  const { name, models, tenant, priority } = key;
  return {
    name,
    secret: checkedSecret(key.secret, scene),
    ...(models !== undefined && { models }),
    ...(tenant !== undefined && { tenant }),
    ...(priority !== undefined && { priority }),
  };
}

function checkedSecret(reference: string, { readSecret }: Scene): Secret {
  const secret = readSecret(reference);
  if (!secret.ok) throw new Error(`a secret was not checked: ${secret.error.message}`);
  return secret.value;
}
