// `clew serve`: the command line of the gateway. What starts it is an argument, since only main.ts composes.

import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import { nearest } from '#base/nearest.ts';
import type { Environment } from '#secrets/env.ts';
import { chooseConfig, withConfigOptions } from './options.ts';
import type { ConfigChoice, ConfigOptions } from './options.ts';

export type LogFormat = 'json' | 'pretty';

export interface ServeOptions extends ConfigChoice {
  readonly log: LogFormat;
  /** Processes that serve; with more than one, another looks after them. */
  readonly workers: number;
}

/** As the command line has them. */
interface ServeWords {
  readonly log?: LogFormat;
  readonly workers: number;
}

/** More than any machine has use for. */
const WORKERS_MAX = 256;

export type Serve = (options: ServeOptions) => Promise<void>;

export interface ServeContext {
  readonly serve: Serve;
  readonly env: Environment;
  /** Whether a person reads the output. */
  readonly terminal: boolean;
}

export function serveCommand(program: Command, { serve, env, terminal }: ServeContext): void {
  const command = program
    .command('serve', { isDefault: true })
    .summary('start the gateway (what `clew` does without a command)')
    .description(
      'Starts the gateway. On are the providers whose key is in the environment, and those of the file; with none ' +
        'at all the built-in simulator answers, so that everything can be tried. A change of the file, or SIGHUP, ' +
        'reloads it. SIGTERM lets live exchanges finish.',
    )
    .addOption(
      new Option('--log <format>', 'for programs or for people (default: pretty on a terminal)').choices([
        'json',
        'pretty',
      ]),
    )
    .option(
      '--workers <number>',
      'processes that share the port; one that dies is started again while the others go on',
      parseWorkers,
      1,
    )
    .allowExcessArguments();
  withConfigOptions(command).action(async (options: ConfigOptions & ServeWords) => {
    const [word] = command.args;
    if (word !== undefined) command.error(unknownCommand(word, program));
    const { log = terminal ? 'pretty' : 'json', workers } = options;
    await serve({ ...chooseConfig(options, env), log, workers });
  });
}

function parseWorkers(text: string): number {
  const workers = Number(text);
  if (Number.isSafeInteger(workers) && workers >= 1 && workers <= WORKERS_MAX) return workers;
  throw new InvalidArgumentError(`Write a whole number from 1 to ${WORKERS_MAX}.`);
}

/** As the default command this one gets every word that is not a command. */
function unknownCommand(word: string, program: Command): string {
  const [near] = nearest(
    word,
    program.commands.map((command) => command.name()),
  );
  return `error: unknown command '${word}'${near === undefined ? '' : `\n(Did you mean ${near}?)`}`;
}
