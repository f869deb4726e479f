// Variables of an address: `https://bedrock-runtime.{region}.amazonaws.com`. Values come from the operator's file, from the
// environment, or from the entry, never from a caller, and cannot change more than the one label or segment they stand in.

import type { AuthScheme, ProviderEntry } from './entry.ts';

export const VARIABLE_NAME = /^[a-z][a-z0-9_]{0,31}$/;
/** No dot, slash, colon or at sign: a value is a part of a host or of a path, and not another host. */
export const VARIABLE_VALUE = /^[A-Za-z0-9](?:[A-Za-z0-9_-]{0,98}[A-Za-z0-9])?$/;

const PLACE = /\{([a-z][a-z0-9_]*)\}/g;
const SAMPLE = 'x';

export type VariableValues = Readonly<Record<string, string>>;

export interface MissingVariable {
  readonly name: string;
  /** Why: `missing`, or the value that was found is none. */
  readonly problem: 'missing' | 'malformed';
  /** Environment variables that were asked. */
  readonly env: readonly string[];
}

export interface Variables {
  readonly values: VariableValues;
  readonly missing: readonly MissingVariable[];
}

/** With every variable replaced by something harmless, for checks of the rest. */
export function withSample(text: string): string {
  return text.replaceAll(PLACE, SAMPLE);
}

export function variablesIn(text: string): readonly string[] {
  return [...text.matchAll(PLACE)].map(([, name = '']) => name);
}

/** All variables that the entry's addresses and its auth scheme name: those of the file, of the environment, of the entry. */
export function readVariables(
  entry: Pick<ProviderEntry, 'speaks' | 'auth' | 'variables'>,
  inFile: VariableValues,
  readEnv: (name: string) => string | undefined,
): Variables {
  const urls = Object.values(entry.speaks).map(({ url }) => url);
  const names = new Set([...urls, ...Object.values(entry.auth)].flatMap((text) => variablesIn(String(text))));
  const values: Record<string, string> = {};
  const missing: MissingVariable[] = [];
  for (const name of names) {
    const rule = entry.variables?.[name];
    const env = rule?.env ?? [];
    const found = env.map(readEnv).find((value) => value !== undefined);
    const value = inFile[name] ?? found ?? rule?.default;
    if (value !== undefined && VARIABLE_VALUE.test(value)) values[name] = value;
    else missing.push({ name, env, problem: value === undefined ? 'missing' : 'malformed' });
  }
  return { values, missing };
}

/** The entry with its variables filled in. Those without a value stay as they are. */
export function filled(entry: ProviderEntry, values: VariableValues): ProviderEntry {
  const fill = (text: string): string =>
    text.replaceAll(PLACE, (place, name: string) =>
      Object.hasOwn(values, name) ? (values[name] ?? place) : place,
    );
  const speaks = Object.fromEntries(
    Object.entries(entry.speaks).map(([dialect, spoken]) => [
      dialect,
      { ...spoken, url: fill(shortened(spoken.url, entry, values)) },
    ]),
  );
  return { ...entry, speaks, auth: filledAuth(entry.auth, fill) };
}

/** Some values have an address without the place where others stand. */
function shortened(url: string, { variables = {} }: ProviderEntry, values: VariableValues): string {
  let text = url;
  for (const [name, { without = {} }] of Object.entries(variables)) {
    const value = values[name];
    const piece = value !== undefined && Object.hasOwn(without, value) ? without[value] : undefined;
    if (piece !== undefined) text = text.replace(piece, '');
  }
  return text;
}

function filledAuth(auth: AuthScheme, fill: (text: string) => string): AuthScheme {
  if (auth.scheme === 'aws-sigv4') return { ...auth, region: fill(auth.region) };
  if (auth.scheme !== 'entra') return auth;
  const { tenant, client } = auth;
  return {
    ...auth,
    ...(tenant === undefined ? {} : { tenant: fill(tenant) }),
    ...(client === undefined ? {} : { client: fill(client) }),
  };
}

/** Names in addresses that the entry does not declare: a mistake in a catalogue file. */
export function undeclaredVariables(
  entry: Pick<ProviderEntry, 'speaks' | 'auth' | 'variables'>,
): readonly string[] {
  const { missing } = readVariables(entry, {}, () => undefined);
  return missing.flatMap(({ name }) =>
    entry.variables !== undefined && Object.hasOwn(entry.variables, name) ? [] : [name],
  );
}
