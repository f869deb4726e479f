// What a configuration switches on, in few words: for `clew check` and for the text at the start.

import { printAddress } from '#config/address.ts';
import { SIMULATOR_ID } from '#config/simulated.ts';
import type { ModelSettings, ProviderOn, Snapshot } from '#config/snapshot.ts';

/** Names in one row before it says "and more". */
const NAMES_SHOWN = 4;

/** For `--json`. Holds no secret. */
export interface Summary {
  readonly version: string;
  readonly listen: string;
  readonly admin: string;
  readonly storage: string;
  readonly keys: readonly string[];
  readonly providers: readonly {
    readonly id: string;
    readonly name: string;
    readonly credentials: number;
    readonly models: number;
  }[];
  readonly models: readonly {
    readonly name: string;
    readonly targets: readonly string[];
    readonly fallback: readonly string[];
  }[];
}

export function summarise(snapshot: Snapshot): Summary {
  const { version, server, storage, keys, providers, models } = snapshot;
  return {
    version,
    listen: printAddress(server.listen),
    admin: printAddress(server.admin),
    storage: storage.url,
    keys: keys.map((key) => key.name),
    providers: [...providers].map(([id, { entry, credentials, targets }]) => ({
      id,
      name: entry.name,
      credentials: credentials.length,
      models: targets.size,
    })),
    models: [...models.values()].map(({ name, targets, fallback }) => ({
      name,
      targets: targets.map((target) => target.id),
      fallback,
    })),
  };
}

/** Providers that are on, and the models of the file, as two tables. */
export function printOn({ providers, models }: Snapshot): string {
  const tables = [
    table(
      'Providers',
      [...providers].map(([id, provider]) => [id, providerNote(id, provider)]),
    ),
  ];
  if (models.size > 0)
    tables.push(
      table(
        'Models',
        [...models].map(([name, model]) => [name, modelNote(model)]),
      ),
    );
  return tables.join('\n\n');
}

function table(title: string, rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(8, ...rows.map(([name]) => name.length));
  const lines = rows.map(([name, note]) => `  ${name.padEnd(width)}  ${note}`);
  return [title, ...(lines.length === 0 ? ['  none'] : lines)].join('\n');
}

function providerNote(id: string, { entry, credentials, targets }: ProviderOn): string {
  if (id === SIMULATOR_ID) return `${entry.name}: made-up answers, for trying things out`;
  const models = targets.size === 0 ? 'any model by its id' : `${count(targets.size, 'model')} listed`;
  const secrets = credentials.length > 1 ? `, ${count(credentials.length, 'credential')}` : '';
  return `${entry.name}: ${models}${secrets}`;
}

function modelNote({ targets, fallback }: ModelSettings): string {
  const ways = shorten(targets.map((target) => target.id));
  return fallback.length === 0 ? ways : `${ways}; falls back to ${shorten(fallback)}`;
}

export function shorten(names: readonly string[]): string {
  const more = names.length - NAMES_SHOWN;
  return more <= 1 ? names.join(', ') : `${names.slice(0, NAMES_SHOWN).join(', ')} and ${more} more`;
}

export function count(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? '' : 's'}`;
}
