// Options that several commands share, and what they mean together with the environment.

import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { readVariable } from '#config/environment.ts';
import type { Overrides } from '#config/server-settings.ts';
import type { Environment } from '#secrets/env.ts';

const DEFAULT_FILE = 'clew.yaml';

export interface ConfigOptions {
  readonly config?: string;
  readonly listen?: string;
  readonly admin?: string;
  readonly data?: string;
}

/** What `loadConfig` and the reloader take. */
export interface ConfigChoice {
  /** Absent: there is no file. */
  readonly file?: string;
  readonly overrides: Overrides;
}

export function withConfigOptions(command: Command): Command {
  return command
    .option('-c, --config <file>', `configuration file (default: ./${DEFAULT_FILE}, if there is one)`)
    .option('--listen <host:port>', 'address that clients call (default: 127.0.0.1:4100)')
    .option('--admin <host:port>', 'address for health and metrics (default: 127.0.0.1:4101)')
    .option('--data <dir>', 'directory for records (default: ./data)');
}

/** The command line, then CLEW_CONFIG, then `clew.yaml` here. A file that is named must exist; loading says so. */
export function chooseConfig(options: ConfigOptions, env: Environment): ConfigChoice {
  const { config, listen, admin, data } = options;
  const named = config ?? readVariable(env, 'CLEW_CONFIG');
  const file = named ?? (existsSync(DEFAULT_FILE) ? DEFAULT_FILE : undefined);
  return { overrides: { listen, admin, data }, ...(file === undefined ? {} : { file }) };
}
