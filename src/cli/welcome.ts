// The text at the start: what is on, a command that works as it stands, and how to add a provider.

import { printAddress } from '#config/address.ts';
import { SIMULATOR_ID } from '#config/simulated.ts';
import type { Address, KeySettings, Snapshot } from '#config/snapshot.ts';
import type { Catalogue } from '#providers/catalogue.ts';
import type { Target } from '#providers/target.ts';
import { count, printOn, shorten } from './summary.ts';

export interface WelcomeFacts {
  /** Of Clew. */
  readonly version: string;
  readonly snapshot: Snapshot;
  /** Where the listeners really are: port 0 has become a number. */
  readonly listen: Address;
  readonly admin: Address;
  readonly catalogue: Catalogue;
  readonly file?: string | undefined;
}

/** "Every address of this machine" is something to listen on, not to call. */
const CALLABLE: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };

/** Whole lines, for a person. Holds no secret. */
export function welcome(facts: WelcomeFacts): string {
  const parts = [heading(facts), printOn(facts.snapshot), howToTry(facts), howToAdd(facts)];
  return `${parts.join('\n\n')}\n`;
}

function heading({ version, snapshot, listen, admin, file }: WelcomeFacts): string {
  const { keys, storage } = snapshot;
  const access =
    keys.length === 0 ? 'no key needed, since only this machine can call' : count(keys.length, 'key');
  return [
    `Clew ${version}, ${file ?? 'no configuration file'}, snapshot ${snapshot.version}`,
    '',
    `  clients   ${urlOf(listen)}/v1  (${access})`,
    `  admin     ${urlOf(admin)}  (health, metrics)`,
    `  records   ${storage.url}`,
  ].join('\n');
}

function urlOf({ host, port }: Address): string {
  return `http://${printAddress({ host: CALLABLE[host] ?? host, port })}`;
}

function howToTry({ snapshot, listen }: WelcomeFacts): string {
  const key = snapshot.keys[0];
  const model = modelToTry(snapshot, key);
  const body = JSON.stringify({ model, messages: [{ role: 'user', content: 'Say hello.' }] });
  const command = [
    `curl ${urlOf(listen)}/v1/chat/completions`,
    "-H 'content-type: application/json'",
    ...(key === undefined ? [] : ['-H "authorization: Bearer $CLEW_KEY"']),
    `-d ${shellQuote(body)}`,
  ];
  const title = key === undefined ? 'Try it' : `Try it, with the secret of key "${key.name}" in $CLEW_KEY`;
  return `${title}\n  ${command.join(' ')}`;
}

function shellQuote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** What the key may ask for; else a model of the file; else one that a provider lists. */
function modelToTry({ models, providers }: Snapshot, key: KeySettings | undefined): string {
  const named = key?.models?.[0] ?? models.keys().next().value;
  if (named !== undefined) return named;
  for (const { targets } of providers.values()) {
    const target = plainest([...targets.values()]);
    if (target !== undefined) return target.id;
  }
  // Nobody lists a model: the person has to put one of the provider's in.
  return `${providers.keys().next().value ?? SIMULATOR_ID}/MODEL`;
}

/** The cheapest that can use tools, since lists hold models that do not chat as well; else the first. */
function plainest(targets: readonly Target[]): Target | undefined {
  const chatty = targets.filter((target) => target.traits.includes('tools') && target.price !== undefined);
  return chatty.toSorted((a, b) => (a.price?.output ?? 0) - (b.price?.output ?? 0))[0] ?? targets[0];
}

function howToAdd({ snapshot, catalogue, file }: WelcomeFacts): string {
  const variables = [...catalogue.values()].flatMap(({ entry }) => {
    if (entry.auth.scheme === 'none' || entry.auth.secret === undefined) return [];
    return snapshot.providers.has(entry.id) ? [] : [entry.auth.secret];
  });
  return [
    'Add a provider',
    ...(variables.length === 0 ? [] : [`  with its key in the environment: ${shorten(variables)}`]),
    `  or under \`providers\` in ${file ?? 'clew.yaml'}; \`clew check\` says what would be on`,
  ].join('\n');
}
