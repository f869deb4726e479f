// What environment variables decide. Keys that everyone has switch their provider on with no file at all; CLEW_ variables
// stand above the file, since they are meant for Clew; PORT and HOST, which platforms and shells set, stand below it.

import type { Environment } from '#secrets/env.ts';

/** Variables of Clew's own, for help and docs. Keys of providers are named in the catalogue. */
export const VARIABLES = {
  CLEW_CONFIG: 'Path of the configuration file.',
  CLEW_LISTEN: 'Address of the data plane. Stands above `server.listen`.',
  CLEW_ADMIN: 'Address of the admin plane. Stands above `server.admin`.',
  CLEW_DATA: 'Directory for records. Stands above `storage.url`.',
  HOST: 'Host of the data plane, where nothing else says.',
  PORT: 'Port of the data plane, where nothing else says.',
} as const satisfies Record<string, string>;

export type Variable = keyof typeof VARIABLES;

/** An empty variable counts as unset, as in `NAME= clew serve`. */
export function readVariable(env: Environment, name: string): string | undefined {
  const value = env[name]?.trim();
  return value === '' ? undefined : value;
}
